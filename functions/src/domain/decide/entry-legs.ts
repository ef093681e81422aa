// The legs of a group under decision: an entry that is sent becomes a leg of its own, and the next safety entry is sent once
// its price is reached. Pure.
import { type Decimal, dec } from "#domain/decimal.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import { nextLeg as legAfter } from "#domain/lifecycle/leg-lifecycle.ts";

/** Before the venue has the last word on an entry, no further one is sent for the group. */
const OUT: ReadonlySet<EntryLeg["status"]> = new Set(["SENT", "DOUBT", "WORKING", "REROUTING"]);

/** The group with an entry that is about to be sent: its base, or one that an alert adds. */
export function withEntrySent(
  group: Group,
  { clientOrderId, qtyBase }: OrderRequest,
  { priceUsd, route }: { readonly priceUsd: Decimal; readonly route: LegRoute | null },
  atMs: number,
): Group {
  const isBase = group.orderIds.length === 0;
  const pyramids = group.legs.filter(({ kind }) => kind === "pyramid").length;
  const leg: EntryLeg = {
    kind: isBase ? "base" : "pyramid",
    place: isBase ? 0 : pyramids + 1,
    status: "SENT",
    qtyBase,
    priceUsd: priceUsd.toFixed(),
    clientOrderId,
    filledBase: "0",
    averagePriceUsd: null,
    refusedFor: [],
    oddity: null,
    route,
    updatedAtMs: atMs,
  };
  return { ...group, legs: isBase ? [leg, ...group.legs] : [...group.legs, leg] };
}

/** The safety entry that is next; null while another entry of the group is out, and while it is not simply held. */
export function nextSafetyEntry({ status, qtyBase, closing, legs }: Group): EntryLeg | null {
  const isHeld = status === "ACTIVE" && closing === null && !dec(qtyBase).isZero();
  if (!isHeld || legs.some((leg) => OUT.has(leg.status))) return null;
  return legs.find((leg) => leg.kind === "dca" && leg.status === "WAITING") ?? null;
}

/** By the price that the entry would take: a long at the ask, a short at the bid. */
export function isReached(
  { side }: Pick<Group, "side">,
  leg: Pick<EntryLeg, "priceUsd">,
  { askUsd, bidUsd }: Pick<TopOfBook, "askUsd" | "bidUsd">,
): boolean {
  return side === "long" ? dec(askUsd).lte(dec(leg.priceUsd)) : dec(bidUsd).gte(dec(leg.priceUsd));
}

/** The group with its leg about to be sent. Throws LegTransitionError for one that was sent, or withdrawn. */
export function withLegSent(
  group: Group,
  leg: EntryLeg,
  { clientOrderId, route }: Pick<EntryLeg, "clientOrderId" | "route">,
  atMs: number,
): Group {
  const sent = { ...legAfter(leg, "stored", atMs), clientOrderId, route, refusedFor: [] };
  return withLeg(group, leg, sent);
}

/** The group with a leg that was refused at its price, for those reasons. */
export function withLegRefused(
  group: Group,
  leg: EntryLeg,
  refusedFor: EntryLeg["refusedFor"],
  atMs: number,
): Group {
  return withLeg(group, leg, { ...leg, refusedFor, updatedAtMs: atMs });
}

/** The group with one of its legs replaced by what became of it. */
export function withLeg(group: Group, before: EntryLeg, after: EntryLeg): Group {
  const isSame = ({ kind, place }: EntryLeg) => kind === before.kind && place === before.place;
  return { ...group, legs: group.legs.map((leg) => (isSame(leg) ? after : leg)) };
}
