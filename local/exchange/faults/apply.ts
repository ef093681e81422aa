// Turns struck faults into the client's answer. A request that failed before the venue saw it and one that
// took effect but lost its answer are kept apart.
import type { FaultAnswers, Row } from "../dialect.ts";
import type { ExchangeResponse } from "../types.ts";
import type { FaultEffect } from "./fault.ts";
import { withOddRow } from "./odd-row.ts";

const GARBAGE_BODY = '{"orderId":28391,"sym<!doctype html>\u0000\ufffd';

/** The answer an effect gives in place of the venue's, or undefined when it leaves the answer alone. */
function replacement(
  venue: FaultAnswers,
  effect: FaultEffect,
  serverNowMs: number,
): ExchangeResponse | undefined {
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
      return venue.venueError(effect, serverNowMs);
    case "rateLimit":
      return venue.rateLimit(effect, serverNowMs);
    default:
      return undefined;
  }
}

/** An answer given before the venue sees the request; undefined lets it through. */
export function answerBefore(
  venue: FaultAnswers,
  effects: readonly FaultEffect[],
  serverNowMs: number,
): ExchangeResponse | undefined {
  for (const effect of effects) {
    const early = effect.kind === "rateLimit" || ("when" in effect && effect.when === "before");
    const answer = early ? replacement(venue, effect, serverNowMs) : undefined;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

type RowEffect = Extract<FaultEffect, { kind: "row" }>;

/** A list with one symbol's rows spoilt; any other answer as it is. */
function withoutRow(
  venue: FaultAnswers,
  response: ExchangeResponse,
  { symbol, how }: RowEffect,
): ExchangeResponse {
  if (response.status !== 200) return response;
  const spoil = (row: unknown): readonly unknown[] => {
    if ((row as Row).symbol !== symbol) return [row];
    if (how === "missing") return [];
    return how === "empty" ? [{ ...(row as Row), ...venue.noQuote }] : [{ symbol, note: "unlisted" }];
  };
  const answer: unknown = JSON.parse(response.body);
  return { ...response, body: JSON.stringify(venue.changeList(answer, (rows) => rows.flatMap(spoil))) };
}

/** The venue's answer as the faults let it reach the client. */
export function alterAfter(
  venue: FaultAnswers,
  effects: readonly FaultEffect[],
  { response, serverNowMs }: { readonly response: ExchangeResponse; readonly serverNowMs: number },
): ExchangeResponse {
  let altered = effects.some(({ kind }) => kind === "unpriced") ? withoutPrices(venue, response) : response;
  let latencyMs = 0;
  for (const effect of effects) {
    if (effect.kind === "row") altered = withoutRow(venue, altered, effect);
    if (!("when" in effect) || effect.when !== "after") continue;
    if (effect.kind === "latency") latencyMs += effect.latencyMs;
    else if (effect.kind === "oddRow") altered = withOddRow(effect, altered);
    else altered = replacement(venue, effect, serverNowMs) ?? altered;
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

function withoutPrices(venue: FaultAnswers, response: ExchangeResponse): ExchangeResponse {
  const answer: unknown = JSON.parse(response.body);
  return { ...response, body: JSON.stringify(venue.unpriced(answer)) };
}
