// Seeded randomness (mulberry32): the same seed draws the same numbers on every machine, because only exact arithmetic
// is used. It must not be used for anything that has to be unguessable. Stored states and the hashes of simulated runs
// rest on these sequences: a change of a single draw changes every market.

/** State of a generator; a plain object so that it can be stored. */
export interface RandomState {
  value: number;
}

/** Returns numbers in [0, 1). */
export type Random = () => number;

const GOLDEN_GAMMA = 0x6d2b79f5;
const UINT32 = 4_294_967_296;

/** Mixes integers to a uniform 32-bit one (order matters); for values that must not depend on who asked first. */
export function hash32(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash ^ ((part / UINT32) | 0), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A generator for one purpose of one seed; different purposes give unrelated sequences. */
export function seedRandom(seed: number, purpose: number): RandomState {
  return { value: hash32(seed, purpose) };
}

/** Next uniform number in [0, 1). */
export function nextUniform(state: RandomState): number {
  state.value = (state.value + GOLDEN_GAMMA) | 0;
  let mixed = Math.imul(state.value ^ (state.value >>> 15), 1 | state.value);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
}

/** Standard deviation of the sum of four uniforms: sqrt(4/12). */
const SUM_OF_FOUR_DEVIATION = 0.5773502691896258;

/**
 * Next number with mean 0 and variance 1, close to normal. A sum of uniforms, because Math.log and Math.cos
 * may differ between machines in the last bit; a price process gets its fat tails from regimes.
 */
export function nextNormal(state: RandomState): number {
  const sum = nextUniform(state) + nextUniform(state) + nextUniform(state) + nextUniform(state);
  return (sum - 2) / SUM_OF_FOUR_DEVIATION;
}

/** A generator whose state nobody stores. */
export function seededRandom(seed: number): Random {
  const state: RandomState = { value: seed };
  return () => nextUniform(state);
}
