// Which position is the loser of an offset, and which winners pay for it with how much. The order is total, so that the same
// positions give the same choice however they are given. Pure.

import { ceilToStep, Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { OffsetRefusal } from "#domain/documents/offset.ts";
import { countEntries } from "./entries-filled.ts";
import { type OffsetGround, refusal } from "./ground.ts";
import { lossShare, type ValuedGroup } from "./value-group.ts";

const BPS_PER_UNIT = 10_000;

/** A winner, and how much of it is closed. */
export interface SizedWinner {
  readonly valued: ValuedGroup;
  readonly closeBase: Decimal;
  /** Brought at least. */
  readonly netUsd: Decimal;
}

export interface Choice<T> {
  readonly chosen: T;
  readonly refusals: readonly OffsetRefusal[];
}

/** The largest loss in percent, then in USD, then the oldest position; the id makes the order total. */
export function chooseLoser(
  ground: OffsetGround,
  valued: readonly ValuedGroup[],
): Choice<ValuedGroup | null> {
  const losing = valued.filter(({ profitUsd }) => profitUsd.isNegative());
  const judged = losing.map((each) => ({ each, refusals: refusalsOfLoser(ground, each) }));
  const able = judged.filter(({ refusals }) => refusals.length === 0).map(({ each }) => each);
  const [chosen = null] = able.toSorted(byLoss);
  const refusals = judged.flatMap((each) => each.refusals);
  return { chosen, refusals: chosen === null ? [...refusals, refusal("NO_LOSER")] : refusals };
}

function byLoss(one: ValuedGroup, other: ValuedGroup): number {
  return (
    lossShare(other).cmp(lossShare(one)) ||
    one.profitUsd.cmp(other.profitUsd) ||
    one.group.openedAtMs - other.group.openedAtMs ||
    (one.group.groupId < other.group.groupId ? -1 : 1)
  );
}

/** A position in profit is simply none; one in loss is told what it lacks, every condition at once. */
function refusalsOfLoser(ground: OffsetGround, valued: ValuedGroup): readonly OffsetRefusal[] {
  const { offset } = ground.config;
  const share = lossShare(valued);
  const { groupId, openedAtMs } = valued.group;
  if (offset === null) return [refusal("OFFSET_OFF")];
  const lossBps = share.mul(BPS_PER_UNIT);
  const ageMs = ground.nowMs - openedAtMs;
  const { minLossBps, minAgeMs } = offset;
  return [
    ...(lossBps.gte(minLossBps)
      ? []
      : [
          refusal("LOSS_BELOW_THRESHOLD", {
            groupId,
            limit: String(minLossBps),
            // Rounded down, so that it never shows the limit as reached.
            actual: lossBps.floor().toFixed(),
            unit: "bps",
          }),
        ]),
    ...(ageMs >= minAgeMs
      ? []
      : [refusal("TOO_YOUNG", { groupId, limit: String(minAgeMs), actual: String(ageMs), unit: "ms" })]),
    ...refusalsOfLadder(ground, valued.group),
  ];
}

/** Entries filled and quiet since, by the pool's rule. */
function refusalsOfLadder(ground: OffsetGround, group: Group): readonly OffsetRefusal[] {
  const { groupId } = group;
  const { control, config, nowMs } = ground;
  const { offset } = config;
  if (offset === null) return [];
  const used = Object.keys(control.slots).length;
  const isFull = used >= config.maxOpenGroups;
  if (offset.poolRule === "fullSuffices" && isFull) return [];
  const pool =
    offset.poolRule !== "fullNeeded" || isFull
      ? []
      : [
          refusal("POOL_NOT_FULL", {
            groupId,
            limit: String(config.maxOpenGroups),
            actual: String(used),
            unit: "groups",
          }),
        ];
  if (ground.entries === "assumed") return pool;
  const facts = ground.entries[groupId];
  if (facts === undefined) return [...pool, refusal("ENTRIES_UNKNOWN", { groupId })];
  const quietMs = facts.lastAtMs === null ? null : nowMs - facts.lastAtMs;
  const { minEntries, quietAfterEntryMs } = offset;
  const { wanted, made } = countEntries(group, facts, minEntries);
  const missing = refusal("ENTRIES_MISSING", {
    groupId,
    limit: String(wanted),
    actual: String(made),
    unit: "entries",
  });
  const recent = refusal("ENTRY_TOO_RECENT", {
    groupId,
    limit: String(quietAfterEntryMs),
    actual: quietMs === null ? null : String(quietMs),
    unit: "ms",
  });
  return [
    ...pool,
    ...(made >= wanted ? [] : [missing]),
    ...(quietAfterEntryMs === 0 || (quietMs !== null && quietMs >= quietAfterEntryMs) ? [] : [recent]),
  ];
}

/**
 * The largest unrealised profits in USD, each with as much as is still needed, until the loss is covered; null where the
 * configured number of winners does not cover it.
 */
export function sizeWinners(
  valued: readonly ValuedGroup[],
  loser: ValuedGroup,
  maxWinners: number,
): Choice<readonly SizedWinner[] | null> {
  const lossUsd = loser.netPerUnitUsd.mul(loser.closableBase).neg();
  const others = valued.filter(({ group }) => group.groupId !== loser.group.groupId);
  const refusals = others
    .filter(({ netPerUnitUsd, profitUsd }) => profitUsd.gt(0) && netPerUnitUsd.lte(0))
    .map(({ group, profitUsd, netPerUnitUsd, closableBase }) =>
      refusal("NO_PROFIT_AFTER_COSTS", {
        groupId: group.groupId,
        limit: decimalString(profitUsd),
        actual: decimalString(netPerUnitUsd.mul(closableBase)),
        unit: "usd",
      }),
    );
  const able = others.filter(({ netPerUnitUsd }) => netPerUnitUsd.gt(0)).toSorted(byProfit);
  if (able.length === 0) return { chosen: null, refusals: [...refusals, refusal("NO_WINNER")] };
  const winners: SizedWinner[] = [];
  let leftUsd = lossUsd;
  for (const each of able.slice(0, maxWinners)) {
    if (leftUsd.lte(0)) break;
    const closeBase = closingQty(each, leftUsd);
    const netUsd = each.netPerUnitUsd.mul(closeBase);
    winners.push({ valued: each, closeBase, netUsd });
    leftUsd = leftUsd.minus(netUsd);
  }
  if (leftUsd.lte(0)) return { chosen: winners, refusals };
  const short = refusal("COVER_SHORT", {
    groupId: loser.group.groupId,
    limit: decimalString(lossUsd),
    actual: decimalString(lossUsd.minus(leftUsd)),
    unit: "usd",
  });
  return { chosen: null, refusals: [...refusals, short] };
}

function byProfit(one: ValuedGroup, other: ValuedGroup): number {
  return (
    other.profitUsd.cmp(one.profitUsd) ||
    one.group.openedAtMs - other.group.openedAtMs ||
    (one.group.groupId < other.group.groupId ? -1 : 1)
  );
}

/** Enough for the amount, rounded up to the step; all of it where the rest would be below the venue's smallest order. */
function closingQty({ market, closableBase, netPerUnitUsd }: ValuedGroup, neededUsd: Decimal): Decimal {
  const least = dec(market.minQtyBase);
  const wanted = ceilToStep(neededUsd.div(netPerUnitUsd), dec(market.stepSizeBase));
  const part = Decimal.max(wanted, least);
  return closableBase.minus(part).lt(least) ? closableBase : part;
}
