// The frame of the public functions: method, address, body limit, and one answer in JSON whatever happens. Each
// function gives its rules as data. Must not judge what was sent, and must not log an address: it may hold a token.
import { EnvironmentMismatchError } from "#app/documents";
import type { Logger } from "#ports/logger.ts";

/** Names in lower case, as Node gives them. */
type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The parts of an Express request that are used. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: HttpHeaders;
  readonly rawBody?: Uint8Array | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** The parts of an Express response that are used. */
export interface HttpResponse {
  status(code: number): HttpResponse;
  set(headers: Readonly<Record<string, string>>): HttpResponse;
  json(body: unknown): unknown;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly code: string; readonly message: string; readonly remedy?: string };
}

/** A request that the frame let through. */
export interface FramedRequest {
  readonly request: HttpRequest;
  /** One value a name; a name that came several times has its values joined by spaces. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes that were signed, as they came. */
  readonly rawBody: Uint8Array;
}

interface FrontDeps {
  readonly logger: Logger;
}

export interface HttpRules<Target, Deps extends FrontDeps> {
  /** The fault that is answered when method and address are both wrong. */
  readonly checksFirst: "method" | "address";
  /** What an address asks for; null when there is nothing at it. */
  readonly targetOf: (path: string) => Target | null;
  readonly maxBodyBytes: number;
  readonly words: FrontWords;
  readonly receive: (deps: Deps, target: Target, request: FramedRequest) => Promise<HttpAnswer>;
}

/** What the frame's own answers and log lines say for one function. */
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

/** The function that answers requests by these rules. */
export function httpFront<Target, Deps extends FrontDeps>(
  rules: HttpRules<Target, Deps>,
  wiring: FrontWiring<Deps>,
): (request: HttpRequest, response: HttpResponse) => Promise<void> {
  return async (request, response) => {
    const { status, headers, body } = await answerTo(rules, wiring, request);
    response
      .status(status)
      .set({ "Cache-Control": "no-store", ...headers })
      .json(body);
  };
}

async function answerTo<Target, Deps extends FrontDeps>(
  rules: HttpRules<Target, Deps>,
  { deps, reportUnusable }: FrontWiring<Deps>,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { words, maxBodyBytes } = rules;
  const target = rules.targetOf(request.path);
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
  const framed = framedRequest(request);
  if (framed.rawBody.length > maxBodyBytes) return bodyTooLarge(words, maxBodyBytes);
  try {
    return await rules.receive(made, target, framed);
  } catch (error) {
    made.logger.error(words.failed, {
      cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return error instanceof EnvironmentMismatchError ? environmentMismatch() : unavailable(words);
  }
}

function framedRequest(request: HttpRequest): FramedRequest {
  const single = Object.entries(request.headers).map(([name, value]) => [
    name,
    typeof value === "object" ? value.join(" ") : value,
  ]);
  return { request, headers: Object.fromEntries(single), rawBody: request.rawBody ?? new Uint8Array() };
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
