// Mutations of safety entries: a ladder that grows on its way, and one that comes back after its exit.
import { dec, decimalString } from "#domain/decimal.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { withAnswers } from "./rewrites.ts";

export const LEG_MUTATIONS: readonly Mutation[] = [
  {
    name: "legsGrow",
    says: "A safety entry that waits is twice as large when its group is read.",
    hooks: () => ({ documents: (port) => withLegs(port, doubled) }),
  },
  {
    name: "withdrawnLegsComeBack",
    says: "Safety entries that an exit has withdrawn wait again when their group is read.",
    hooks: () => ({ documents: (port) => withLegs(port, waitingAgain) }),
  },
];

type Port = Parameters<typeof withAnswers>[0];

function withLegs(port: Port, change: (leg: EntryLeg) => EntryLeg): Port {
  return withAnswers(port, (snapshot) => {
    const { path, data } = snapshot;
    const legs = (data as unknown as Group | null)?.legs;
    if (!path.includes("/groups/") || data === null || !Array.isArray(legs)) return snapshot;
    return { ...snapshot, data: { ...data, legs: legs.map(change) } as unknown as DocumentData };
  });
}

function doubled(leg: EntryLeg): EntryLeg {
  const isAhead = leg.kind === "dca" && leg.status === "WAITING";
  return isAhead ? { ...leg, qtyBase: decimalString(dec(leg.qtyBase).mul(2)) } : leg;
}

function waitingAgain(leg: EntryLeg): EntryLeg {
  return leg.status === "WITHDRAWN" ? { ...leg, status: "WAITING" } : leg;
}
