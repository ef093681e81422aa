// An operator's changes of a group's plan: its stop, its ladder, one leg. A level on the wrong side of the market is refused;
// what a plan asked for by a multiple of its stop stays where it was. Under a halt nothing is loosened. Pure.
import { stopTriggerUsd, takeProfitTriggerUsd } from "#domain/decide/exit-triggers.ts";
import { levelsTaken, sharesTakenBase } from "#domain/decide/ladder.ts";
import { Decimal as Dec, type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ExitLeg } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ExitPlan, StopLevel, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { faultsOfPlan } from "#domain/documents/exit-plan-faults.ts";
import type { Group } from "#domain/documents/group.ts";
import type { ExitKind, Side } from "#domain/documents/words.ts";
import { denial } from "#domain/risk/context.ts";
import { stopPriceUsd } from "#domain/risk/exit-levels.ts";
import { isHalted } from "#domain/risk/permission.ts";
import { changed, type HeldGround, halted, type PositionDecision, refusedAs } from "./position-decision.ts";

const NO_PLAN: ExitPlan = {
  stop: null,
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
};
/** As fine as a venue's finest price. */
const USD_PLACES = 8;

export function moveStop(stop: StopLevel, ground: HeldGround): PositionDecision {
  const { group, market, config } = ground;
  const price = priceOfStop(stop, ground);
  if (price === null) return unknownEntry(group);
  const misplaced = beyondMarket([{ usd: price, kind: "stop" }], ground);
  if (misplaced !== null) return misplaced;
  const before = group.plan?.stop ?? null;
  const stood = before === null ? null : priceOfStop(before, ground);
  if (isHalted(ground.control) && stood !== null && isNearer(group.side, stood, price))
    return halted(
      `Trading is HALTED, and ${text(price)} USD is further away than the stop at ${text(stood)} USD`,
    );
  const plan = withFixedLadder(group, { ...(group.plan ?? NO_PLAN), stop });
  const moved = { ...group, plan };
  const counts = stopTriggerUsd(moved, config.watchdog.protectiveStopBps, market);
  const nearer =
    counts === null || counts.eq(price) ? "" : `; a nearer one at ${text(counts)} USD counts until then`;
  return changed(moved, `The plan's stop is at ${text(price)} USD${nearer}`);
}

/**
 * The new ladder counts from what is held now, so nothing of it is taken yet. A break-even move that an earlier level has
 * caused stays, as a stop at that price.
 */
export function setTakeProfits(takeProfits: readonly TakeProfitPlan[], ground: HeldGround): PositionDecision {
  const { group, market } = ground;
  if (isHalted(ground.control)) return halted("Trading is HALTED: take-profits are set once it is not");
  const before = withBreakEvenKept(group, ground);
  const asked = { ...before, takeProfits, breakEvenAfter: afterAtMost(before, takeProfits.length) };
  const [fault] = faultsOfPlan({ ...asked, stop: group.plan?.stop ?? null });
  if (fault !== undefined) return refusedAs(invalid(group), `The ladder contradicts itself: ${fault}`);
  const plan = withFixedLadder(group, asked);
  const renewed = { ...group, plan, enteredBase: group.qtyBase, takenBase: "0" };
  const prices = plan.takeProfits.map(({ level }) => takeProfitTriggerUsd(renewed, level, market));
  const known = prices.flatMap((usd) => (usd === null ? [] : [{ usd, kind: "takeProfit" as const }]));
  if (known.length < prices.length) return unknownEntry(group);
  const misplaced = beyondMarket(known, ground) ?? outOfOrder(known, group);
  if (misplaced !== null) return misplaced;
  const at = known.map(({ usd }) => text(usd)).join(", ");
  return changed(renewed, at === "" ? "The ladder is empty" : `Take-profits at ${at} USD`);
}

export function cancelExit(leg: ExitLeg, ground: HeldGround): PositionDecision {
  const { group, control } = ground;
  const plan = group.plan ?? NO_PLAN;
  if (leg.kind === "takeProfit") return cancelLevel(leg.level, ground);
  const field = ({ trailing: "trailing", timeLimit: "timeLimitMs", breakEven: "breakEvenAfter" } as const)[
    leg.kind
  ];
  if (plan[field] === null) return noSuchLeg(group, leg.kind);
  // A take-profit less is a cancel; any other leg guards the position.
  if (isHalted(control)) return halted(`Trading is HALTED, and ${WORDS[leg.kind]} guards the position`);
  const bestPriceUsd = leg.kind === "trailing" ? null : group.bestPriceUsd;
  return changed(
    { ...group, bestPriceUsd, plan: { ...plan, [field]: null } },
    `The plan has no ${WORDS[leg.kind]} any more`,
  );
}

const WORDS = { trailing: "trailing stop", timeLimit: "time limit", breakEven: "break-even move" } as const;

/** The part of a level that was taken before it goes counts for no other level. */
function cancelLevel(level: number, { group, market }: HeldGround): PositionDecision {
  const plan = group.plan ?? NO_PLAN;
  const taken = levelsTaken(group, market);
  if (level >= plan.takeProfits.length || level < taken) return noSuchLeg(group, `take-profit ${level + 1}`);
  const takeProfits = plan.takeProfits.filter((_, place) => place !== level);
  const takenBase =
    level === taken
      ? decimalString(Dec.min(dec(group.takenBase), sharesTakenBase(group, taken, market)))
      : group.takenBase;
  const breakEvenAfter = afterAtMost(plan, takeProfits.length);
  // Multiples of a risk stay where they are: the levels left behind must not move.
  const left = { ...group, plan: { ...plan, takeProfits, breakEvenAfter }, takenBase };
  return changed(left, `Take-profit ${level + 1} is out of the plan; ${takeProfits.length - taken} left`);
}

/**
 * A whole plan for what is held: the stop that would count and every level against the market. A stop that has been passed
 * already would close the position at once.
 */
export function planFault(ground: HeldGround, config: AccountConfig): PositionDecision | null {
  const { group, market } = ground;
  const stopUsd = stopTriggerUsd(group, config.watchdog.protectiveStopBps, market);
  const levels = (group.plan?.takeProfits ?? []).flatMap(
    ({ level }) => takeProfitTriggerUsd(group, level, market) ?? [],
  );
  const profits = levels.map((usd) => ({ usd, kind: "takeProfit" as const }));
  const stops = stopUsd === null ? [] : [{ usd: stopUsd, kind: "stop" as const }];
  return beyondMarket([...stops, ...profits], ground) ?? outOfOrder(profits, group);
}

function afterAtMost({ breakEvenAfter }: ExitPlan, levels: number): number | null {
  if (breakEvenAfter === null || levels === 0) return null;
  return Math.min(breakEvenAfter, levels);
}

function withBreakEvenKept(group: Group, { market }: HeldGround): ExitPlan {
  const plan = group.plan ?? NO_PLAN;
  const { breakEvenAfter: after, stop } = plan;
  if (after === null || group.averageEntryUsd === null || levelsTaken(group, market) < after) return plan;
  const alone = (part: Partial<ExitPlan>) =>
    stopTriggerUsd({ ...group, plan: { ...NO_PLAN, takeProfits: plan.takeProfits, ...part } }, null, market);
  const entryUsd = alone({ breakEvenAfter: after });
  const stopUsd = stop === null ? null : alone({ stop });
  const isKept = entryUsd === null || (stopUsd !== null && !isNearer(group.side, entryUsd, stopUsd));
  const fixed = withFixedLadder(group, plan);
  return isKept ? fixed : { ...fixed, stop: { kind: "priceUsd", priceUsd: decimalString(entryUsd) } };
}

/** The levels that count in multiples of the group's present risk, at the distances that they have by it. */
function withFixedLadder(group: Group, wanted: ExitPlan): ExitPlan {
  const stop = group.plan?.stop ?? null;
  if (stop === null || group.averageEntryUsd === null) return wanted;
  const entryUsd = dec(group.averageEntryUsd);
  const riskUsd = stopPriceUsd(stop, group.side, entryUsd).minus(entryUsd).abs();
  if (riskUsd.isZero()) return wanted;
  const takeProfits = wanted.takeProfits.map((each): TakeProfitPlan => {
    if (each.level.kind !== "riskMultiple") return each;
    const distance = riskUsd.mul(dec(each.level.riskMultiple)).toDecimalPlaces(USD_PLACES);
    return { ...each, level: { kind: "distanceUsd", distanceUsd: decimalString(distance) } };
  });
  return { ...wanted, takeProfits };
}

function priceOfStop(stop: StopLevel, { group, market }: HeldGround): Decimal | null {
  return stopTriggerUsd({ ...group, plan: { ...NO_PLAN, stop } }, null, market);
}

/** Whether the first price is nearer to the market than the second, as a stop of that side. */
function isNearer(side: Side, usd: Decimal, thanUsd: Decimal): boolean {
  return side === "long" ? usd.gt(thanUsd) : usd.lt(thanUsd);
}

interface Trigger {
  readonly usd: Decimal;
  readonly kind: ExitKind;
}

/** The first that would fire at once, or that no price can reach. */
function beyondMarket(triggers: readonly Trigger[], { group, top }: HeldGround): PositionDecision | null {
  const { symbol: subject, side } = group;
  if (triggers.length === 0) return null;
  if (top === null) {
    const why = denial("TOUCH_MISSING", { unit: "symbol", subject });
    return refusedAs(why, `The venue gives no price of ${subject} now; try again, or close the position`);
  }
  const misplaced = triggers.find(({ usd, kind }) => {
    const isAbove = (kind === "takeProfit") === (side === "long");
    return usd.lte(0) || (isAbove ? usd.lte(dec(top.askUsd)) : usd.gte(dec(top.bidUsd)));
  });
  if (misplaced === undefined) return null;
  const { usd, kind } = misplaced;
  const market = (kind === "takeProfit") === (side === "long") ? top.askUsd : top.bidUsd;
  const why = denial("EXIT_PLAN_INVALID", { limit: market, actual: text(usd), unit: "usd", subject });
  const what = kind === "stop" ? "stop" : "take-profit";
  return refusedAs(why, `A ${what} at ${text(usd)} USD is on the wrong side of the market, ${market} USD`);
}

/** Levels of several kinds can be compared only here, where their prices are known. */
function outOfOrder(triggers: readonly Trigger[], { side, symbol: subject }: Group): PositionDecision | null {
  const place = triggers.findIndex(({ usd }, at) => {
    const before = triggers[at - 1]?.usd;
    return before !== undefined && (side === "long" ? usd.lte(before) : usd.gte(before));
  });
  const [usd, before] = [triggers[place]?.usd, triggers[place - 1]?.usd];
  if (usd === undefined || before === undefined) return null;
  const why = denial("EXIT_PLAN_INVALID", { limit: text(before), actual: text(usd), unit: "usd", subject });
  return refusedAs(
    why,
    `The level at ${text(usd)} USD is not further than the one before it, ${text(before)} USD`,
  );
}

function invalid({ symbol: subject }: Group) {
  return denial("EXIT_PLAN_INVALID", { unit: "usd", subject });
}

function unknownEntry(group: Group): PositionDecision {
  return refusedAs(
    invalid(group),
    "The average entry is not known yet, so a distance has nothing to count from; name a price, or try again in a minute",
  );
}

function noSuchLeg({ symbol: subject }: Group, leg: string): PositionDecision {
  return refusedAs(
    denial("EXIT_LEG_MISSING", { subject }),
    `The plan has no ${leg.replace("timeLimit", "time limit").replace("breakEven", "break-even move")} that is still to come`,
  );
}

function text(usd: Decimal): string {
  return decimalString(usd.toDecimalPlaces(USD_PLACES));
}
