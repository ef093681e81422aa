// The next step towards the exits that should rest at the venue for a group. Every step is stored before it is sent, and
// sent once. A stop is replaced new before old, so that there always is a floor; a take-profit old before new, so that
// together they never exceed what is open. Must not ask whether trading is halted: exits rest in every state.

import {
  gone,
  hasTakeProfitLeft,
  isLive,
  isSameExit,
  liveStop,
  nextExitStep,
  withoutExits,
  withStopToCancel,
} from "#domain/books/resting-exits.ts";
import { isGroupSetAside } from "#domain/books/set-aside.ts";
import { decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group, RestingExit, TakeProfit } from "#domain/documents/group.ts";
import { clientStopId } from "#domain/documents/ids.ts";
import type { Market } from "#domain/documents/market.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { stopTriggerUsd, takeProfitTriggerUsd } from "./exit-triggers.ts";
import { ladderOf } from "./ladder.ts";
import { SEND_WINDOW_MS } from "./place-order.ts";
import { isBeyondStop, type WantedExit, wantedStop } from "./protective-stop.ts";

export interface ExitBooks {
  readonly group: Group;
  readonly control: ControlState;
}

export interface ExitRules {
  readonly accountId: string;
  /** Distance of the account's protective stop; null: none is configured. */
  readonly stopBps: number | null;
  /** Null when unknown: then an open group's exits stay as they are. */
  readonly market: Market | null;
  readonly nowMs: number;
}

type Known = ExitRules & { readonly market: Market };

/**
 * The books with the exits that the group should have; the same objects when the present ones fit. While everything is
 * being flattened an open group keeps what it has. One that is closed for being beyond its stop keeps what guards it; its
 * ladder goes, since each fill of the closing would leave the levels larger than what is open.
 */
export function planExits(before: ExitBooks, rules: ExitRules): ExitBooks {
  const { group, control } = before;
  if (isGroupEnded(group.status)) return withNone(before, rules.nowMs);
  const { market } = rules;
  if (market === null || control.flatten !== null) return before;
  if (isBeyondStop(group)) return withoutMisfits(before, new Map(), rules.nowMs);
  const known = { ...rules, market };
  return planTakeProfits(planStop(before, known), known);
}

/** The books with every exit of the group left behind. */
export function withNone(before: ExitBooks, nowMs: number): ExitBooks {
  const { group, stopsToCancel } = withoutExits(before.group, before.control.stopsToCancel, nowMs);
  return group === before.group ? before : { group, control: { ...before.control, stopsToCancel } };
}

/** A new stop is to be sent once this is stored; the old one is remembered for withdrawal, which comes after. */
function planStop(before: ExitBooks, rules: Known): ExitBooks {
  const { group, control } = before;
  const wanted = wantedStop(group, rules.stopBps, rules.market);
  const live = liveStop(group);
  if (live === null ? wanted === null : wanted !== null && isSameExit(live, wanted)) return before;
  const stopsToCancel =
    live === null ? control.stopsToCancel : withStopToCancel(control, { ...group, kind: "stop" }, live);
  const dropped = group.stop === null ? null : gone(group.stop, rules.nowMs);
  const stop = wanted === null ? dropped : nextExit(group, wanted, rules);
  return { group: { ...group, stop }, control: { ...control, stopsToCancel } };
}

/**
 * Levels that do not fit any more are left behind; new ones come once none is left behind in the symbol: two of a level, or
 * one of yesterday's quantity beside today's, could take more than is open.
 */
function planTakeProfits(before: ExitBooks, rules: Known): ExitBooks {
  const wanted = wantedTakeProfits(before.group, rules.market);
  const after = withoutMisfits(before, wanted, rules.nowMs);
  if (hasTakeProfitLeft(after.control, after.group.symbol)) return after;
  let { group } = after;
  for (const [level, exit] of wanted) {
    const present = group.takeProfits.find((each) => each.level === level);
    if (present !== undefined && isLive(present)) continue;
    const next: TakeProfit = { ...nextExit(group, exit, rules), level };
    const others = group.takeProfits.filter((each) => each.level !== level);
    group = { ...group, takeProfits: [...others, next].toSorted((a, b) => a.level - b.level) };
  }
  return group === after.group ? after : { ...after, group };
}

/** By level. */
function wantedTakeProfits(group: Group, market: Market): ReadonlyMap<number, WantedExit> {
  const wanted = new Map<number, WantedExit>();
  for (const { level, qtyBase } of ladderOf(group, market).steps) {
    const plan = group.plan?.takeProfits[level];
    const triggerUsd = plan === undefined ? null : takeProfitTriggerUsd(group, plan.level, market);
    if (triggerUsd !== null) wanted.set(level, { qtyBase, triggerPriceUsd: decimalString(triggerUsd) });
  }
  return wanted;
}

function withoutMisfits(
  before: ExitBooks,
  wanted: ReadonlyMap<number, WantedExit>,
  nowMs: number,
): ExitBooks {
  const { group, control } = before;
  const misfits = group.takeProfits.filter((each) => {
    const exit = wanted.get(each.level);
    return isLive(each) && (exit === undefined || !isSameExit(each, exit));
  });
  if (misfits.length === 0) return before;
  let { stopsToCancel } = control;
  for (const each of misfits)
    stopsToCancel = withStopToCancel({ stopsToCancel }, { ...group, kind: "takeProfit" }, each);
  const takeProfits = group.takeProfits.map((each) => (misfits.includes(each) ? gone(each, nowMs) : each));
  return { group: { ...group, takeProfits }, control: { ...control, stopsToCancel } };
}

function nextExit(group: Group, wanted: WantedExit, { accountId, nowMs }: ExitRules): RestingExit {
  const step = nextExitStep(group);
  return {
    clientStopId: clientStopId(accountId, group.groupId, step),
    step,
    status: "SENDING",
    qtyBase: wanted.qtyBase,
    triggerPriceUsd: wanted.triggerPriceUsd,
    sendDeadlineMs: nowMs + SEND_WINDOW_MS,
    absences: { count: 0, lastAtMs: null },
    refusal: null,
    updatedAtMs: nowMs,
  };
}

/** A commit that moved a group's exits, to be acted on once it has landed. */
export interface ExitsToActOn {
  readonly groupId: string;
  /** Exits that were planned, the stop first; none when some were only left behind. */
  readonly plannedIds: readonly string[];
}

/** Null when nothing about the exits changed between the two. */
export function exitsToActOn(before: Group, planned: Group): ExitsToActOn | null {
  if (planned.stop === before.stop && planned.takeProfits === before.takeProfits) return null;
  const known = new Set([before.stop, ...before.takeProfits].map((exit) => exit?.clientStopId));
  const plannedIds = [planned.stop, ...planned.takeProfits].flatMap((exit) =>
    exit?.status === "SENDING" && !known.has(exit.clientStopId) ? [exit.clientStopId] : [],
  );
  return { groupId: planned.groupId, plannedIds };
}

/** By which it is known whether anything asks for a stop now. */
export interface StopGround {
  readonly stopBps: number | null;
  /** By symbol. Where a market is missing a stop stays. */
  readonly markets: Readonly<Record<string, Market>>;
}

/**
 * Exits whose withdrawal is due: take-profits at once, stops of groups that have ended, of those for which nothing asks for a
 * stop any more, and those whose successor rests. A stop that is being replaced stays until then, so that there always is a
 * floor, and so does whatever belongs to a group that is set aside.
 */
export function dueWithdrawals(
  control: ControlState,
  groups: Readonly<Record<string, Group>>,
  { stopBps, markets }: StopGround,
): readonly string[] {
  return Object.entries(control.stopsToCancel)
    .filter(([, { groupId, kind }]) => {
      if (isGroupSetAside({ control, groups }, groupId)) return false;
      const group = groups[groupId];
      if (group === undefined || kind === "takeProfit") return true;
      const market = markets[group.symbol];
      const isUnwanted = market !== undefined && stopTriggerUsd(group, stopBps, market) === null;
      return isUnwanted || group.stop?.status === "RESTING";
    })
    .map(([id]) => id);
}
