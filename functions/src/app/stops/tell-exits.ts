// Tells people of exits that do not rest as planned: refused by the venue, passed by the price before they could rest, or
// too small for an order of their own.

import type { Books, ExecutionDeps } from "#app/books";
import { type AlertCondition, raiseAlert } from "#app/telling";
import { ladderOf } from "#domain/decide/ladder.ts";
import type { ExitsToActOn } from "#domain/decide/plan-exits.ts";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import type { Group } from "#domain/documents/group.ts";
import { refusalRemedy, refusalText } from "#domain/telling/refusal-words.ts";
import { ORDER_NOT_TAKEN_CODE } from "./ask-stops.ts";

type Refused = Extract<StopFact, { type: "refused" }>;

export async function raiseRefusals(
  deps: ExecutionDeps,
  { groups }: Books,
  groupId: string,
  facts: readonly StopFact[],
): Promise<void> {
  const group = groups[groupId];
  if (group === undefined) return;
  for (const fact of facts) {
    // No such position: either side of the books is wrong, and comparing positions tells and alerts.
    if (fact.type !== "refused" || fact.refusal.reason === "nothingToReduce") continue;
    const level = group.takeProfits.find(({ clientStopId }) => clientStopId === fact.clientStopId);
    if (level !== undefined) await raiseAlert(deps, takeProfitRefused(group, level.level, fact));
    if (group.stop?.clientStopId === fact.clientStopId) await raiseAlert(deps, stopRefused(group, fact));
  }
}

function stopRefused({ accountId, groupId, symbol, side }: Group, { refusal }: Refused): AlertCondition {
  const { code, reason } = refusal;
  const beyond = reason === "wouldFireNow";
  return {
    accountId,
    severity: "critical",
    code: beyond ? "POSITION_BEYOND_STOP" : "STOP_REFUSED",
    message: beyond
      ? `The price of ${symbol} has passed the group's stop already; it is closed now`
      : `No stop rests for ${symbol} ${side}: ${refusalText(refusal)}`,
    remedy: beyond
      ? "Look whether the stop's distance suits the market"
      : code === ORDER_NOT_TAKEN_CODE
        ? "Close the position by hand if it is still open; the stop is placed anew until then"
        : refusalRemedy(refusal, "Look at what the venue says; the stop is tried again every minute"),
    dedupeKey: `${groupId}/${code}`,
  };
}

function takeProfitRefused(
  { accountId, groupId, symbol, side }: Group,
  level: number,
  { refusal, clientStopId }: Refused,
): AlertCondition {
  const { code, reason } = refusal;
  const name = `take-profit ${level + 1} of ${symbol} ${side}`;
  const passed = reason === "wouldFireNow";
  return {
    accountId,
    severity: passed ? "info" : "warning",
    code: passed ? "TAKE_PROFIT_PASSED" : "TAKE_PROFIT_REFUSED",
    message: passed
      ? `The price has passed ${name} before it could rest; its share is closed now`
      : `No order rests for ${name}: ${refusalText(refusal)}`,
    remedy: passed
      ? "Nothing to do"
      : refusalRemedy(refusal, "Look at what the venue says; it is tried again every minute"),
    dedupeKey: passed ? clientStopId : `${groupId}/${level}/${code}`,
  };
}

/** Once for each level of a group: its share was too small, and another level takes it along. */
export async function raiseMerged(
  deps: ExecutionDeps,
  { groups, universe }: Books,
  { groupId, plannedIds }: ExitsToActOn,
): Promise<void> {
  const group = groups[groupId];
  const market = group === undefined ? undefined : universe?.markets[group.symbol];
  if (group === undefined || market === undefined || plannedIds.length === 0) return;
  for (const level of ladderOf(group, market).merged) {
    await raiseAlert(deps, {
      accountId: group.accountId,
      severity: "info",
      code: "TAKE_PROFIT_MERGED",
      message: `The share of take-profit ${level + 1} of ${group.symbol} ${group.side} is below the venue's smallest order; the level beside it takes it along`,
      remedy: "Enter more, or plan fewer levels",
      dedupeKey: `${groupId}/${level}`,
    });
  }
}
