// Ends routes between two of their orders: the leg keeps what it has, the room that was kept for the rest is free, and a group
// that never opened ends in the same commit. A person is told, unless an exit of the strategy wanted it so.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { actOnStops } from "#app/stops";
import { alertWrites } from "#app/telling";
import { surroundingsOf, withGroupMoved } from "#domain/books/bookkeeping.ts";
import { acquireLease } from "#domain/books/lease.ts";
import type { RouteEnd } from "#domain/decide/decide-route.ts";
import { exitsToActOn } from "#domain/decide/plan-exits.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import { withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { withRoutesLeft } from "#domain/lifecycle/leg-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { alertsOfEndedRoutes } from "./route-alerts.ts";

export interface EndedRoutes {
  readonly before: Group;
  /** With the legs ended. */
  readonly group: Group;
  readonly why: RouteEnd;
  readonly denials: readonly Denial[];
}

/**
 * Of a group that an exit or a flatten finds on its way, before anything of it is cancelled: whichever process books the
 * cancel, and whatever becomes of the exit until then, no other order of the route follows.
 */
export async function withdrawRoutes(
  deps: ExecutionDeps,
  books: Books,
  groupId: string,
  actor: string,
): Promise<Books> {
  const before = books.groups[groupId];
  if (before === undefined) return books;
  const group = withRoutesLeft(before, deps.clock.nowMs());
  if (group === before) return books;
  return await endRoutes(deps, books, { before, group, why: "CLOSING", denials: [] }, actor);
}

export async function endRoutes(
  deps: ExecutionDeps,
  books: Books,
  { before, group: left, why, denials }: EndedRoutes,
  actor: string,
): Promise<Books> {
  const { control, config } = books;
  const nowMs = deps.clock.nowMs();
  const market = books.universe?.markets[before.symbol] ?? null;
  const around = surroundingsOf(before, control.reservations, market, nowMs);
  const ended = withStatus(left, around);
  const { group, ...moved } = withGroupMoved(control, before, ended, around);
  const protections = withGroupEnded(control.protections, before, group, config.protections);
  const lease = acquireLease(control.lease, deps.holderId, nowMs);
  const alerts = alertsOfEndedRoutes(before, group, {
    why,
    denials,
    rejection: null,
    journalSeq: control.journalSeq,
  });
  const after = await commitBooks(deps, books, {
    kind: "ROUTE_ENDED",
    subject: before.groupId,
    actor,
    control: { ...control, ...moved, protections, lease },
    group,
    showsOnOverview: true,
    also: alerts.flatMap((alert) => alertWrites(alert, nowMs)),
  });
  const exits = exitsToActOn(before, group);
  return exits === null ? after : await actOnStops(deps, after, [exits], { actor, mayRelease: false });
}
