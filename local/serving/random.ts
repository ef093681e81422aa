// Seeded randomness for chaos switches and jitter: the same seed gives the same sequence on every machine.
// It must not be used for anything that has to be unguessable.

/** Returns numbers in [0, 1). */
export type Random = () => number;

/** A 32-bit generator (mulberry32): small, fast, and good enough to shuffle deliveries. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
