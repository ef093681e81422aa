// Rules 3 (the venue is right), 9 (slots are open groups) and 10 (the journal is the books) of docs/RULES.md after a run:
// groups are the venue's positions, slots the open groups, reservations the live orders, and the journal tells it all.
import { isDeepStrictEqual } from "node:util";
import { type Decimal, dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import type { Evidence } from "../evidence.ts";
import type { Check } from "./check.ts";

function signedQty({ side, qtyBase }: Group): Decimal {
  return dec(qtyBase).mul(side === "long" ? 1 : -1);
}

function openGroups({ groups }: Evidence): readonly Group[] {
  return [...groups.values()].filter(({ status }) => !isGroupEnded(status));
}

export const groupsAreTheVenuesPositions: Check = {
  name: "groupsAreTheVenuesPositions",
  says: "What the groups hold, dust included, is what the venue holds, and each group holds what its orders filled.",
  violations(evidence) {
    const booked = new Map<string, Decimal>();
    for (const group of evidence.groups.values())
      booked.set(group.symbol, signedQty(group).plus(booked.get(group.symbol) ?? 0));
    const held = new Map<string, Decimal>();
    for (const { symbol, qtyBase } of evidence.venue.accounts.flatMap(({ positions }) => positions))
      held.set(symbol, dec(qtyBase));
    const differing = [...new Set([...booked.keys(), ...held.keys()])].flatMap((symbol) => {
      const books = booked.get(symbol) ?? dec("0");
      const venue = held.get(symbol) ?? dec("0");
      return books.eq(venue) ? [] : [`the groups hold ${books} ${symbol}, the venue ${venue}`];
    });
    return [...differing, ...groupsWithoutTheirFills(evidence)];
  },
};

function groupsWithoutTheirFills(evidence: Evidence): readonly string[] {
  return [...evidence.groups.values()].flatMap((group) => {
    let filled = dec("0");
    for (const id of group.orderIds) {
      const order = evidence.orders.get(paths.order(evidence.accountId, id));
      if (order === undefined) return [`${group.groupId} names ${id}, of which there is no record`];
      filled = filled.plus(dec(order.filledQtyBase).mul(order.request.reduceOnly ? -1 : 1));
    }
    return filled.eq(dec(group.qtyBase))
      ? []
      : [`${group.groupId} holds ${group.qtyBase} ${group.symbol}, its orders filled ${filled}`];
  });
}

export const slotsAreTheOpenGroups: Check = {
  name: "slotsAreTheOpenGroups",
  says: "Slots in use are the groups not ended, one for a symbol, with their quantity; a group that ran empty is ended.",
  violations(evidence) {
    const { slots } = evidence.control;
    const open = openGroups(evidence);
    const found = Object.keys(slots)
      .filter((id) => !open.some(({ groupId }) => groupId === id))
      .map((id) => `the slot of ${id} is taken, but the group is not open`);
    const symbols = new Set<string>();
    for (const { groupId, qtyBase, symbol, status } of open) {
      const slot = slots[groupId];
      if (slot === undefined) found.push(`${groupId} is open without a slot`);
      else if (!dec(slot.qtyBase).eq(dec(qtyBase)))
        found.push(`the slot of ${groupId} says ${slot.qtyBase}, the group ${qtyBase}`);
      if (dec(qtyBase).isZero()) found.push(`${groupId} is empty and ${status}`);
      if (symbols.has(symbol)) found.push(`two groups of ${symbol} are open`);
      symbols.add(symbol);
    }
    const shown = evidence.overview?.groups.map(({ groupId, qtyBase }) => `${groupId} ${qtyBase}`) ?? [];
    const wanted = open.map(({ groupId, qtyBase }) => `${groupId} ${qtyBase}`);
    if (!isDeepStrictEqual([...shown].sort(), [...wanted].sort()))
      found.push(`the first screen shows the groups [${shown.join(", ")}], open are [${wanted.join(", ")}]`);
    return found;
  },
};

export const nothingIsReserved: Check = {
  name: "nothingIsReserved",
  says: "Reservations are the live orders, of which there are none; the inbox is empty.",
  violations({ control, orders }) {
    const live = [...orders.values()].filter(({ status }) => !isEnded(status));
    const found = Object.keys(control.reservations).map((id) => `${id} is still reserved`);
    found.push(...live.map(({ request, status }) => `${request.clientOrderId} is still ${status}`));
    const { storedCount, takenCount } = control.inbox;
    if (storedCount !== takenCount) found.push(`${storedCount} intents were stored, ${takenCount} taken`);
    return found;
  },
};

export const journalFoldsToTheBooks: Check = {
  name: "journalFoldsToTheBooks",
  says: "The journal has no gap, its fences never fall, and folding it gives the orders, groups and control documents.",
  violations(evidence) {
    const { accountId, control } = evidence;
    const entries = [...evidence.journal.values()].sort((a, b) => a.seq - b.seq);
    const found: string[] = [];
    const folded = new Map<string, unknown>();
    let fence = 0;
    for (const [index, entry] of entries.entries()) {
      if (entry.seq !== index + 1)
        return [...found, `the journal has ${entry.seq} where ${index + 1} belongs`];
      if (entry.fence < fence) found.push(`entry ${entry.seq} has fence ${entry.fence} after ${fence}`);
      fence = Math.max(fence, entry.fence);
      for (const [path, image] of Object.entries(entry.images)) folded.set(path, image);
    }
    if (control.journalSeq !== entries.length)
      found.push(`the books count ${control.journalSeq} commits, the journal has ${entries.length}`);
    if (control.lease.fence < fence) found.push(`the fence fell from ${fence} to ${control.lease.fence}`);
    const stored = new Map<string, unknown>([
      ...evidence.orders,
      ...evidence.groups,
      [paths.control(accountId), control],
    ]);
    // Raised beside the holder, without an entry.
    const { groundLostCount } = control;
    const ofJournal = folded.get(paths.control(accountId));
    if (ofJournal !== undefined) folded.set(paths.control(accountId), { ...ofJournal, groundLostCount });
    const journalled = entries.length === 0 ? [] : [...new Set([...folded.keys(), ...stored.keys()])];
    for (const path of journalled)
      if (!isDeepStrictEqual(folded.get(path), stored.get(path)))
        found.push(`${path} is not what the journal says`);
    return found;
  },
};
