// An offset plan as the screen shows it: each position of it in the order in which it is closed, how far it is, and the sum.
// What is open stands in the books of now; a group that is open no more has nothing left. Pure.
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { OffsetConfig, OffsetLeg, OffsetPlan, OffsetRole } from "#domain/documents/offset.ts";
import { durationText } from "./age.ts";
import { formatBps, formatQty } from "./amount.ts";
import { bpsOf } from "./basis-points.ts";

export interface OffsetRow {
  readonly groupId: string;
  readonly role: OffsetRole;
  readonly symbol: string;
  readonly side: OffsetLeg["side"];
  readonly isDone: boolean;
  readonly openBase: string;
  readonly targetBase: string;
  /** Of what is to be closed. */
  readonly doneBps: number;
  /** At the limit and after fees. */
  readonly netUsd: string;
}

function rowOf(leg: OffsetLeg, role: OffsetRole, groups: readonly Group[]): OffsetRow {
  const { groupId, symbol, side, heldBase, targetBase, netUsd } = leg;
  const openBase = groups.find((one) => one.groupId === groupId)?.qtyBase ?? "0";
  const wanted = dec(heldBase).minus(dec(targetBase));
  const done = dec(heldBase).minus(dec(openBase));
  const doneBps = wanted.isZero() ? 0 : Math.max(0, Math.min(10_000, bpsOf(done.div(wanted))));
  const isDone = dec(openBase).lte(dec(targetBase));
  return { groupId, role, symbol, side, isDone, openBase, targetBase, doneBps, netUsd };
}

/** Winners first, then the loser: the order in which they are closed. */
export function offsetRows({ loser, winners }: OffsetPlan, groups: readonly Group[]): readonly OffsetRow[] {
  return [...winners.map((leg) => rowOf(leg, "winner", groups)), rowOf(loser, "loser", groups)];
}

/** The sum that the plan brings at worst. */
export function offsetNetUsd({ loser, winners }: OffsetPlan): string {
  return decimalString(winners.reduce((sum, { netUsd }) => sum.plus(dec(netUsd)), dec(loser.netUsd)));
}

/** `1.2 to 0`. */
export function stretchText({ openBase, targetBase }: OffsetRow): string {
  return `${formatQty(openBase)} to ${formatQty(targetBase)}`;
}

/** The conditions of a loser, as configured. */
export function offsetConditions(offset: OffsetConfig): string {
  const { minLossBps, minAgeMs, minEntries, quietAfterEntryMs, poolRule, maxWinners } = offset;
  const entries = `${minEntries} ${minEntries === 1 ? "entry" : "entries"} filled, the last ${durationText(quietAfterEntryMs)} ago`;
  const pool = {
    notAsked: entries,
    fullSuffices: `${entries}; a full pool stands in for these two`,
    fullNeeded: `${entries}; and a full pool`,
  }[poolRule];
  return `From a loss of ${formatBps(minLossBps)} % and an age of ${durationText(minAgeMs)} on; ${pool}. At most ${maxWinners} ${maxWinners === 1 ? "winner" : "winners"}.`;
}
