// Turns struck faults into the client's answer. A request that failed before the venue saw it and one that
// took effect but lost its answer are kept apart.
import { refusalResponse } from "../api/dispatch.ts";
import { RateLimitError } from "../api/limits.ts";
import { VenueError } from "../codes.ts";
import type { ExchangeResponse } from "../types.ts";
import type { FaultEffect } from "./fault.ts";
import { withOddRow } from "./odd-row.ts";

const GARBAGE_BODY = '{"orderId":28391,"sym<!doctype html>\u0000\ufffd';

/** The answer an effect gives in place of the venue's, or undefined when it leaves the answer alone. */
function replacement(effect: FaultEffect): ExchangeResponse | undefined {
  const text = (status: number, body: string, type: string): ExchangeResponse => ({
    status,
    headers: { "Content-Type": type },
    body,
    transport: { latencyMs: 0, reset: false },
  });
  switch (effect.kind) {
    case "httpError":
      return text(effect.status, effect.body, "text/html");
    case "reset":
      return { ...text(0, "", "text/plain"), transport: { latencyMs: 0, reset: true } };
    case "body":
      return text(200, effect.content === "empty" ? "" : GARBAGE_BODY, "application/json");
    case "venueError":
      return refusalResponse(new VenueError(effect.code, effect.msg, effect.status));
    case "rateLimit": {
      const message =
        effect.status === 418
          ? "Way too many requests; IP(127.0.0.1) banned until later."
          : "Too many requests.";
      return refusalResponse(new RateLimitError(effect.status, -1003, message, effect.retryAfterS));
    }
    default:
      return undefined;
  }
}

/** An answer given before the venue sees the request; undefined lets it through. */
export function answerBefore(effects: readonly FaultEffect[]): ExchangeResponse | undefined {
  for (const effect of effects) {
    const early = effect.kind === "rateLimit" || ("when" in effect && effect.when === "before");
    const answer = early ? replacement(effect) : undefined;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

type RowEffect = Extract<FaultEffect, { kind: "row" }>;

/** A list with one symbol's rows spoilt; any other answer as it is. */
function withoutRow(response: ExchangeResponse, { symbol, how }: RowEffect): ExchangeResponse {
  const rows: unknown = response.status === 200 ? JSON.parse(response.body) : null;
  if (!Array.isArray(rows)) return response;
  const body = rows.flatMap((row: Record<string, unknown>) => {
    if (row.symbol !== symbol) return [row];
    if (how === "missing") return [];
    return how === "empty" ? [{ ...row, bidPrice: "", askPrice: "" }] : [{ symbol, note: "unlisted" }];
  });
  return { ...response, body: JSON.stringify(body) };
}

/** The venue's answer as the faults let it reach the client. */
export function alterAfter(effects: readonly FaultEffect[], response: ExchangeResponse): ExchangeResponse {
  let altered = effects.some(({ kind }) => kind === "unpriced") ? withoutPrices(response) : response;
  let latencyMs = 0;
  for (const effect of effects) {
    if (effect.kind === "row") altered = withoutRow(altered, effect);
    if (!("when" in effect) || effect.when !== "after") continue;
    if (effect.kind === "latency") latencyMs += effect.latencyMs;
    else if (effect.kind === "oddRow") altered = withOddRow(effect, altered);
    else altered = replacement(effect) ?? altered;
  }
  if (latencyMs === 0) return altered;
  return {
    ...altered,
    transport: { ...altered.transport, latencyMs: altered.transport.latencyMs + latencyMs },
  };
}

/** How late the request arrives at the venue. */
export function arrivalDelayMs(effects: readonly FaultEffect[]): number {
  let delayMs = 0;
  for (const effect of effects) {
    if (effect.kind === "latency" && effect.when === "before") delayMs += effect.latencyMs;
  }
  return delayMs;
}

/** How far the venue's clock seems off. */
export function clockSkewMs(effects: readonly FaultEffect[]): number {
  let skewMs = 0;
  for (const effect of effects) if (effect.kind === "clockSkew") skewMs += effect.skewMs;
  return skewMs;
}

function withoutPrices(response: ExchangeResponse): ExchangeResponse {
  const body: unknown = JSON.parse(response.body);
  const unpriced = (order: unknown): unknown =>
    typeof order === "object" && order !== null && "avgPrice" in order
      ? { ...order, avgPrice: "0.00", cumQuote: "0" }
      : order;
  return { ...response, body: JSON.stringify(Array.isArray(body) ? body.map(unpriced) : unpriced(body)) };
}
