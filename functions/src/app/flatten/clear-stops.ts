// A flatten's last part: no stop may wait that would hit the next position. Only once everything is closed: until then
// they are the floor.
import { cancelStopsOf } from "#app/stops";
import { asked, type FlattenRun } from "./flatten-run.ts";

/** True when the venue said that none waits in these symbols. */
export async function clearStops(run: FlattenRun, symbols: readonly string[]): Promise<boolean> {
  const cleared = await asked(run, "withdrawing stops", () =>
    cancelStopsOf(run.deps, run.books, symbols, run.actor),
  );
  if (cleared === null) return false;
  run.books = cleared.books;
  return cleared.isDone;
}
