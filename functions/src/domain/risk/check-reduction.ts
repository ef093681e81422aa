// The gates of an order that shrinks a position: its own, few, and none that asks for fresh NAV or room in a limit,
// because shrinking exposure must stay possible when everything else is in doubt. Which of them only delay it stands here.
import type { Denial, DenialCode } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import { denial, type RiskCheck, type RiskContext } from "./context.ts";
import { exitFresh } from "./freshness.ts";
import { marketKnown, tradingStateAllowsReduction, venueNotBanned } from "./permission.ts";
import { symbolNotHeldByAnother } from "./pool.ts";
import { exitOfAnotherGroup } from "./supersession.ts";

const REDUCTION_CHECKS: readonly RiskCheck[] = [
  tradingStateAllowsReduction,
  venueNotBanned,
  exitFresh,
  marketKnown,
  symbolNotHeldByAnother,
];

/** Refusals that end by themselves or by an operator: an exit waits for their end. */
const PASSING: ReadonlySet<DenialCode> = new Set([
  "TRADING_HALTED",
  "VENUE_BANNED",
  "ORDER_IN_FLIGHT",
  "DOCUMENT_UNREADABLE",
]);

/** Whether nothing stands against the exit but what passes. The venue can be asked for a market once a brake has ended. */
export function isPassing(denials: readonly Denial[]): boolean {
  const passing = denials.filter(({ code }) => PASSING.has(code));
  return (
    passing.length > 0 && denials.every((each) => passing.includes(each) || each.code === "MARKET_UNKNOWN")
  );
}

/** Every denial of the reduction; `group` is the strategy's open group in the symbol, if there is one. */
export function checkReduction(context: RiskContext, group: Group | null): readonly Denial[] {
  const denials = REDUCTION_CHECKS.flatMap((check) => check(context) ?? []);
  const { intent, control, config } = context;
  if (group === null)
    return [...denials, denial("POSITION_NOT_OPEN", { unit: "symbol", subject: intent.symbol })];
  const older = exitOfAnotherGroup(control, group, intent, config);
  return [...denials, ...(older === null ? [] : [older]), ...ofOtherSide(intent.side, group)];
}

function ofOtherSide(
  actual: RiskContext["intent"]["side"],
  { side: limit, symbol: subject }: Group,
): readonly Denial[] {
  if (actual === null || actual === limit) return [];
  return [denial("OPPOSITE_POSITION_OPEN", { limit, actual, unit: "side", subject })];
}
