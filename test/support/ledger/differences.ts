// Where product, venue and plain ledger differ after one step: quantity, average entry, profit, and what should rest.
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { Life } from "./life.ts";
import {
  averageUsd,
  Exact,
  heldLots,
  ladderLots,
  profitUsd,
  stopLots,
  stopUsd,
  takeProfitUsd,
} from "./plain-ledger.ts";
import { hasLiveOrder, isBeyond } from "./product-of-life.ts";

/** Sums of rounded prices differ by less. */
const NOISE = "0.000001";

export function differences(life: Life): readonly string[] {
  if (life.silent || life.needsLook) return [];
  return [...ofBooks(life), ...ofEnd(life), ...ofExits(life)];
}

function ofBooks({ ledger, books, venue }: Life): readonly string[] {
  const { qtyBase, averageEntryUsd, realizedPnlUsd } = books.group;
  const lots = new Exact(qtyBase).div(ledger.terms.lotBase).toNumber();
  const averaged = averageUsd(ledger);
  const profit = profitUsd(ledger);
  const isSame =
    averaged === null
      ? averageEntryUsd === null
      : averageEntryUsd !== null && averaged.minus(averageEntryUsd).abs().lt(NOISE);
  return [
    ...(lots === venue.heldLots ? [] : [`books hold ${lots} lots, the venue ${venue.heldLots}`]),
    ...(lots === heldLots(ledger) ? [] : [`books hold ${lots} lots, the ledger ${heldLots(ledger)}`]),
    ...(isSame || lots === 0
      ? []
      : [`average entry ${averageEntryUsd}, by the ledger ${averaged?.toFixed(9)}`]),
    ...(profit.minus(realizedPnlUsd).abs().lt(NOISE) || venue.outside.size > 0
      ? []
      : [`realised ${realizedPnlUsd}, by the ledger ${profit.toFixed(9)}`]),
  ];
}

function ofEnd({ ledger, books }: Life): readonly string[] {
  const held = heldLots(ledger);
  const isOver = held < ledger.terms.leastLots && !hasLiveOrder(books) && ledger.entries.length > 0;
  const isEnded = isGroupEnded(books.group.status);
  const hasSlot = books.control.slots[books.group.groupId] !== undefined;
  return [
    ...(isEnded === isOver ? [] : [`${books.group.status} with ${held} lots`]),
    ...(ledger.entries.length === 0 || hasSlot !== isEnded
      ? []
      : [`${books.group.status}, and its slot is ${hasSlot}`]),
  ];
}

function ofExits(life: Life): readonly string[] {
  const { books, venue, ledger } = life;
  const isTooLittle = heldLots(ledger) < ledger.terms.leastLots && !isGroupEnded(books.group.status);
  // Under less than any order takes, the stop from before may stay: it is the only floor that there can be.
  const rests = [...venue.resting.values()].filter(({ kind }) => kind !== "stop" || !isTooLittle);
  const most = rests.filter(({ kind }) => kind === "takeProfit").reduce((sum, { lots }) => sum + lots, 0);
  const tooMuch = most > venue.heldLots ? [`take-profits of ${most} lots, held ${venue.heldLots}`] : [];
  // Closed as a whole then, and guarded by nothing that could rest.
  if (isBeyond(books)) return tooMuch;
  const isAt = rests.map(
    ({ kind, lots, triggerUsd }) => `${kind} ${lots} at ${new Exact(triggerUsd).toFixed()}`,
  );
  const should = isGroupEnded(books.group.status) ? [] : shouldRest(life);
  const same = isAt.toSorted().join(", ") === should.toSorted().join(", ");
  return same
    ? tooMuch
    : [
        ...tooMuch,
        `rests: ${isAt.join(", ")}; by the ledger: ${should.join(", ")}; held ${heldLots(ledger)}`,
      ];
}

function shouldRest({ ledger }: Life): readonly string[] {
  const stop = stopUsd(ledger);
  const lots = stopLots(ledger);
  const levels = [...ladderLots(ledger)].flatMap(([level, each]) => {
    const plan = ledger.terms.plan.takeProfits[level];
    const at = plan === undefined ? null : takeProfitUsd(ledger, plan.level);
    return at === null ? [] : [`takeProfit ${each} at ${at.toFixed()}`];
  });
  return [...(stop === null || lots === 0 ? [] : [`stop ${lots} at ${stop.toFixed()}`]), ...levels];
}
