// Randomness of a simulated run: one stream for each purpose, all from the run's seed, so that cutting a run short or
// muting a fault does not shift what the other streams draw.

const UINT32 = 4_294_967_296;
const GOLDEN_GAMMA = 0x6d2b79f5;

/** Unrelated starting points for the streams of one seed. */
function mix(seed: number, purpose: string): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(Math.floor(seed / UINT32), 0xc2b2ae35);
  for (let index = 0; index < purpose.length; index += 1) {
    hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

export class Random {
  #state: number;

  constructor(seed: number, purpose: string) {
    this.#state = mix(seed, purpose);
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + GOLDEN_GAMMA) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError("Nothing to pick from");
    return item;
  }

  /** Between `low` and `high`, small values more likely: what rates and delays look like. */
  skewed(low: number, high: number): number {
    const uniform = this.next();
    return low + (high - low) * uniform * uniform * uniform;
  }
}
