// Ends a group of which so little is left that no order can close it: the rest goes into the ledger of dust. Must not be
// called while an order of the group is in flight.
import { commitBooks } from "#app/books";
import { surroundingsOf, withGroupMoved } from "#domain/books/bookkeeping.ts";
import type { Group } from "#domain/documents/group.ts";
import { withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import type { VenuePosition } from "#ports/venue.ts";
import { type FlattenRun, renewed } from "./flatten-run.ts";

export async function endAsDust(run: FlattenRun, group: Group, { qtyBase }: VenuePosition): Promise<void> {
  const { deps, books, actor } = run;
  const isInFlight = Object.values(books.control.reservations).some(
    ({ groupId }) => groupId === group.groupId,
  );
  if (isInFlight) return;
  const market = books.universe?.markets[group.symbol] ?? null;
  const around = surroundingsOf(group, books.control.reservations, market, deps.clock.nowMs());
  const ended = withStatus({ ...group, qtyBase, exitReason: "flatten" }, around);
  if (ended.status !== "CLOSED_WITH_DUST") return;
  const { group: after, ...moved } = withGroupMoved(books.control, group, ended, around);
  const protections = withGroupEnded(books.control.protections, group, after, books.config.protections);
  run.books = await commitBooks(deps, books, {
    kind: "FLATTEN_DUST_LEFT",
    subject: group.groupId,
    actor,
    control: { ...renewed(run), ...moved, protections },
    group: after,
    showsOnOverview: true,
  });
}
