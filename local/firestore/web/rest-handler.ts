// Firestore's REST API over the backend: converts one call to JSON's side and back. It decides nothing about data.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Backend } from "../backend.ts";
import { identify } from "../id-token.ts";
import { jsonToMessage } from "./json-to-message.ts";
import { messageToJson } from "./message-to-json.ts";
import { rpcTypes } from "./proto-types.ts";
import { readBody } from "./request-body.ts";
import { queryToJson } from "./rest-query.ts";
import { type RestRoute, restRoute } from "./rest-route.ts";
import { asRpcError, errorJson } from "./rpc-status.ts";
import { invalid } from "./well-known-json.ts";

/** Answers one REST call. Never rejects: a failure is answered as `{error: {code, message, status}}`. */
export async function handleRest(
  req: IncomingMessage,
  res: ServerResponse,
  { url, backend, nowMs }: { readonly url: URL; readonly backend: Backend; readonly nowMs: number },
): Promise<void> {
  let streams = false;
  try {
    const route = restRoute(req.method ?? "GET", url.pathname);
    const types = rpcTypes(route.rpc);
    streams = types.streams;
    const projectId = url.pathname.split("/")[3];
    const { caller } = identify(req.headers.authorization, projectId && decodeURIComponent(projectId), nowMs);
    const body = route.body === "none" ? undefined : parseJson(await readBody(req));
    const json = {
      ...queryToJson(types.request, url.searchParams),
      ...route.fromPath,
      ...bodyFields(route, body),
    };
    const request = jsonToMessage(types.request, json);
    if (streams) {
      const answers: unknown[] = [];
      await backend.serverStream(route.rpc, request, caller, (message) => {
        answers.push(messageToJson(types.response, message));
      });
      answer(res, 200, answers);
    } else {
      answer(res, 200, messageToJson(types.response, await backend.unary(route.rpc, request, caller)));
    }
  } catch (error) {
    const json = errorJson(asRpcError(error));
    answer(res, json.error.code, streams ? [json] : json);
  }
}

/** Sends `json` as the whole response. */
export function answer(res: ServerResponse, httpStatus: number, json: unknown): void {
  res.writeHead(httpStatus, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  res.end(JSON.stringify(json));
}

function bodyFields(route: RestRoute, body: unknown): Readonly<Record<string, unknown>> {
  if (route.body === "none") return {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalid("the body must be an object");
  }
  if (route.body === "request") return { ...body, ...route.fromPath };
  return { document: route.documentName === undefined ? body : { ...body, name: route.documentName } };
}

function parseJson(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}
