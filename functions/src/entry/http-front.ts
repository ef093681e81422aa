// The frame of the public functions: method, address, body limit, and one answer in JSON in every case. Each
// function gives its rules as data. Must not judge the content of a request, nor believe what a header says about
// it, and must leave addresses out of the log: one may hold a token.
import { EnvironmentMismatchError } from "#app/documents";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import type { Logger } from "#ports/logger.ts";
import { requestAddress } from "./request-address.ts";

/** TradingView waits 3 s for its answer. A body of 64 KiB takes far less on any line that trades. */
const BODY_LIMIT_MS = 3_000;

/** Names in lower case, as Node gives them. */
type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request free of any server's types. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as they stand in the request: nothing of them is decoded. */
  readonly url: string;
  readonly headers: HttpHeaders;
  readonly peerAddress: string | undefined;
  /** The bytes as they came, whatever the headers call them. May reject with BodyRefusedError before their end. */
  readonly body: (maxBytes: number) => Promise<Uint8Array>;
}

/** Why a body was not read to its end. */
export class BodyRefusedError extends Error {
  readonly reason: "too large" | "cut off";
  constructor(reason: "too large" | "cut off", options?: ErrorOptions) {
    super(`The body is ${reason}`, options);
    this.name = "BodyRefusedError";
    this.reason = reason;
  }
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly code: string; readonly message: string; readonly remedy?: string };
}

/** A request that the frame let through. */
export interface FramedRequest {
  readonly query: URLSearchParams;
  readonly peerAddress: string | undefined;
  /** Every address that the request was sent on from, as the platform gives them. */
  readonly forwardedFor: string | readonly string[] | undefined;
  /** One value a name; a name that came several times has its values joined by spaces. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes that were signed, as they came. */
  readonly rawBody: Uint8Array;
}

interface FrontDeps {
  readonly deadline: Deadline;
  readonly logger: Logger;
}

export interface HttpRules<Target, Deps extends FrontDeps> {
  /** The fault that is answered when method and address are both wrong. */
  readonly checksFirst: "method" | "address";
  /** The target at an address; null for an unknown address. */
  readonly targetOf: (path: string) => Target | null;
  readonly maxBodyBytes: number;
  readonly words: FrontWords;
  readonly receive: (deps: Deps, target: Target, request: FramedRequest) => Promise<HttpAnswer>;
}

/** One function's words for the frame's own answers and log lines. */
interface FrontWords {
  readonly wrongMethod: string;
  readonly wrongAddressRemedy: string;
  readonly bodyTooLargeRemedy: string;
  readonly unavailable: string;
  readonly unavailableRemedy: string;
  /** Log line about a request that failed. */
  readonly failed: string;
}

/** Where the dependencies come from, and who is told when they cannot be made: there is no logger yet. */
interface FrontWiring<Deps extends FrontDeps> {
  readonly deps: () => Deps;
  readonly reportUnusable: (error: unknown) => void;
}

export type AnswerHttp = (request: HttpRequest) => Promise<HttpAnswer>;

/** Answers requests by these rules. Never rejects. */
export function httpFront<Target, Deps extends FrontDeps>(
  rules: HttpRules<Target, Deps>,
  wiring: FrontWiring<Deps>,
): AnswerHttp {
  return async (request) => {
    const { status, headers, body } = await answerTo(rules, wiring, request);
    return { status, headers: { "Cache-Control": "no-store", ...headers }, body };
  };
}

async function answerTo<Target, Deps extends FrontDeps>(
  rules: HttpRules<Target, Deps>,
  { deps, reportUnusable }: FrontWiring<Deps>,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { words } = rules;
  const { path, query } = requestAddress(request.url);
  if (isHealthCheck(request.method, path)) return serving();
  const target = rules.targetOf(path);
  const methodFault = request.method === "POST" ? null : wrongMethod(words);
  if (target === null)
    return rules.checksFirst === "method" ? (methodFault ?? wrongAddress(words)) : wrongAddress(words);
  if (methodFault !== null) return methodFault;
  let made: Deps;
  try {
    made = deps();
  } catch (error) {
    reportUnusable(error);
    return unavailable(words);
  }
  try {
    const rawBody = await bodyOf(rules, made.deadline, request);
    if (!(rawBody instanceof Uint8Array)) return rawBody;
    const { peerAddress } = request;
    const forwardedFor = request.headers["x-forwarded-for"];
    const headers = singleValues(request.headers);
    return await rules.receive(made, target, { query, peerAddress, forwardedFor, headers, rawBody });
  } catch (error) {
    made.logger.error(words.failed, {
      cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return error instanceof EnvironmentMismatchError ? environmentMismatch() : unavailable(words);
  }
}

/** The body, or the answer that refuses it. */
async function bodyOf<Target, Deps extends FrontDeps>(
  { words, maxBodyBytes }: HttpRules<Target, Deps>,
  deadline: Deadline,
  request: HttpRequest,
): Promise<Uint8Array | HttpAnswer> {
  try {
    const bytes = await deadline.within(request.body(maxBodyBytes), BODY_LIMIT_MS);
    return bytes.length > maxBodyBytes ? bodyTooLarge(words, maxBodyBytes) : bytes;
  } catch (error) {
    if (error instanceof DeadlineExceededError) return bodyTooSlow();
    if (!(error instanceof BodyRefusedError)) throw error;
    return error.reason === "too large" ? bodyTooLarge(words, maxBodyBytes) : bodyTooSlow();
  }
}

/** The functions emulator asks for this before it hands requests to a process. It tells nothing but that one runs. */
function isHealthCheck(method: string, path: string): boolean {
  return method === "GET" && path === "/__/health";
}

function singleValues(headers: HttpHeaders): FramedRequest["headers"] {
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === "object" ? value.join(" ") : value,
  ]);
  return Object.fromEntries(single);
}

function serving(): HttpAnswer {
  return answer(200, { code: "SERVING", message: "This function is served" });
}

function wrongMethod({ wrongMethod: message }: FrontWords): HttpAnswer {
  const given = answer(405, { code: "METHOD_NOT_ALLOWED", message, remedy: "Use POST" });
  return { ...given, headers: { Allow: "POST" } };
}

function wrongAddress({ wrongAddressRemedy: remedy }: FrontWords): HttpAnswer {
  return answer(404, { code: "NOT_FOUND", message: "There is nothing at this address", remedy });
}

function bodyTooLarge({ bodyTooLargeRemedy: remedy }: FrontWords, limitBytes: number): HttpAnswer {
  return answer(413, { code: "BODY_TOO_LARGE", message: `The body is over ${limitBytes} bytes`, remedy });
}

function bodyTooSlow(): HttpAnswer {
  const message = `The body did not arrive within ${BODY_LIMIT_MS} ms; nothing was stored`;
  const given = answer(408, { code: "BODY_TOO_SLOW", message, remedy: "Send it again, in one piece" });
  return { ...given, headers: { Connection: "close" } };
}

function unavailable({ unavailable: message, unavailableRemedy: remedy }: FrontWords): HttpAnswer {
  return answer(503, { code: "UNAVAILABLE", message, remedy });
}

function environmentMismatch(): HttpAnswer {
  return answer(503, {
    code: "ENVIRONMENT_MISMATCH",
    message: "This deployment does not belong to its database; nothing was stored",
    remedy: "The operator's log says which setting to correct",
  });
}

function answer(status: number, body: HttpAnswer["body"]): HttpAnswer {
  return { status, headers: {}, body };
}
