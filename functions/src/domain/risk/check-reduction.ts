// The gates of an order that shrinks a position: its own, few, and none that asks for fresh NAV or room in a limit,
// because shrinking exposure must stay possible when everything else is in doubt.
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import { denial, type RiskCheck, type RiskContext } from "./context.ts";
import { intentFresh } from "./freshness.ts";
import { marketKnown, tradingStateAllowsReduction, venueNotBanned } from "./permission.ts";

const REDUCTION_CHECKS: readonly RiskCheck[] = [
  tradingStateAllowsReduction,
  venueNotBanned,
  intentFresh,
  marketKnown,
];

/** Every denial of the reduction; `group` is the open group of the symbol, if there is one. */
export function checkReduction(context: RiskContext, group: Group | null): readonly Denial[] {
  const denials = REDUCTION_CHECKS.flatMap((check) => check(context) ?? []);
  const { intent } = context;
  if (group === null)
    return [...denials, denial("POSITION_NOT_OPEN", { unit: "symbol", subject: intent.symbol })];
  if (intent.side === null || intent.side === group.side) return denials;
  const opposite = denial("OPPOSITE_POSITION_OPEN", {
    limit: group.side,
    actual: intent.side,
    unit: "side",
    subject: intent.symbol,
  });
  return [...denials, opposite];
}
