// A position as a plain ledger, to hold the product against: one list of what happened, from which everything is counted
// anew each time, lot by lot. Written from docs/positions.md. Must not import the product, but for the types of what it
// stores: a mistake that both shared would never be seen.
import { Decimal as DecimalBase } from "decimal.js";
import type { ExitPlan, StopLevel, TakeProfitLevel } from "#domain/documents/exit-plan.ts";
import type { Side } from "#domain/documents/words.ts";

export const Exact = DecimalBase.clone({ precision: 60 });
export type Exact = DecimalBase;

/** The position that a ledger is kept for. Quantities are whole lots, each of the venue's step. */
export interface Terms {
  readonly side: Side;
  readonly plan: ExitPlan;
  /** The account's protective stop; null: none. */
  readonly floorBps: number | null;
  readonly lotBase: string;
  readonly tickUsd: string;
  readonly leastLots: number;
  readonly mostLots: number;
}

/** `leave`: a stop, a reduction or a close. `outside`: by no order of ours. */
interface Fill {
  readonly kind: "enter" | "takeProfit" | "leave" | "outside";
  readonly lots: number;
  readonly priceUsd: string;
  /** Which trade of the venue it was: they are told late, and count in the order in which they happened. */
  readonly place: number;
}

type Entry =
  | Fill
  /** A level's price had passed: its share is sold at once, and counts as taken. */
  | { readonly kind: "passed"; readonly lots: number }
  /** Somebody wants no more than this to be left. */
  | { readonly kind: "wish"; readonly toLots: number }
  /** Orders that are under way from now on. */
  | { readonly kind: "orders"; readonly enter: boolean; readonly leave: boolean }
  /** Nothing that an order could sell is left of a wish. */
  | { readonly kind: "giveUp" };

export interface Ledger {
  readonly terms: Terms;
  readonly entries: Entry[];
  bestUsd: string | null;
}

const WHOLE_BPS = 10_000;

export function openLedger(terms: Terms): Ledger {
  return { terms, entries: [], bestUsd: null };
}

function isFill(entry: Entry): entry is Fill {
  return "place" in entry;
}

function fillsInTheirOrder({ entries }: Ledger): readonly Fill[] {
  return entries.filter(isFill).toSorted((a, b) => a.place - b.place);
}

export function heldLots(ledger: Ledger): number {
  const fills = ledger.entries.filter(isFill);
  return fills.reduce((held, { kind, lots }) => (kind === "enter" ? held + lots : held - lots), 0);
}

function enteredLots({ entries }: Ledger): number {
  return entries.reduce((sum, entry) => (entry.kind === "enter" ? sum + entry.lots : sum), 0);
}

/** Sold by the ladder, or being sold for it. */
function takenLots({ entries }: Ledger): number {
  return entries.reduce(
    (sum, entry) => (entry.kind === "takeProfit" || entry.kind === "passed" ? sum + entry.lots : sum),
    0,
  );
}

/** Cost of each lot that is held, where those that left took the average along; null: nothing was ever held. */
export function averageUsd(ledger: Ledger): Exact | null {
  let [held, average] = [0, null as Exact | null];
  for (const { kind, lots, priceUsd } of fillsInTheirOrder(ledger)) {
    if (kind === "enter") {
      const costs = new Exact(priceUsd).mul(lots).plus((average ?? new Exact(0)).mul(held));
      average = costs.div(held + lots);
    }
    held = kind === "enter" ? held + lots : held - lots;
  }
  return average;
}

/** Cash that came in less cash that went out, with what is held at what it cost. */
export function profitUsd(ledger: Ledger): Exact {
  const { side, lotBase } = ledger.terms;
  const sign = side === "long" ? 1 : -1;
  let cash = new Exact(0);
  for (const { kind, lots, priceUsd } of fillsInTheirOrder(ledger)) {
    const paid = new Exact(priceUsd).mul(lots);
    cash = kind === "enter" ? cash.minus(paid) : cash.plus(paid);
  }
  const held = (averageUsd(ledger) ?? new Exact(0)).mul(heldLots(ledger));
  return cash.plus(held).mul(sign).mul(lotBase);
}

/** Most that is to be left; `ofLadder`: for a level whose price had passed. */
interface Wish {
  readonly to: number;
  readonly ofLadder: boolean;
}

/** Most that is to be left, by everything that asked for less; null: no wish is open. */
export function wantedLots({ entries, terms }: Ledger): number | null {
  let held = 0;
  let wish: Wish | null = null;
  let orders = { enter: false, leave: false };
  for (const entry of entries) {
    if (isFill(entry)) held += entry.kind === "enter" ? entry.lots : -entry.lots;
    if (entry.kind === "orders") orders = entry;
    wish = wishAfter(wish, entry, { held, leastLots: terms.leastLots });
    const mayChange = orders.leave || (orders.enter && wish?.to === 0);
    if (wish !== null && held <= wish.to && !mayChange) wish = null;
  }
  return wish?.to ?? null;
}

function wishAfter(
  wish: Wish | null,
  entry: Entry,
  { held, leastLots }: { readonly held: number; readonly leastLots: number },
): Wish | null {
  switch (entry.kind) {
    case "giveUp":
      return null;
    case "takeProfit":
      // Beyond the level that is being sold.
      return wish?.ofLadder ? { to: Math.max(wish.to - entry.lots, 0), ofLadder: true } : wish;
    case "wish":
      return lower(wish, { to: entry.toLots, ofLadder: false });
    case "passed": {
      const left = Math.min(held, wish?.to ?? held) - entry.lots;
      return lower(wish, { to: left < leastLots ? 0 : left, ofLadder: true });
    }
    default:
      return wish;
  }
}

/** The one that goes further; the first of two that go as far. */
function lower(first: Wish | null, second: Wish): Wish {
  return first !== null && first.to <= second.to ? first : second;
}

/** The level that each lot ever entered is meant for, the nearest first; lots that no level names are for none. */
function levelsOfLots(ledger: Ledger): readonly number[] {
  const { takeProfits } = ledger.terms.plan;
  const entered = enteredLots(ledger);
  const shares = takeProfits.map(({ shareBps }) =>
    new Exact(entered).mul(shareBps).div(WHOLE_BPS).floor().toNumber(),
  );
  const named = takeProfits.reduce((sum, { shareBps }) => sum + shareBps, 0);
  const given = shares.reduce((sum, lots) => sum + lots, 0);
  if (named === WHOLE_BPS && shares.length > 0)
    shares[shares.length - 1] = (shares.at(-1) ?? 0) + entered - given;
  return shares.flatMap((lots, level) => Array.from({ length: lots }, () => level));
}

/** Levels of which every lot was sold, from the nearest on. */
function levelsSold(ledger: Ledger): number {
  const taken = takenLots(ledger);
  if (taken === 0) return 0;
  const left = new Set(levelsOfLots(ledger).slice(taken));
  const { takeProfits } = ledger.terms.plan;
  const first = takeProfits.findIndex((_, level) => left.has(level));
  if (first !== -1) return first;
  return takeProfits.length;
}

/** Lots that should rest at each level, where any should. */
export function ladderLots(ledger: Ledger): ReadonlyMap<number, number> {
  const { leastLots, mostLots, plan } = ledger.terms;
  const held = heldLots(ledger);
  const free = Math.min(held, wantedLots(ledger) ?? held);
  const lots = levelsOfLots(ledger).slice(takenLots(ledger)).slice(0, free);
  const resting = new Map<number, number>();
  let tooFew = 0;
  for (const level of plan.takeProfits.keys()) {
    const ofLevel = lots.filter((each) => each === level).length + tooFew;
    tooFew = ofLevel < leastLots ? ofLevel : 0;
    if (ofLevel >= leastLots) resting.set(level, ofLevel);
  }
  const last = [...resting.keys()].at(-1);
  if (last !== undefined) resting.set(last, (resting.get(last) ?? 0) + tooFew);
  return new Map([...resting].map(([level, each]) => [level, Math.min(each, mostLots)]));
}

/** A price so near to a tick stands on it: a millionth of one is what rounding leaves. */
const TICK_PLACES = 6;

/** On the tick, rounded in favour of the position. */
function onTick({ side, tickUsd }: Terms, priceUsd: Exact): Exact {
  const ticks = priceUsd.div(tickUsd).toDecimalPlaces(TICK_PLACES);
  const whole = side === "long" ? ticks.ceil() : ticks.floor();
  return Exact.max(whole, 1).mul(tickUsd);
}

/** `sign` 1: in favour of the position; -1: against it. */
function levelUsd(terms: Terms, level: StopLevel, averaged: Exact, sign: 1 | -1): Exact {
  const up = terms.side === "long" ? sign : -sign;
  switch (level.kind) {
    case "priceUsd":
      return new Exact(level.priceUsd);
    case "bps":
      return averaged.plus(averaged.mul(level.bps).div(WHOLE_BPS).mul(up));
    case "distanceUsd":
      return averaged.plus(new Exact(level.distanceUsd).mul(up));
  }
}

export function takeProfitUsd(ledger: Ledger, level: TakeProfitLevel): Exact | null {
  const { terms } = ledger;
  const averaged = averageUsd(ledger);
  if (averaged === null) return null;
  if (level.kind !== "riskMultiple") return onTick(terms, levelUsd(terms, level, averaged, 1));
  const { stop } = terms.plan;
  if (stop === null) return null;
  const risk = averaged.minus(levelUsd(terms, stop, averaged, -1)).abs();
  const away = risk.mul(level.riskMultiple);
  return onTick(terms, terms.side === "long" ? averaged.plus(away) : averaged.minus(away));
}

/** The nearest of all that ask for one; null: none does. */
export function stopUsd(ledger: Ledger): Exact | null {
  const { side, floorBps, plan, tickUsd } = ledger.terms;
  const averaged = averageUsd(ledger);
  if (averaged === null) return null;
  const floor: StopLevel[] = floorBps === null ? [] : [{ kind: "bps", bps: floorBps }];
  const levels = [...floor, ...(plan.stop === null ? [] : [plan.stop])];
  const asked = [
    ...levels.map((level) => guardUsd(ledger.terms, level, averaged)),
    ...breakEvenUsd(ledger, averaged),
    ...trailingUsd(ledger, averaged),
  ];
  if (asked.length === 0) return null;
  return Exact.max(side === "long" ? Exact.max(...asked) : Exact.min(...asked), tickUsd);
}

/** A distance is never rounded down to none; a price that was named stays. */
function guardUsd(terms: Terms, level: StopLevel, averaged: Exact): Exact {
  const at = onTick(terms, levelUsd(terms, level, averaged, -1));
  if (level.kind === "priceUsd") return at;
  const ticks = averaged.div(terms.tickUsd).toDecimalPlaces(TICK_PLACES);
  return terms.side === "long"
    ? Exact.min(at, ticks.ceil().minus(1).mul(terms.tickUsd))
    : Exact.max(at, ticks.floor().plus(1).mul(terms.tickUsd));
}

function breakEvenUsd(ledger: Ledger, averaged: Exact): readonly Exact[] {
  const { breakEvenAfter } = ledger.terms.plan;
  const isReached = breakEvenAfter !== null && levelsSold(ledger) >= breakEvenAfter;
  return isReached ? [onTick(ledger.terms, averaged)] : [];
}

/** From the entry on, which is a price that was seen. */
function trailingUsd({ terms, bestUsd }: Ledger, averaged: Exact): readonly Exact[] {
  const { trailing } = terms.plan;
  if (trailing === null) return [];
  const up = terms.side === "long" ? 1 : -1;
  const seen = bestUsd ?? averaged;
  const best = up === 1 ? Exact.max(seen, averaged) : Exact.min(seen, averaged);
  const gainBps = best.minus(averaged).div(averaged).mul(WHOLE_BPS).mul(up);
  const away = best.mul(trailing.distanceBps).div(WHOLE_BPS).mul(up);
  return gainBps.gte(trailing.activationBps) ? [onTick(terms, best.minus(away))] : [];
}

/** Lots under the stop. */
export function stopLots(ledger: Ledger): number {
  const { leastLots, mostLots } = ledger.terms;
  const lots = Math.min(heldLots(ledger), mostLots);
  return lots < leastLots ? 0 : lots;
}

/** A tenth of the distance, and at first the activation: nearer than that no price is worth a move of the stop. */
const STEP_OF_DISTANCE = 0.1;

/** A look at the price: the best one is remembered where the stop moves with it. */
export function lookAt(ledger: Ledger, priceUsd: string): void {
  const { plan, side } = ledger.terms;
  const averaged = averageUsd(ledger);
  if (plan.trailing === null || averaged === null) return;
  const from = ledger.bestUsd === null ? averaged : new Exact(ledger.bestUsd);
  const leastBps =
    ledger.bestUsd === null ? plan.trailing.activationBps : plan.trailing.distanceBps * STEP_OF_DISTANCE;
  const gain = new Exact(priceUsd).minus(from).mul(side === "long" ? 1 : -1);
  if (gain.lt(from.mul(leastBps).div(WHOLE_BPS)) || gain.lt(0)) return;
  if (stopLots(ledger) === 0) return;
  const [before, best] = [stopUsd(ledger), ledger.bestUsd];
  ledger.bestUsd = priceUsd;
  const after = stopUsd(ledger);
  const stays = before === null ? after === null : after !== null && before.eq(after);
  if (stays) ledger.bestUsd = best;
}
