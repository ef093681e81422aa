// The local stack's secrets: made once per data directory, readable by their owner only, never in git. They open
// nothing but this machine's own exchange and hooks.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storeMissingEntries } from "./secret-store.ts";
import { ACCOUNT_ID, MACHINE, SIGNED_HOOK_ID } from "./settings.ts";

export interface LocalSecrets {
  /** Token of the TradingView hook. */
  readonly hookToken: string;
  /** `whsec_` secret of the signed hook. */
  readonly signingSecret: string;
  /** `whsec_` secret of the machine that may post commands. */
  readonly machineSecret: string;
}

const TOKEN_BYTES = 24;
const SIGNING_BYTES = 32;

/** Key pair that the local exchange starts with; a paper account there holds play money. */
const EXCHANGE_KEYS = { apiKey: "local-key", secret: "local-secret" };

/** The data directory's secrets, made when there are none. */
export function localSecrets(dataDir: string): LocalSecrets {
  const file = join(dataDir, "secrets.json");
  const stored = keptSecrets(file);
  // A directory from before one of them existed keeps the others.
  if (stored.hookToken && stored.signingSecret && stored.machineSecret) return stored as LocalSecrets;
  const secrets: LocalSecrets = {
    hookToken: randomBytes(TOKEN_BYTES).toString("base64url"),
    signingSecret: newSigningSecret(),
    machineSecret: newSigningSecret(),
    ...stored,
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

function keptSecrets(file: string): Partial<LocalSecrets> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<LocalSecrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return {};
  }
}

function newSigningSecret(): string {
  return `whsec_${randomBytes(SIGNING_BYTES).toString("base64")}`;
}

/** Entries of the seeded account, hook and machine in the store of secrets. */
export function storeSeedSecrets(dataDir: string): void {
  const { signingSecret, machineSecret } = localSecrets(dataDir);
  storeMissingEntries(dataDir, {
    BALLAST_VENUE_KEYS: { [ACCOUNT_ID]: EXCHANGE_KEYS },
    BALLAST_HOOK_SECRETS: { [SIGNED_HOOK_ID]: [signingSecret] },
    BALLAST_MACHINE_SECRETS: { [MACHINE]: { signingSecrets: [machineSecret], accounts: [ACCOUNT_ID] } },
  });
}
