// Settings that are read by several questions, of which some may fail: which failure counts.
import { VenueError } from "#ports/venue.ts";

/** Null where every question was answered. Throws a fault of the program, which is none of the venue's, also beside one. */
export function faultOf(parts: readonly PromiseSettledResult<unknown>[]): VenueError | null {
  const faults = parts.flatMap((each): readonly unknown[] =>
    each.status === "rejected" ? [each.reason] : [],
  );
  const fault = faults.find((each) => !(each instanceof VenueError)) ?? faults[0];
  if (fault === undefined) return null;
  if (fault instanceof VenueError) return fault;
  throw fault;
}
