// The books of one group made what the venue holds. Must only be called when no order of the symbol is in flight and the
// venue's position list has had time to follow its fills; the venue is then right, unless a stop of ours explains it.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { actOnStops, bookFiredStops } from "#app/stops";
import { type AlertCondition, alertWrites } from "#app/telling";
import { surroundingsOf, withGroupMoved } from "#domain/books/bookkeeping.ts";
import { acquireLease } from "#domain/books/lease.ts";
import { type PositionFinding, withVenueQuantity } from "#domain/books/positions.ts";
import { exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { dec } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { isGroupEnded, withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { withLegEvent, withRoutesEnded } from "#domain/lifecycle/leg-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { withPositionLatch } from "#domain/risk/position-latch.ts";

export type QuantityFinding = Extract<PositionFinding, { kind: "quantityDiffers" }>;

export async function adjustGroup(
  deps: ExecutionDeps,
  given: Books,
  finding: QuantityFinding,
  actor: string,
): Promise<Books> {
  const { accountId } = given;
  const seen = await bookFiredStops(deps, given, finding.groupId, actor);
  const { books } = seen;
  const group = books.groups[finding.groupId];
  if (group === undefined || seen.explains) return books;
  const nowMs = deps.clock.nowMs();
  const market = books.universe?.markets[group.symbol] ?? null;
  const around = surroundingsOf(group, books.control.reservations, market, nowMs);
  const isLess = dec(finding.venueBase).lt(dec(group.qtyBase));
  // Where the venue holds more than is booked, the rest of an entry may be what it holds already.
  const kept = isLess ? withLegEvent(group, "reducedOutside", nowMs) : withRoutesEnded(group, nowMs);
  const held = withReason(withStatus(withVenueQuantity(kept, finding.venueBase, nowMs), around));
  const { group: adjusted, ...moved } = withGroupMoved(books.control, group, held, around);
  const alert: AlertCondition = {
    accountId,
    severity: "critical",
    code: "POSITION_ADJUSTED",
    message: `${finding.symbol}: the books held ${finding.bookedBase}, the venue ${finding.venueBase}; the venue was believed`,
    remedy: "Look for a liquidation or a trade by hand at the venue",
    dedupeKey: `${group.groupId}/${books.control.journalSeq}`,
  };
  const found = { actor, reason: alert.message };
  const control: ControlState = {
    ...withPositionLatch(books.control, books.config, found, nowMs),
    ...moved,
    protections: withGroupEnded(books.control.protections, group, adjusted, books.config.protections),
  };
  const planned = planExits(
    { group: adjusted, control },
    {
      accountId,
      stopBps: books.config.watchdog.protectiveStopBps,
      market,
      nowMs,
    },
  );
  const stops = exitsToActOn(group, planned.group);
  const lease = stops === null ? control.lease : acquireLease(control.lease, deps.holderId, nowMs);
  // In one batch: once the books agree, nothing would raise the alert any more.
  const after = await commitBooks(deps, books, {
    kind: "POSITION_ADJUSTED",
    subject: group.groupId,
    actor,
    control: { ...planned.control, lease },
    group: planned.group,
    showsOnOverview: true,
    also: alertWrites(alert, nowMs),
  });
  deps.logger.error(alert.message, { alert: alert.code, accountId, groupId: group.groupId });
  return stops === null ? after : await actOnStops(deps, after, [stops], { actor, mayRelease: false });
}

/** The rest may be too little for any order: then it ends, and the rest is dust. The venue's trades will tell why. */
function withReason(group: Group): Group {
  return isGroupEnded(group.status) ? { ...group, exitReason: group.exitReason ?? "reconcile" } : group;
}
