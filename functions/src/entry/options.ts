// What every deployed function shares. Discovery reads this without any setting, so nothing here may read config.

/** Near Binance's matching engine (Tokyo), which decides the time from decision to venue. */
export const REGION = "asia-northeast1";
/** Secrets by function need: keys to trade with, and secrets to verify senders with. */
export const VENUE_KEYS_SECRET = "BALLAST_VENUE_KEYS";
export const HOOK_SECRETS_SECRET = "BALLAST_HOOK_SECRETS";
export const MACHINE_SECRETS_SECRET = "BALLAST_MACHINE_SECRETS";

/** ccxt, Firestore's client and an account's books: 171 MB measured with everything unbundled. */
export const TRADING_MEMORY = "512MiB";
/** A venue call (8 s), its retries for reads, and two commits, with room; far below the next run of a schedule. */
export const TRADING_TIMEOUT_SECONDS = 55;
