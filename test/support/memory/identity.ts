// Ids and jitter from a seed: a run can be replayed from its number.
import type { Identity } from "#ports/identity.ts";

const ID_LENGTH = 20;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

export function createSeededIdentity(seed: number): Identity {
  const random = seededRandom(seed);
  return {
    random,
    newId: () =>
      Array.from({ length: ID_LENGTH }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join(""),
  };
}

/** mulberry32: 32 bits of state, uniform in [0, 1), good enough for schedules and ids of tests. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
