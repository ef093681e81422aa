// Tells of a route that ended before its plan was filled: what the entry has, what it was to get, and why it gets no more.
import type { AlertCondition } from "#app/telling";
import type { RouteEnd } from "#domain/decide/decide-route.ts";
import { decimalString } from "#domain/decimal.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Rejection } from "#domain/documents/order.ts";
import { isRouted, type RoutedLeg, remainderBase } from "#domain/lifecycle/route-lifecycle.ts";
import { refusalText } from "#domain/telling/refusal-words.ts";

/** An exit that its strategy made is told by itself, and wanted the entry to end. */
const UNTOLD: ReadonlySet<RouteEnd> = new Set(["CLOSING", "EXIT_NEWER"]);

/** `ORDER_ENDED`: the venue ended the last order of the route, which none may follow. */
type ToldEnd = RouteEnd | "ORDER_ENDED";

export interface EndOfRoute {
  readonly why: ToldEnd;
  readonly denials: readonly Denial[];
  /** The venue's, of its last order. */
  readonly rejection: Rejection | null;
  readonly journalSeq: number;
}

/** One for each leg whose route ended between the two without the whole of its plan. */
export function alertsOfEndedRoutes(before: Group, after: Group, end: EndOfRoute): readonly AlertCondition[] {
  if (end.why !== "ORDER_ENDED" && UNTOLD.has(end.why)) return [];
  return after.legs.filter(isRouted).flatMap((leg) => {
    const was = before.legs.find(({ kind, place }) => kind === leg.kind && place === leg.place);
    const isNews = leg.status === "ENDED" && was !== undefined && was.status !== "ENDED";
    if (leg.route.cancelling === "exit") return [];
    return isNews && !remainderBase(leg).isZero() ? [alertOf(after, leg, end)] : [];
  });
}

function alertOf(
  { accountId, groupId, strategyId, symbol }: Group,
  leg: RoutedLeg,
  { why, denials, rejection, journalSeq }: EndOfRoute,
): AlertCondition {
  const { qtyBase, filledBase, route } = leg;
  return {
    accountId,
    severity: "warning",
    code: "ENTRY_ROUTE_ENDED",
    message: `${nameOf(leg)} of ${strategyId} in ${symbol} ended with ${filledBase} of ${qtyBase} after ${route.steps.length} ${route.steps.length === 1 ? "order" : "orders"}: ${reasonOf(leg, { why, denials, rejection })}. It is not sent again`,
    remedy: "Enter by an alert if the rest of it is wanted",
    dedupeKey: `${groupId}/${leg.kind}/${leg.place}/${journalSeq}`,
  };
}

function nameOf({ kind, place }: EntryLeg): string {
  if (kind === "base") return "The entry";
  return kind === "dca" ? `Safety entry ${place}` : `Pyramid ${place}`;
}

function reasonOf(leg: RoutedLeg, { why, denials, rejection }: Omit<EndOfRoute, "journalSeq">): string {
  const { boundUsd, referenceUsd, stage, cancelling } = leg.route;
  const within = `its bound ${boundUsd}, from the reference ${referenceUsd}`;
  switch (why) {
    case "TRADING_STOPPED":
      return "trading is not ACTIVE";
    case "CLOSING":
    case "EXIT_NEWER":
      return "its position is being left";
    case "OUT_OF_TIME":
      return "its time (workingLimitMs) is over";
    case "TOO_SMALL":
      return `the rest of ${decimalString(remainderBase(leg))} is below the venue's smallest order`;
    case "BEYOND_BOUND":
      return `the price has gone past ${within}`;
    case "DENIED":
      return `refused for ${denials.map(deniedWords).join(", ")}`;
    case "ORDER_ENDED":
      if (rejection !== null) return `the venue refused its order: ${refusalText(rejection)}`;
      if (stage === "bounded") return `nothing more was to be had within ${within}`;
      return cancelling === null
        ? "the venue ended its order"
        : "its order was withdrawn, and none may follow";
  }
}

function deniedWords({ code, limit, actual }: Denial): string {
  if (limit === null && actual === null) return code;
  return `${code} (${actual ?? "unknown"}, limit ${limit ?? "unknown"})`;
}
