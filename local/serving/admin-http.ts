// The small JSON-over-HTTP side of each server: routes by method and path, JSON in and out, errors that name
// the cause. It serves the machine's own loopback only.
import type { IncomingMessage, ServerResponse } from "node:http";

/** An admin body is a handful of settings; anything larger is a mistake. */
const LARGEST_BODY_BYTES = 1_000_000;

export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One route: its path may end in `/*`, and what stands there is passed on decoded. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly answer: (request: {
    readonly rest: string;
    readonly body: unknown;
    readonly query: URLSearchParams;
  }) => Answer | Promise<Answer>;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > LARGEST_BODY_BYTES) throw new BadRequest(`The body exceeds ${LARGEST_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  if (sizeBytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new BadRequest("The body is not JSON", { cause });
  }
}

function matchRoute(routes: readonly Route[], method: string, path: string) {
  for (const route of routes) {
    if (route.method !== method) continue;
    if (route.path === path) return { route, rest: "" };
    if (route.path.endsWith("/*") && path.startsWith(route.path.slice(0, -1))) {
      return { route, rest: decodeURIComponent(path.slice(route.path.length - 1)) };
    }
  }
  return undefined;
}

async function answerOf(routes: readonly Route[], request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://admin");
  const found = matchRoute(routes, request.method ?? "GET", url.pathname);
  if (found === undefined) {
    const known = routes.map((route) => `${route.method} ${route.path}`);
    return { status: 404, body: { error: `No route ${request.method} ${url.pathname}`, routes: known } };
  }
  const body = await readJson(request);
  return found.route.answer({ rest: found.rest, body, query: url.searchParams });
}

/** An HTTP request handler over the routes. */
export function adminHandler(routes: readonly Route[]) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answerOf(routes, request)
      .catch((fault: unknown): Answer => {
        const error = fault instanceof Error ? fault.message : String(fault);
        return { status: fault instanceof BadRequest ? 400 : 500, body: { error } };
      })
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(`${JSON.stringify(body)}\n`);
      });
  };
}
