// The real ccxt client of Bybit pointed at a local exchange: its production URLs stay, and only the origin is rewritten in the
// instance's fetch.
import { bybit } from "ccxt";
import { DEFAULT_API_KEY, DEFAULT_SECRET } from "#local/exchange/options.ts";

const BYBIT_ORIGIN = "https://api.bybit.com";

/** A ccxt client whose requests go to `url`. Its own throttle is off: limits are the exchange's business. */
export function connectBybit(url: string, timeoutMs = 5_000): bybit {
  const client = new bybit({
    apiKey: DEFAULT_API_KEY,
    secret: DEFAULT_SECRET,
    enableRateLimit: false,
    options: { defaultType: "swap", fetchOrder: { acknowledged: true } },
    timeout: timeoutMs,
  });
  client.fetchImplementation = (target: string, init: RequestInit): Promise<Response> => {
    if (!target.startsWith(BYBIT_ORIGIN))
      throw new Error(`The client asked for ${target}, which is not the exchange`);
    return fetch(url + target.slice(BYBIT_ORIGIN.length), init);
  };
  return client;
}
