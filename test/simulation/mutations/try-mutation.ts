// Runs seeds under a mutation until an invariant notices. Seeds that caught it before are tried first, then all from one: an
// old table of those seeds costs time, and never hides a mutation that survives.
import type { VenueId } from "#domain/documents/account.ts";
import { DEFAULT_DIALECT } from "#local/exchange/dialects.ts";
import { type RunResult, simulate } from "../simulate.ts";
import { MUTATION_SEEDS } from "./all.ts";
import type { Mutation } from "./mutation.ts";

export interface Caught {
  readonly mutation: Mutation;
  /** Null when it survived. */
  readonly by: RunResult | null;
  /** Runs that it took. */
  readonly runs: number;
}

export async function tryMutation(
  mutation: Mutation,
  firstSeeds: readonly number[],
  seeds = MUTATION_SEEDS,
): Promise<Caught> {
  const { venue = DEFAULT_DIALECT } = mutation;
  let runs = 0;
  for (const seed of seedsToTry(firstSeeds, seeds)) {
    runs += 1;
    const result = await simulate({ seed, venue, mutation });
    if (result.violation !== null && (await isQuiet(seed, venue))) return { mutation, by: result, runs };
  }
  return { mutation, by: null, runs };
}

/** A seed that breaks a rule without the mutation proves nothing of it. */
async function isQuiet(seed: number, venue: VenueId): Promise<boolean> {
  return (await simulate({ seed, venue })).violation === null;
}

/** Each seed to the limit once, the first ones in front. Seeds above the limit are not tried. */
export function seedsToTry(firstSeeds: readonly number[], seeds: number): readonly number[] {
  const all = Array.from({ length: seeds }, (_, index) => index + 1);
  return [...new Set([...firstSeeds.filter((seed) => seed <= seeds), ...all])];
}
