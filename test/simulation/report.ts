// A broken rule in words: what broke, what the smallest run that breaks it is made of, and what happened last.
import { Random } from "./engine/random.ts";
import type { Mutation } from "./mutations/mutation.ts";
import { drawRates } from "./ports/fault-policy.ts";
import { shrink } from "./shrink.ts";
import type { RunResult } from "./simulate.ts";
import { drawRun } from "./workload/draw.ts";
import { inWords } from "./workload/happen.ts";

/** Lines of the event log that end a report. */
const LAST_EVENTS = 40;

export async function reportOf(
  failed: RunResult,
  mutation: Mutation | null = null,
): Promise<readonly string[]> {
  const { seed, venue, violation } = failed;
  if (violation === null) return [`seed ${seed}: no rule broke`];
  const { cut, result, runs } = await shrink(failed, mutation);
  const items = drawRun(seed)
    .items.slice(0, cut.items)
    .filter((_item, place) => cut.without?.has(place) !== true);
  const rates = Object.entries(drawRates(new Random(seed, "rates"))).filter(
    ([kind]) => !(cut.muted as ReadonlySet<string> | undefined)?.has(kind),
  );
  const kinds = result.strikes === 0 ? "none" : rates.map(([kind]) => kind).join(", ");
  return [
    `seed ${seed} broke ${violation.invariant}: ${result.violation?.message ?? violation.message}`,
    `  ${violation.says}`,
    `  smallest run that still does (${runs} tried): ${items.length} of ${failed.items} items, ${result.strikes} of ${failed.strikes} faults`,
    ...items.map(
      ({ afterMs, happening }) => `    at ${(afterMs / 1_000).toFixed(3)} s: ${inWords(happening)}`,
    ),
    `    faults: ${kinds}`,
    "  last events of it:",
    ...result.log.tail(LAST_EVENTS).map((line) => `    ${line}`),
    `  replay the whole run: npm run sim -- --seed ${seed}${venue === null ? "" : ` --venue ${venue}`}`,
  ];
}
