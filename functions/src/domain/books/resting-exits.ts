// The exits that rest at the venue for a group, and those that were left behind: remembered until the venue knows them no
// more. An ended group has none, in the commit that ends it. Pure.

import { dec } from "#domain/decimal.ts";
import type { ControlState, StopToCancel } from "#domain/documents/control.ts";
import type { Group, RestingExit, TakeProfit } from "#domain/documents/group.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";

type Left = ControlState["stopsToCancel"];

/** Whether it may be at the venue. */
export function isLive({ status }: RestingExit): boolean {
  return status !== "GONE";
}

/** The group's stop as long as it may be at the venue. */
export function liveStop({ stop }: Group): RestingExit | null {
  return stop !== null && isLive(stop) ? stop : null;
}

export function liveTakeProfits({ takeProfits }: Group): readonly TakeProfit[] {
  return takeProfits.filter(isLive);
}

/** The stop first: it is the floor. */
export function liveExits(group: Group): readonly RestingExit[] {
  const stop = liveStop(group);
  return [...(stop === null ? [] : [stop]), ...liveTakeProfits(group)];
}

export function gone<Exit extends RestingExit>(exit: Exit, atMs: number): Exit {
  return isLive(exit) ? { ...exit, status: "GONE", updatedAtMs: atMs } : exit;
}

/** Ids of all exits of a group come from one count, so that a level never takes the id of a stop. */
export function nextExitStep({ stop, takeProfits }: Group): number {
  const used = [stop, ...takeProfits].flatMap((exit) => (exit === null ? [] : [exit.step]));
  return used.length === 0 ? 0 : Math.max(...used) + 1;
}

export function withStopToCancel(
  { stopsToCancel }: Pick<ControlState, "stopsToCancel">,
  { groupId, symbol, kind }: Pick<StopToCancel, "groupId" | "symbol" | "kind">,
  {
    clientStopId: id,
    sendDeadlineMs,
    absences,
  }: Pick<RestingExit, "clientStopId" | "sendDeadlineMs" | "absences">,
): Left {
  return { ...stopsToCancel, [id]: { groupId, symbol, kind, sendDeadlineMs, absences } };
}

/** Group and memory with every live exit left behind; the same objects when there is none. */
export function withoutExits(
  group: Group,
  stopsToCancel: Left,
  atMs: number,
): { readonly group: Group; readonly stopsToCancel: Left } {
  const stop = liveStop(group);
  const takeProfits = liveTakeProfits(group);
  if (stop === null && takeProfits.length === 0) return { group, stopsToCancel };
  const leave = (left: Left, exit: RestingExit, kind: ExitKind): Left =>
    withStopToCancel({ stopsToCancel: left }, { ...group, kind }, exit);
  const withStop = stop === null ? stopsToCancel : leave(stopsToCancel, stop, "stop");
  return {
    group: {
      ...group,
      stop: group.stop === null ? null : gone(group.stop, atMs),
      takeProfits: group.takeProfits.map((each) => gone(each, atMs)),
    },
    stopsToCancel: takeProfits.reduce((left, exit) => leave(left, exit, "takeProfit"), withStop),
  };
}

/** The same for a group that has ended; any other keeps what it has. */
export function withoutExitsOnceEnded(
  group: Group,
  stopsToCancel: Left,
  atMs: number,
): { readonly group: Group; readonly stopsToCancel: Left } {
  return isGroupEnded(group.status) ? withoutExits(group, stopsToCancel, atMs) : { group, stopsToCancel };
}

/** Which kind an id is, by the books; null when they do not know it (any more). */
export function exitKindOf(
  control: ControlState,
  group: Group | null,
  clientStopId: string,
): ExitKind | null {
  if (group?.takeProfits.some((each) => each.clientStopId === clientStopId)) return "takeProfit";
  if (group?.stop?.clientStopId === clientStopId) return "stop";
  return control.stopsToCancel[clientStopId]?.kind ?? null;
}

/** Whether a take-profit may still wait at the venue that no book wants: until it is gone, none is planned beside it. */
export function hasTakeProfitLeft({ stopsToCancel }: ControlState, symbol: string): boolean {
  return Object.values(stopsToCancel).some((left) => left.symbol === symbol && left.kind === "takeProfit");
}

/** Exits that fit exactly what is wanted need no step. */
export function isSameExit(
  exit: Pick<RestingExit, "qtyBase" | "triggerPriceUsd">,
  wanted: Pick<RestingExit, "qtyBase" | "triggerPriceUsd">,
): boolean {
  const sameQty = dec(exit.qtyBase).eq(dec(wanted.qtyBase));
  return sameQty && dec(exit.triggerPriceUsd).eq(dec(wanted.triggerPriceUsd));
}
