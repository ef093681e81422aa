// A ccxt instance with its network replaced: every request goes once through our transport, is checked before it leaves, and
// comes back as parsed JSON or as a VenueError. ccxt keeps building, signing and naming. Must not send while the venue wants
// silence, and must not let a key into a message.
import type { HttpRequest, HttpResponse, HttpTransport } from "#adapters/http/http-transport.ts";
import { TransportError } from "#adapters/http/http-transport.ts";
import type { Clock } from "#ports/clock.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import { type KnownBan, VenueError } from "#ports/venue.ts";

export interface VenueClientOptions {
  /** Null for a client that asks only what the venue tells everybody. */
  readonly keys: VenueKeys | null;
  /** Told of every answer that refuses the keys themselves. */
  readonly onKeysRefused?: () => void;
  /** `http://127.0.0.1:8600` for a local exchange; null for the production address. */
  readonly origin: string | null;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  /** Shared by the clients of one host; missing for one that is alone. */
  readonly ban?: KnownBan;
  /** Called with what is about to leave; throwing keeps it from leaving. */
  readonly beforeSend: (request: HttpRequest) => void;
}

export interface VenueClient<Ccxt> {
  /** Use only through `call`: ccxt's own errors are not ours. */
  readonly exchange: Ccxt;
  /** Venue's clock less ours, in milliseconds; zero until learnt. */
  offsetMs(): number;
  setOffsetMs(offsetMs: number): void;
}

/** How one venue answers, and what it counts. */
export interface Dialect {
  /** The error that an answer means, or null when it is a success. `body` is the parsed JSON, undefined if it is none. */
  readonly errorOf: (response: HttpResponse, body: unknown, nowMs: number) => VenueError | null;
  /** Of an error with a time: whether the venue wants no request of any kind before it. */
  readonly silences: (error: VenueError) => boolean;
  readonly isKeyRefusal: (code: string) => boolean;
  /** A signature in a text: it is good for as long as the venue's receive window. */
  readonly signature: RegExp;
  readonly counts: RequestCounts;
}

/** The venue's counts of requests. Header names of a response are in lower case. */
export interface RequestCounts {
  /** Throws VenueError `retryable`, reason `tooManyRequests`, for a request that has no room. */
  check(request: HttpRequest, offsetMs: number): void;
  learn(
    request: HttpRequest,
    response: HttpResponse,
    times: { readonly sentAtMs: number; readonly offsetMs: number },
  ): void;
}

/** The part of ccxt's instances that is replaced. */
interface CcxtInstance {
  apiKey: string;
  secret: string;
  options: Record<string, unknown>;
  milliseconds(): number;
  fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown>;
  parseJson(text: string): unknown;
}

export function createVenueClient<Ccxt extends CcxtInstance>(
  exchange: Ccxt,
  dialect: Dialect,
  options: VenueClientOptions,
): VenueClient<Ccxt> {
  const { keys, clock } = options;
  if (keys !== null) {
    exchange.apiKey = keys.apiKey;
    exchange.secret = keys.secret;
  }
  exchange.options.timeDifference = 0;
  // Signed timestamps come from the injected clock; ccxt subtracts `timeDifference` from it.
  exchange.milliseconds = () => clock.nowMs();
  const hold = createHold(clock, dialect.silences, options.ban);
  let offsetMs = 0;
  exchange.fetch = async (url: string, method = "GET", headers: unknown = {}, body: unknown = undefined) => {
    hold.check();
    const request = requestOf({ url, method, headers, body }, options.origin);
    dialect.counts.check(request, offsetMs);
    options.beforeSend(request);
    const sentAtMs = clock.nowMs();
    const answer = await options.transport(request).catch((error: unknown) => {
      throw error instanceof TransportError ? errorWithoutAnswer(error) : error;
    });
    const response = withLowerCaseNames(answer);
    dialect.counts.learn(request, response, { sentAtMs, offsetMs });
    // ccxt's parser keeps the digits of integers beyond 2^53, as newer order ids are.
    const parsed: unknown = exchange.parseJson(response.body.trim());
    const refusal = dialect.errorOf(response, parsed, clock.nowMs());
    if (refusal === null) return parsed;
    const error = withoutKeys(refusal, keys, dialect.signature);
    hold.remember(error);
    if (dialect.isKeyRefusal(error.code)) options.onKeysRefused?.();
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

/** The error that a request without an answer means. */
function errorWithoutAnswer(error: TransportError): VenueError {
  const kind = error.sent ? "unknown" : "retryable";
  return new VenueError(kind, error.code === "ECONNRESET" ? "RESET" : error.code, error.message, {
    cause: error,
  });
}

/** A venue, or a proxy before it, may repeat a request in its refusal; refusals are logged, stored and told. */
function withoutKeys(error: VenueError, keys: VenueKeys | null, signature: RegExp): VenueError {
  const values = keys === null ? [] : [keys.apiKey, keys.secret];
  const shown = values.reduce((text, value) => text.replaceAll(value, "[key]"), error.message);
  const message = shown.replace(signature, "[left out]");
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
  // ccxt's own broker id, which would make the account's orders those of a broker's client.
  const { Referer: _broker, ...signed } = (headers ?? {}) as Readonly<Record<string, string>>;
  return {
    method,
    url: address,
    headers: { "user-agent": "ballast", ...signed },
    body: typeof body === "string" ? body : null,
  };
}

/** Header names are case-insensitive, and not every transport lowers them. */
function withLowerCaseNames(response: HttpResponse): HttpResponse {
  const entries = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...response, headers: Object.fromEntries(entries) as Record<string, string> };
}

/** While the venue wants silence nothing is sent: each request under a ban makes the ban longer. */
function createHold(
  clock: Clock,
  silences: Dialect["silences"],
  ban: KnownBan | undefined,
): { check(): void; remember(error: VenueError): void } {
  let held: { readonly error: VenueError; readonly untilMs: number } | null = null;
  return {
    check() {
      const bannedUntilMs = ban?.untilMs() ?? 0;
      if (clock.nowMs() < bannedUntilMs) throw knownBan(bannedUntilMs);
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
      if (error.retryAtMs === null || !silences(error)) return;
      if (held === null || error.retryAtMs > held.untilMs) held = { error, untilMs: error.retryAtMs };
      if (error.kind === "banned") ban?.met(error.retryAtMs);
    },
  };
}

function knownBan(retryAtMs: number): VenueError {
  const until = new Date(retryAtMs).toISOString();
  const text = `Not sent: the venue wants no requests from this address before ${until}`;
  return new VenueError("banned", "BANNED", text, { reason: "banned", retryAtMs });
}
