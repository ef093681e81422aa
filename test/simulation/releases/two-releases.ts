// The fault "two releases at once": which seeds have it, which instance is of the next release, and when the rollout ends.
// It draws from a stream of its own: a seed without it is the same run as before.
import type { DocumentPort } from "#ports/documents.ts";
import { Random } from "../engine/random.ts";
import type { FunctionKind, SimProcess } from "../engine/sim-process.ts";
import { nextDocuments, type WriteCounts } from "./next-release.ts";

const SHARE_OF_SEEDS = 0.25;
/** Of the seeds with it: one function after the other, as a deployment that stops half-way leaves them. */
const BY_FUNCTION = 0.5;
const NEXT_BY_INSTANCE = 0.5;

export class TwoReleases {
  readonly #random: Random;
  readonly #isByFunction: boolean;
  readonly #switchAtMs = new Map<FunctionKind, number>();
  readonly #old = new Set<SimProcess>();
  readonly #counts: WriteCounts = new Map();
  readonly #trial: { readonly startMs: number; readonly trialMs: number };
  #isOver = false;

  private constructor(random: Random, trial: { readonly startMs: number; readonly trialMs: number }) {
    this.#random = random;
    this.#isByFunction = random.chance(BY_FUNCTION);
    this.#trial = trial;
  }

  /** Null for a seed without it. */
  static drawn(
    seed: number,
    trial: { readonly startMs: number; readonly trialMs: number },
    share = SHARE_OF_SEEDS,
  ): TwoReleases | null {
    const random = new Random(seed, "releases");
    return random.chance(share) ? new TwoReleases(random, trial) : null;
  }

  /** Whether a new instance is of the next release. */
  isNext(process: SimProcess, nowMs: number): boolean {
    const isNext = this.#isOver || this.#draws(process.kind, nowMs);
    if (!isNext) this.#old.add(process);
    return isNext;
  }

  documents(port: DocumentPort): DocumentPort {
    return nextDocuments(port, this.#counts);
  }

  /** The rollout comes to its end: no instance of the older release is left. */
  finish(): void {
    this.#isOver = true;
    for (const process of this.#old) process.kill();
  }

  #draws(kind: FunctionKind, nowMs: number): boolean {
    if (!this.#isByFunction) return this.#random.chance(NEXT_BY_INSTANCE);
    const { startMs, trialMs } = this.#trial;
    const atMs = this.#switchAtMs.get(kind) ?? startMs + this.#random.int(0, trialMs);
    this.#switchAtMs.set(kind, atMs);
    return nowMs >= atMs;
  }
}
