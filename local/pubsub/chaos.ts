// The switch that makes deliveries as bad as Pub/Sub may: duplicated, late and out of order, by a seed.
// Off unless told; it never loses a message, and never reorders messages that share an ordering key.
import { BadRequest } from "@ballast/local-serving/admin-http.ts";
import { type Random, seededRandom } from "@ballast/local-serving/random.ts";

export interface ChaosSettings {
  readonly seed: number;
  /** Chance of 0..1 that a message is delivered a second time. */
  readonly duplicate: number;
  /** Chance of 0..1 that a delivery waits for up to `delayMaxMs`. */
  readonly delay: number;
  readonly delayMaxMs: number;
  /** Chance of 0..1 that a later message is delivered before an earlier one. */
  readonly reorder: number;
}

export const NO_CHAOS: ChaosSettings = { seed: 1, duplicate: 0, delay: 0, delayMaxMs: 0, reorder: 0 };

/** Reads settings from JSON; what is left out is as in NO_CHAOS. Throws BadRequest naming the bad field. */
export function readChaos(raw: unknown): ChaosSettings {
  const given = typeof raw === "object" && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {};
  const unknown = Object.keys(given).filter((key) => !(key in NO_CHAOS));
  if (unknown.length > 0) throw new BadRequest(`Unknown chaos settings: ${unknown.join(", ")}`);
  const merged = { ...NO_CHAOS, ...given };
  for (const [key, value] of Object.entries(merged)) {
    const limit = key === "seed" || key === "delayMaxMs" ? Number.MAX_SAFE_INTEGER : 1;
    if (typeof value !== "number" || !(value >= 0 && value <= limit)) {
      throw new BadRequest(`Chaos setting ${key} must be a number from 0 to ${limit}`);
    }
  }
  return merged;
}

/** How many waiting messages a reordered delivery may overtake. */
const REORDER_REACH = 16;

export class Chaos {
  #settings: ChaosSettings;
  #random: Random;

  constructor(settings: ChaosSettings) {
    this.#settings = settings;
    this.#random = seededRandom(settings.seed);
  }

  get settings(): ChaosSettings {
    return this.#settings;
  }

  /** Replaces the settings and starts the seed's sequence again. */
  set(settings: ChaosSettings): void {
    this.#settings = settings;
    this.#random = seededRandom(settings.seed);
  }

  wantsDuplicate(): boolean {
    return this.#hits(this.#settings.duplicate);
  }

  delayMs(): number {
    return this.#hits(this.#settings.delay) ? Math.ceil(this.#random() * this.#settings.delayMaxMs) : 0;
  }

  /** How many waiting messages to skip before the next delivery. */
  skip(waiting: number): number {
    if (waiting < 2 || !this.#hits(this.#settings.reorder)) return 0;
    return Math.floor(this.#random() * Math.min(waiting, REORDER_REACH));
  }

  #hits(chance: number): boolean {
    return chance > 0 && this.#random() < chance;
  }
}
