// The JSON side of a Google API on a server's own port: what its REST clients call. A refusal is answered as Google
// answers it, `{error: {code, message, status}}`. Requests of pages are refused: no page calls these.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { status } from "@grpc/grpc-js";
import { GrpcFault } from "./grpc-port.ts";
import type { LogLine } from "./log-line.ts";

/** Pub/Sub takes requests of 10 MB, and base64 makes them a third longer. */
const LARGEST_BODY_BYTES = 20_000_000;

/** HTTP status of each google.rpc.Code that these servers answer; every other is 500. */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.FAILED_PRECONDITION]: 400,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.UNIMPLEMENTED]: 501,
  [status.UNAVAILABLE]: 503,
};

export interface JsonMethod {
  /** Of the path below the origin; its first group is the resource. */
  readonly path: RegExp;
  /** Throws GrpcFault. */
  readonly answer: (resource: string, body: Readonly<Record<string, unknown>>) => unknown;
}

/** Answers POST calls of the methods, and hands every other request on. */
export function googleJson(
  methods: readonly JsonMethod[],
  { say, otherwise }: { readonly say: LogLine; readonly otherwise: RequestListener },
): RequestListener {
  return (request, response) => {
    const path = new URL(request.url ?? "/", "http://local").pathname;
    const method = request.method === "POST" ? methods.find((each) => each.path.test(path)) : undefined;
    if (method === undefined) return otherwise(request, response);
    const resource = decodeURIComponent(method.path.exec(path)?.[1] ?? "");
    bodyOf(request)
      .then((body) => send(response, 200, method.answer(resource, body)))
      .catch((fault: unknown) => refuse(response, fault, say));
  };
}

function refuse(response: ServerResponse, fault: unknown, say: LogLine): void {
  const message = fault instanceof Error ? fault.message : String(fault);
  const code = fault instanceof GrpcFault ? fault.code : status.INTERNAL;
  if (code === status.INTERNAL) say(`internal error: ${message}`);
  const http = HTTP_STATUS[code] ?? 500;
  send(response, http, { error: { code: http, message, status: status[code] } });
}

function send(response: ServerResponse, http: number, body: unknown): void {
  response.writeHead(http, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers.origin !== undefined)
    throw new GrpcFault(status.PERMISSION_DENIED, "Pages may not call this server");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) throw new GrpcFault(status.INVALID_ARGUMENT, "The body is too large");
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (typeof body === "object" && body !== null) return body as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new GrpcFault(status.INVALID_ARGUMENT, "The body is not a JSON object");
}
