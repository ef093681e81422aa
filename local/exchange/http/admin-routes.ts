// The admin API over HTTP, under /admin/: unsigned, for this machine only.
//   GET  /admin/state                     the venue's truth
//   GET|POST|DELETE /admin/faults[/id]    list, add, clear faults
//   POST /admin/{price,jump,regime,pause,resume,time,deposit,withdraw,income,account,settings,symbolSettings,reset,ban,limits}
import { AdminInputError } from "../admin/input.ts";
import { jsonResponse } from "../api/dispatch.ts";
import type { Exchange } from "../exchange.ts";
import { FaultInputError, readFaultRule } from "../faults/read-rule.ts";
import type { ExchangeRequest, ExchangeResponse } from "../types.ts";

export const isAdminPath = (path: string): boolean => path === "/admin" || path.startsWith("/admin/");

function parseBody(body: string): unknown {
  if (body.trim() === "") return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new AdminInputError("The body is not JSON", { cause: error });
  }
}

function faultRoute(
  exchange: Exchange,
  request: ExchangeRequest,
  id: string | undefined,
): ExchangeResponse | undefined {
  if (request.method === "GET" && id === undefined) return jsonResponse(200, exchange.faults());
  if (request.method === "POST" && id === undefined) {
    return jsonResponse(200, exchange.addFault(readFaultRule(parseBody(request.body))));
  }
  if (request.method !== "DELETE") return undefined;
  if (id !== undefined && !/^\d+$/.test(id)) throw new AdminInputError(`Fault id ${id} is not a number`);
  return jsonResponse(200, { cleared: exchange.clearFaults(id === undefined ? undefined : Number(id)) });
}

function route(exchange: Exchange, request: ExchangeRequest): ExchangeResponse | undefined {
  const [, , name = "", id, ...rest] = request.path.split("/");
  if (rest.length > 0) return undefined;
  if (name === "faults") return faultRoute(exchange, request, id);
  if (id !== undefined) return undefined;
  if (name === "state" && request.method === "GET") return jsonResponse(200, exchange.dump());
  if (request.method === "POST")
    return jsonResponse(200, exchange.admin(name, parseBody(request.body)) ?? {});
  return undefined;
}

/** Answers an admin request; 400 names what is wrong with its input, 403 turns browsers away. */
export function handleAdmin(exchange: Exchange, request: ExchangeRequest): ExchangeResponse {
  // A page in a browser could otherwise reach an unsigned API on this machine.
  if (request.headers.origin !== undefined)
    return jsonResponse(403, { error: "The admin API does not answer browsers" });
  try {
    return (
      route(exchange, request) ??
      jsonResponse(404, { error: `No admin route ${request.method} ${request.path}` })
    );
  } catch (error) {
    if (error instanceof AdminInputError || error instanceof FaultInputError)
      return jsonResponse(400, { error: error.message });
    throw error;
  }
}
