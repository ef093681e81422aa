// Makes a failing run smaller while it still breaks the same rule: fewer items of the workload, fewer faults, fewer
// kinds of them. What is left is what a person has to read.
import type { Mutation } from "./mutations/mutation.ts";
import { FAULT_KINDS, type FaultKind } from "./ports/fault-policy.ts";
import { type Cut, type RunResult, simulate } from "./simulate.ts";

export interface Shrunk {
  readonly cut: Cut;
  readonly result: RunResult;
  readonly runs: number;
}

/** The smallest cut found under which the seed breaks the rule that `failed` broke. Throws when it never does. */
export async function shrink(failed: RunResult, mutation: Mutation | null = null): Promise<Shrunk> {
  const { seed, venue } = failed;
  const invariant = failed.violation?.invariant;
  if (invariant === undefined) throw new Error(`Seed ${seed} broke no rule`);
  let runs = 0;
  let best: { cut: Cut; result: RunResult } = { cut: {}, result: failed };
  const stillFails = async (cut: Cut): Promise<boolean> => {
    runs += 1;
    const result = await simulate({ seed, venue, cut, mutation });
    if (result.violation?.invariant !== invariant) return false;
    best = { cut, result };
    return true;
  };
  await bisect(failed.items, (items) => stillFails({ ...best.cut, items }));
  await bisect(best.result.strikes, (strikes) => stillFails({ ...best.cut, strikes }));
  for (let place = (best.cut.items ?? failed.items) - 1; place >= 0; place -= 1)
    await stillFails({ ...best.cut, without: new Set([...(best.cut.without ?? []), place]) });
  for (const kind of FAULT_KINDS)
    await stillFails({ ...best.cut, muted: new Set<FaultKind>([...(best.cut.muted ?? []), kind]) });
  return { ...best, runs };
}

/** Tries numbers below `high`, which is known to fail, and ends at one that fails where half as much does not. */
async function bisect(high: number, fails: (count: number) => Promise<boolean>): Promise<void> {
  let low = -1;
  let top = high;
  while (top - low > 1) {
    const middle = Math.floor((low + top) / 2);
    if (await fails(middle)) top = middle;
    else low = middle;
  }
}
