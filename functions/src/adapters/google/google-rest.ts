// One call of a Google API in JSON, repeated within its bound where the caller says that a repetition does no harm.
// In place of Google's client libraries, which cost a cold start more than everything else together (decision 79).
import { setTimeout as pause } from "node:timers/promises";
import { type HttpTransport, TransportError } from "#adapters/http/http-transport.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import type { Clock } from "#ports/clock.ts";
import { type AccessToken, emulatorOwner } from "./access-token.ts";

/** google.rpc.Code by its name, as JSON answers carry it. */
const CODES: Readonly<Record<string, number>> = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
};
const UNKNOWN = 2;
/** For a fault whose name is none of these. */
const UNNAMED = "UNNAMED";
const UNAVAILABLE = 14;

/** First pause before a repetition; it doubles. Half of it is random, so that callers do not come back together. */
const FIRST_PAUSE_MS = 100;

/** That Google refused, without a byte of the answer beside the word by which Google names its fault. */
interface Refusal {
  readonly httpStatus: number;
  /** Like `NOT_FOUND`. */
  readonly word: string;
}

interface Fault extends ErrorOptions {
  /** False only when it is certain that the API never had the request. */
  readonly sent: boolean;
  readonly refusal?: Refusal;
}

/**
 * The API's refusal, or `UNAVAILABLE` when no usable answer came. `code` is a google.rpc.Code, as in Google's clients.
 * The message of a refusal is Google's own, and may repeat the request.
 */
export class GoogleRestError extends Error {
  readonly code: number;
  readonly sent: boolean;
  /** Null when no usable answer came. */
  readonly refusal: Refusal | null;
  constructor(code: number, message: string, fault: Fault) {
    super(message, fault);
    this.name = "GoogleRestError";
    this.code = code;
    this.sent = fault.sent;
    this.refusal = fault.refusal ?? null;
  }
}

interface RestCall {
  readonly method: "GET" | "POST";
  /** Below the API's origin, with its slash. */
  readonly path: string;
  /** Undefined for a GET. */
  readonly body?: unknown;
  /** Codes after which the call is made again, as it is when it never left. Null: one attempt, whatever comes of it. */
  readonly retried: ReadonlySet<number> | null;
  /** The whole call with its repetitions, ms. */
  readonly limitMs: number;
}

/** Resolves with the parsed answer. Rejects with GoogleRestError, and with DeadlineExceededError at its bound. */
export type GoogleRest = (call: RestCall) => Promise<unknown>;

export interface GoogleRestOptions {
  /** Origin of the API, or of the server that stands for it on this machine. */
  readonly origin: string;
  readonly transport: HttpTransport;
  readonly accessToken: AccessToken;
  readonly clock: Clock;
  /** 0 to 1, for the pauses. */
  readonly random: () => number;
}

interface GooglePlace {
  readonly emulator: string | null;
  readonly attemptMs: number;
  /** One for all APIs: each new one would be a request more to the metadata server, in the middle of the work. */
  readonly accessToken: AccessToken;
  readonly clock: Clock;
}

/**
 * The way to an API: to Google itself with this token, or to a server of this machine. `emulator` is host:port.
 * Opens nothing before the first call.
 */
export function googleRestTo(
  api: string,
  { emulator, attemptMs, accessToken, clock }: GooglePlace,
): GoogleRest {
  return createGoogleRest({
    origin: emulator === null ? `https://${api}` : `http://${emulator}`,
    accessToken: emulator === null ? accessToken : emulatorOwner,
    transport: createNodeTransport(attemptMs),
    clock,
    random: Math.random,
  });
}

export function createGoogleRest(options: GoogleRestOptions): GoogleRest {
  return (call) => systemDeadline.within(repeated(options, call), call.limitMs);
}

async function repeated(options: GoogleRestOptions, call: RestCall): Promise<unknown> {
  const { clock, random } = options;
  const untilMs = clock.nowMs() + call.limitMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt(options, call);
    } catch (error) {
      const backoffMs = FIRST_PAUSE_MS * 2 ** (failures - 1);
      const pauseMs = backoffMs / 2 + random() * (backoffMs / 2);
      if (!isRetried(error, call) || clock.nowMs() + pauseMs >= untilMs) throw error;
      await pause(pauseMs);
    }
  }
}

function isRetried(error: unknown, { retried }: RestCall): boolean {
  return retried !== null && error instanceof GoogleRestError && (!error.sent || retried.has(error.code));
}

async function attempt(options: GoogleRestOptions, call: RestCall): Promise<unknown> {
  const { status, body } = await answerOf(options, call);
  const parsed = parsedBody(body);
  const fault = faultOf(parsed);
  if (fault !== null) {
    const { code, word, message } = fault;
    throw new GoogleRestError(code, message, { sent: true, refusal: { httpStatus: status, word } });
  }
  if (status === 200 && parsed !== undefined) return parsed;
  throw new GoogleRestError(UNAVAILABLE, `${call.path}: HTTP ${status} without a usable body`, {
    sent: true,
  });
}

async function answerOf({ origin, transport, accessToken }: GoogleRestOptions, call: RestCall) {
  let token: string;
  try {
    token = await accessToken();
  } catch (cause) {
    throw new GoogleRestError(UNAVAILABLE, `No token for ${call.path}`, { cause, sent: false });
  }
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const url = `${origin}${call.path}`;
  try {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    return await transport({ method: call.method, url, headers, body });
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    throw new GoogleRestError(UNAVAILABLE, cause.message, { cause, sent: cause.sent });
  }
}

function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

interface StatusJson {
  readonly status?: unknown;
  readonly message?: string;
}

/** `{error: {…}}`; a stream of answers carries it as its first or a later element. */
function faultOf(parsed: unknown): { code: number; word: string; message: string } | null {
  const answers: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  for (const answer of answers) {
    const error = (answer as { readonly error?: StatusJson } | null)?.error;
    if (error === undefined) continue;
    const word =
      typeof error.status === "string" && Object.hasOwn(CODES, error.status) ? error.status : UNNAMED;
    return { code: CODES[word] ?? UNKNOWN, word, message: error.message ?? "no reason given" };
  }
  return null;
}
