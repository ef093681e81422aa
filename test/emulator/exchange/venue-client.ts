// The real ccxt client pointed at a local exchange: production URLs stay, because ccxt's error tables hang on
// them; only the origin is rewritten in the instance's fetch.
import { binanceusdm } from "ccxt";
import { DEFAULT_API_KEY, DEFAULT_SECRET } from "#local/exchange/options.ts";

const BINANCE_ORIGIN = "https://fapi.binance.com";

export interface ClientSettings {
  readonly apiKey?: string;
  readonly secret?: string;
  readonly timeoutMs?: number;
}

/** A ccxt client whose requests go to `url`. Its own throttle is off: limits are the exchange's business. */
export function connectCcxt(url: string, settings: ClientSettings = {}): binanceusdm {
  const client = new binanceusdm({
    apiKey: settings.apiKey ?? DEFAULT_API_KEY,
    secret: settings.secret ?? DEFAULT_SECRET,
    enableRateLimit: false,
    options: { fetchCurrencies: false },
    timeout: settings.timeoutMs ?? 5_000,
  });
  client.fetchImplementation = (target: string, init: RequestInit): Promise<Response> => {
    if (!target.startsWith(BINANCE_ORIGIN))
      throw new Error(`The client asked for ${target}, which is not the exchange`);
    return fetch(url + target.slice(BINANCE_ORIGIN.length), init);
  };
  return client;
}
