// ccxt's Binance USD-M instance with its network replaced: every request goes once through our transport, is checked
// before it leaves, and comes back as parsed JSON or as a VenueError. ccxt keeps building, signing and naming.
import { binanceusdm } from "ccxt";
import type { HttpRequest, HttpResponse, HttpTransport } from "#adapters/http/http-transport.ts";
import { TransportError } from "#adapters/http/http-transport.ts";
import type { Clock } from "#ports/clock.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import { VenueError } from "#ports/venue.ts";
import { isKeyRefusal } from "./binance-codes.ts";
import { errorOf, errorWithoutAnswer } from "./binance-errors.ts";
import { classOf, isOrder, learnUsage, type Usage } from "./binance-usage.ts";

export interface BinanceClientOptions {
  /** Null for a client that asks only what the venue tells everybody. */
  readonly keys: VenueKeys | null;
  /** Told of every answer that refuses the keys themselves. */
  readonly onKeysRefused?: () => void;
  /** `http://127.0.0.1:8600` for a local exchange; null for the production address. */
  readonly origin: string | null;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  /** Called with what is about to leave; throwing keeps it from leaving. */
  readonly beforeSend: (request: HttpRequest) => void;
  readonly usage: Usage;
  /** An unused instance to take over in place of a new one, because making one takes 10 ms. */
  readonly ccxt?: binanceusdm;
}

export interface BinanceClient {
  /** Use only through `call`: ccxt's own errors are not ours. */
  readonly exchange: binanceusdm;
  /** Venue's clock less ours, in milliseconds; zero until learnt. */
  offsetMs(): number;
  setOffsetMs(offsetMs: number): void;
}

/** Reads must be answered within this of being signed; orders bring their own window. */
const READ_WINDOW_MS = 10_000;

export function createBinanceClient(options: BinanceClientOptions): BinanceClient {
  const { keys, clock } = options;
  const exchange = options.ccxt ?? createCcxt();
  if (keys !== null) {
    exchange.apiKey = keys.apiKey;
    exchange.secret = keys.secret;
  }
  exchange.options.timeDifference = 0;
  // Signed timestamps come from the injected clock; ccxt subtracts `timeDifference` from it.
  exchange.milliseconds = () => clock.nowMs();
  const hold = createHold(clock);
  let offsetMs = 0;
  exchange.fetch = async (url: string, method = "GET", headers: unknown = {}, body: unknown = undefined) => {
    hold.check();
    const request = requestOf({ url, method, headers, body }, options.origin);
    const of = classOf(request);
    options.usage.weight.check(of, offsetMs);
    if (isOrder(request)) options.usage.orders.check(of, offsetMs);
    options.beforeSend(request);
    const sentAtMs = clock.nowMs();
    const answer = await options.transport(request).catch((error: unknown) => {
      throw error instanceof TransportError ? errorWithoutAnswer(error) : error;
    });
    const response = withLowerCaseNames(answer);
    learnUsage(options.usage, response, { sentAtMs, offsetMs });
    // ccxt's parser keeps the digits of integers beyond 2^53, as newer order ids are.
    const parsed: unknown = exchange.parseJson(response.body.trim());
    const refusal = errorOf(response, parsed, clock.nowMs());
    if (refusal === null) return parsed;
    const error = withoutKeys(refusal, keys);
    hold.remember(error);
    if (isKeyRefusal(error.code)) options.onKeysRefused?.();
    throw error;
  };
  return {
    exchange,
    offsetMs: () => offsetMs,
    setOffsetMs(next) {
      offsetMs = next;
      exchange.options.timeDifference = -next;
    },
  };
}

/** ccxt's own Binance USD-M client, told to leave waiting, repeating and clock offsets to us. */
export function createCcxt(): binanceusdm {
  return new binanceusdm({
    // Waiting belongs to the caller: an order must not sit in a queue past its decision.
    enableRateLimit: false,
    options: { recvWindow: READ_WINDOW_MS, maxRetriesOnFailure: 0, adjustForTimeDifference: false },
  });
}

/** Signatures are good for as long as the venue's receive window. */
const SIGNATURE = /signature=[^&\s"']+/gi;

/** A venue, or a proxy before it, may repeat a request in its refusal; refusals are logged, stored and told. */
function withoutKeys(error: VenueError, keys: VenueKeys | null): VenueError {
  const values = keys === null ? [] : [keys.apiKey, keys.secret];
  const shown = values.reduce((text, value) => text.replaceAll(value, "[key]"), error.message);
  const message = shown.replace(SIGNATURE, "signature=[left out]");
  if (message === error.message) return error;
  const { kind, code, reason, retryAtMs, accountRemedy } = error;
  return new VenueError(kind, code, message, {
    ...(reason === null ? {} : { reason }),
    ...(retryAtMs === null ? {} : { retryAtMs }),
    ...(accountRemedy === null ? {} : { accountRemedy }),
  });
}

/** The arguments with which ccxt calls `fetch`. */
interface CcxtRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: unknown;
  readonly body: unknown;
}

function requestOf({ url, method, headers, body }: CcxtRequest, origin: string | null): HttpRequest {
  const target = new URL(url);
  const address = origin === null ? url : `${origin}${target.pathname}${target.search}`;
  return {
    method,
    url: address,
    headers: { "user-agent": "ballast", ...(headers as Readonly<Record<string, string>> | undefined) },
    body: typeof body === "string" ? body : null,
  };
}

/** Header names are case-insensitive, and not every transport lowers them. */
function withLowerCaseNames(response: HttpResponse): HttpResponse {
  const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...response, headers: Object.fromEntries(headers) as Record<string, string> };
}

/**
 * Errors that do not silence the whole instance: the order rate limit counts orders only, and how long a firewall or
 * region block lasts is our guess, which must not keep a cancel from being tried.
 */
const NOT_HELD: ReadonlySet<string> = new Set(["-1015", "HTTP_403", "HTTP_451"]);

/** While the venue wants silence nothing is sent: each request under a ban makes the ban longer. */
function createHold(clock: Clock): { check(): void; remember(error: VenueError): void } {
  let held: { readonly error: VenueError; readonly untilMs: number } | null = null;
  return {
    check() {
      if (held === null || clock.nowMs() >= held.untilMs) return;
      const { kind, code, reason } = held.error;
      const text = `Not sent: the venue wants no requests before ${new Date(held.untilMs).toISOString()}`;
      throw new VenueError(kind, code, text, {
        ...(reason === null ? {} : { reason }),
        retryAtMs: held.untilMs,
        cause: held.error,
      });
    },
    remember(error) {
      if (error.retryAtMs === null || NOT_HELD.has(error.code)) return;
      if (held === null || error.retryAtMs > held.untilMs) held = { error, untilMs: error.retryAtMs };
    },
  };
}
