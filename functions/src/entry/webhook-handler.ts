// HTTP around receiving a signal: method, path, token, source address, and an answer in JSON whatever happens. Must
// not decide anything about the signal itself, and must not log an address that may hold a token.
import { EnvironmentMismatchError } from "#app/documents";
import type { ReceiveSignal, SignalRequest } from "#app/receive";
import { type Answer, answer, clientAddress } from "#app/receive";
import type { Logger } from "#ports/logger.ts";

/** Names in lower case, as Node gives them. */
type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The part of an Express request that is used. */
export interface HookHttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: HttpHeaders;
  readonly rawBody?: Uint8Array | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

export interface HookHttpResponse {
  status(code: number): HookHttpResponse;
  set(headers: Readonly<Record<string, string>>): HookHttpResponse;
  json(body: unknown): unknown;
}

export interface WebhookDeps {
  readonly receiveSignal: ReceiveSignal;
  readonly logger: Logger;
}

interface HookAddress {
  readonly hookId: string;
  readonly token: string | null;
}

/** `/hooks/{hookId}` or `/hooks/{hookId}/{token}`; Google's function address has the first segment taken off. */
export function hookAddress(path: string): HookAddress | null {
  const segments = path.split("/").filter((segment) => segment !== "");
  const [hookId, token, ...rest] = segments[0] === "hooks" ? segments.slice(1) : segments;
  if (hookId === undefined || rest.length > 0) return null;
  return { hookId, token: token ?? null };
}

/** `reportUnusable` is told when the dependencies themselves cannot be made, and there is no logger yet. */
export function webhookHandler(
  deps: () => WebhookDeps,
  reportUnusable: (error: unknown) => void,
): (request: HookHttpRequest, response: HookHttpResponse) => Promise<void> {
  return async (request, response) => {
    const { status, headers, body } = await answerTo(deps, reportUnusable, request);
    response
      .status(status)
      .set({ "Cache-Control": "no-store", ...headers })
      .json(body);
  };
}

async function answerTo(
  deps: () => WebhookDeps,
  reportUnusable: (error: unknown) => void,
  request: HookHttpRequest,
): Promise<Answer> {
  if (request.method !== "POST")
    return answer(
      405,
      { code: "METHOD_NOT_ALLOWED", message: "Signals are sent with POST", remedy: "Use POST" },
      { Allow: "POST" },
    );
  const address = hookAddress(request.path);
  if (address === null)
    return answer(404, {
      code: "NOT_FOUND",
      message: "There is nothing at this address",
      remedy: "Send signals to /hooks/{hookId}",
    });
  let made: WebhookDeps;
  try {
    made = deps();
  } catch (error) {
    reportUnusable(error);
    return unavailable();
  }
  try {
    return await made.receiveSignal(signalRequest(address, request));
  } catch (error) {
    return failed(made.logger, error);
  }
}

function signalRequest(address: HookAddress, request: HookHttpRequest): SignalRequest {
  return {
    hookId: address.hookId,
    addressToken: address.token ?? queryToken(request.query),
    headers: singleHeaders(request.headers),
    rawBody: request.rawBody ?? new Uint8Array(),
    sourceAddress: clientAddress(request.headers["x-forwarded-for"], request.socket.remoteAddress),
  };
}

/** Everything that gets here happened before anything was stored: receiving reports later faults itself. */
function failed(logger: Logger, error: unknown): Answer {
  logger.error("A webhook request failed; nothing was stored", {
    cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  if (!(error instanceof EnvironmentMismatchError)) return unavailable();
  return answer(503, {
    code: "ENVIRONMENT_MISMATCH",
    message: "This deployment does not belong to its database; nothing was stored",
    remedy: "The operator's log says which setting to correct",
  });
}

function unavailable(): Answer {
  return answer(503, {
    code: "UNAVAILABLE",
    message: "The signal could not be received; nothing was stored",
    remedy: "Send it again; the operator's log has the cause",
  });
}

function queryToken(query: Readonly<Record<string, unknown>>): string | null {
  return typeof query.token === "string" && query.token !== "" ? query.token : null;
}

export function singleHeaders(headers: HttpHeaders): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === "object" ? value.join(" ") : value,
    ]),
  );
}
