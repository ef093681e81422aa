// Every exit of an open group as the screen shows it: price, quantity, share, state, and how far the mark has come towards
// it. What rests comes from the group; where nothing rests the price is the plan's, by the functions' own rules. Pure.

import { stopTriggerUsd, takeProfitTriggerUsd } from "#domain/decide/exit-triggers.ts";
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group, RestingExit, TakeProfit } from "#domain/documents/group.ts";
import { durationText } from "./age.ts";
import { basisPointsOf, formatBps, formatPrice, formatQty } from "./amount.ts";
import { BPS, bpsOf } from "./basis-points.ts";
import { stopKind } from "./stop-kind.ts";
import { UNFILTERED } from "./unfiltered-market.ts";

/**
 * TAKEN: this level took its share, in part or whole. ABSENT: something asks for it and nothing rests. PLANNED: not placed
 * yet. WAITING: begins with a profit. NONE: nothing asks for it.
 */
export type ExitState =
  | "RESTING"
  | "SENDING"
  | "TAKEN"
  | "REFUSED"
  | "ABSENT"
  | "PLANNED"
  | "FOLLOWING"
  | "WAITING"
  | "RUNNING"
  | "OVER"
  | "NONE";

export interface ExitRow {
  /** `stop`, `takeProfit-1` for the nearest level, `trailing`, `timeLimit`. */
  readonly id: string;
  readonly name: string;
  readonly state: ExitState;
  /** Null: no price belongs to it, or none can be known yet. */
  readonly priceUsd: string | null;
  /** Quantity that rests at the venue; null: nothing does. */
  readonly qtyBase: string | null;
  readonly takenBase: string | null;
  readonly detail: string;
  /** Of the way from the average entry to the price, or of the time; null: unknown. Zero where the mark is on the other side. */
  readonly progressBps: number | null;
  /** From the mark to the price, in basis points of the mark; null: unknown. */
  readonly awayBps: number | null;
  /** Of a time limit. */
  readonly atMs: number | null;
}

export interface Ground {
  readonly group: Group;
  readonly markUsd: string | null;
  /** Null: the account has none. */
  readonly floorBps: number | null;
  readonly nowMs: number;
}

type Facts = Pick<ExitRow, "id" | "name" | "state" | "detail"> & Partial<ExitRow>;

/** With the way to its price, where both ends of it are known. */
function row({ group, markUsd }: Ground, facts: Facts): ExitRow {
  const { priceUsd = null, progressBps = null } = facts;
  const known = {
    priceUsd,
    qtyBase: null,
    takenBase: null,
    atMs: null,
    awayBps: null,
    progressBps,
    ...facts,
  };
  if (priceUsd === null || markUsd === null || facts.state === "TAKEN") return known;
  const [price, mark] = [dec(priceUsd), dec(markUsd)];
  const entry = group.averageEntryUsd === null ? null : dec(group.averageEntryUsd);
  const way = entry === null ? null : price.minus(entry);
  const progress = entry === null || way === null || way.isZero() ? null : mark.minus(entry).div(way);
  return {
    ...known,
    awayBps: mark.isZero() ? null : bpsOf(price.minus(mark).abs().div(mark)),
    progressBps: progress === null ? null : Math.max(0, bpsOf(progress)),
  };
}

const text = (price: Decimal | null): string | null => (price === null ? null : decimalString(price));

/** The state of what the group has stored of an exit that rests, and the venue's words where it was refused. */
function restingState({ status, refusal }: RestingExit): {
  readonly state: ExitState;
  readonly words: string;
} {
  if (refusal !== null)
    return { state: "REFUSED", words: `the venue refused it: ${refusal.message} (${refusal.code})` };
  if (status === "RESTING") return { state: "RESTING", words: "rests at the venue" };
  if (status === "SENDING") return { state: "SENDING", words: "being placed" };
  return { state: "ABSENT", words: "not at the venue now" };
}

/** The exit while something of it is, or may be, at the venue. */
const live = <T extends RestingExit>(exit: T | null): T | null => (exit?.status === "GONE" ? null : exit);

function stopRow(ground: Ground): ExitRow {
  const { group, floorBps } = ground;
  const wanted = text(stopTriggerUsd(group, floorBps, UNFILTERED));
  const facts = { id: "stop", name: "Stop" };
  const moves = breakEvenWords(group);
  const resting = live(group.stop);
  if (resting !== null) {
    const { state, words } = restingState(resting);
    const { triggerPriceUsd, qtyBase } = resting;
    const rule = stopKind(group, floorBps, triggerPriceUsd);
    const detail = joined(rule.words, words, rule.kind === "breakEven" ? null : moves);
    return row(ground, { ...facts, state, priceUsd: triggerPriceUsd, qtyBase, detail });
  }
  if (wanted === null && group.averageEntryUsd !== null) {
    const detail = "neither the plan nor the account’s config asks for one (protectiveStopBps)";
    return row(ground, { ...facts, state: "NONE", detail: joined(detail, moves) });
  }
  if (/^[0.]+$/.test(group.qtyBase))
    return row(ground, {
      ...facts,
      state: "PLANNED",
      priceUsd: wanted,
      detail: joined("placed with the first fill", moves),
    });
  const gone =
    group.stop === null
      ? { state: "ABSENT" as const, words: "none at the venue yet" }
      : restingState(group.stop);
  return row(ground, { ...facts, state: gone.state, priceUsd: wanted, detail: joined(gone.words, moves) });
}

function joined(...words: readonly (string | null)[]): string {
  return words.filter((each) => each !== null).join("; ");
}

function breakEvenWords({ plan }: Group): string | null {
  const after = plan?.breakEvenAfter ?? null;
  return after === null
    ? null
    : `moves to the entry once ${after} ${after === 1 ? "level is" : "levels are"} taken`;
}

/** Part of each level that was taken: what take-profits took fills the ladder from its nearest level. */
function takenByLevel({ plan, enteredBase, takenBase }: Group): readonly Decimal[] {
  let left = dec(takenBase);
  return (plan?.takeProfits ?? []).map(({ shareBps }) => {
    const share = dec(enteredBase).mul(shareBps).div(BPS);
    const taken = left.lt(share) ? left : share;
    left = left.minus(taken);
    return taken;
  });
}

function takeProfitRows(ground: Ground): readonly ExitRow[] {
  const { group } = ground;
  const taken = takenByLevel(group);
  return (group.plan?.takeProfits ?? []).map(({ level, shareBps }, index) => {
    const stored = group.takeProfits.find((each) => each.level === index) ?? null;
    const resting = live(stored);
    const takenBase = decimalString(taken[index] ?? dec("0"));
    const { state, words } = levelState(group, stored, takenBase);
    return row(ground, {
      id: `takeProfit-${index + 1}`,
      name: `Take-profit ${index + 1}`,
      state,
      priceUsd: resting?.triggerPriceUsd ?? text(takeProfitTriggerUsd(group, level, UNFILTERED)),
      qtyBase: resting?.qtyBase ?? null,
      takenBase,
      detail: `${formatBps(shareBps)} % of the position; ${words}`,
    });
  });
}

function levelState(
  group: Group,
  stored: TakeProfit | null,
  takenBase: string,
): { readonly state: ExitState; readonly words: string } {
  const share = dec(takenBase);
  const taken = share.isZero() ? null : `${formatQty(decimalString(share.toDecimalPlaces(8)))} taken`;
  const resting = live(stored);
  if (resting !== null) {
    const { state, words } = restingState(resting);
    return { state, words: joined(taken, words) };
  }
  if (taken !== null) return { state: "TAKEN", words: taken };
  if (stored !== null && stored.refusal !== null) return restingState(stored);
  if (dec(group.qtyBase).isZero()) return { state: "PLANNED", words: "placed with the first fill" };
  return {
    state: "PLANNED",
    words: "not at the venue: it follows within a minute, or is too small by itself",
  };
}

function trailingRows(ground: Ground): readonly ExitRow[] {
  const { group } = ground;
  const trailing = group.plan?.trailing ?? null;
  if (group.plan === null || trailing === null) return [];
  const alone = { ...group, plan: { ...group.plan, stop: null, breakEvenAfter: null } };
  const followsAt = text(stopTriggerUsd(alone, null, UNFILTERED));
  const distance = `${formatBps(trailing.distanceBps)} % behind the best price`;
  const facts = { id: "trailing", name: "Trailing" };
  if (followsAt !== null) {
    const best = group.bestPriceUsd === null ? "" : `, ${formatPrice(group.bestPriceUsd)} so far`;
    return [row(ground, { ...facts, state: "FOLLOWING", priceUsd: followsAt, detail: `${distance}${best}` })];
  }
  const profit = { kind: "bps", bps: trailing.activationBps } as const;
  return [
    row(ground, {
      ...facts,
      state: "WAITING",
      priceUsd: text(takeProfitTriggerUsd(group, profit, UNFILTERED)),
      detail: `begins at a profit of ${formatBps(trailing.activationBps)} %, then ${distance}`,
    }),
  ];
}

function timeLimitRows(ground: Ground): readonly ExitRow[] {
  const { group, nowMs } = ground;
  const limitMs = group.plan?.timeLimitMs ?? null;
  if (limitMs === null) return [];
  const atMs = group.openedAtMs + limitMs;
  return [
    row(ground, {
      id: "timeLimit",
      name: "Time limit",
      state: nowMs < atMs ? "RUNNING" : "OVER",
      atMs,
      progressBps: basisPointsOf(String(Math.max(0, nowMs - group.openedAtMs)), String(limitMs)),
      detail: nowMs < atMs ? `closed after ${durationText(limitMs)}` : "its time is over: it is being closed",
    }),
  ];
}

/** The stop first, then the ladder from its nearest level, then what depends on the best price and on time. */
export function exitRows(ground: Ground): readonly ExitRow[] {
  return [stopRow(ground), ...takeProfitRows(ground), ...trailingRows(ground), ...timeLimitRows(ground)];
}
