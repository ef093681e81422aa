// Whether a position has all the entries that it was to get: those of its own plan where it has one, else as many as the offset's
// config asks for. An entry that will never be sent is not waited for. Pure.

import { dec } from "#domain/decimal.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { EntryFacts } from "./ground.ts";

/** A safety entry that may still fill. */
const TO_COME: ReadonlySet<EntryLeg["status"]> = new Set([
  "WAITING",
  "SENT",
  "DOUBT",
  "WORKING",
  "REROUTING",
]);

export interface EntryCount {
  readonly wanted: number;
  readonly made: number;
}

/** Base, safety entries and pyramids of the plan; a position without one is counted by its filled orders. */
export function countEntries({ legs }: Group, facts: EntryFacts, minEntries: number): EntryCount {
  const { maxPyramids } = facts;
  const safety = legs.filter(({ kind }) => kind === "dca");
  if (safety.length === 0 && maxPyramids === null) return { wanted: minEntries, made: facts.count };
  const toCome = safety.filter(({ status }) => TO_COME.has(status));
  const pyramids = legs.filter(({ kind, filledBase }) => kind === "pyramid" && !dec(filledBase).isZero());
  const most = maxPyramids ?? 0;
  return {
    wanted: 1 + safety.length + most,
    made: 1 + safety.length - toCome.length + Math.min(pyramids.length, most),
  };
}
