// How the router is tuned by what its entries cost: by symbol, the choice that is proposed and the one in force, each with the
// measurement behind it. The executor takes it only where the config says `on`, and within the config's bounds.
import type { DecimalString } from "#domain/decimal.ts";
import type { AUTOTUNE_MODES, EVIDENCE_SOURCES, FIRST_STEPS, TUNING_EVENTS, WordOf } from "./words.ts";

export type AutotuneMode = WordOf<typeof AUTOTUNE_MODES>;

/** How an entry of the routing `maker` begins. */
export interface EntryChoice {
  readonly firstStep: WordOf<typeof FIRST_STEPS>;
  /** Inside the spread, where it rests first; 0 where it takes. */
  readonly offsetTicks: number;
}

/** Entries by one choice: cost of the whole plan against the reference, fees with it, and its interval of three standard errors. */
export interface MeasuredCost {
  readonly entries: number;
  readonly costBps: DecimalString;
  readonly halfWidthBps: DecimalString;
}

/** Why a choice stands: the entries as they were made, and what the other choice costs. */
export interface ChoiceEvidence {
  readonly present: MeasuredCost;
  readonly other: MeasuredCost;
  /** How the other one is known: by its own entries, by those of the present one replayed, or reckoned from them. */
  readonly source: WordOf<typeof EVIDENCE_SOURCES>;
  /** Of the plans of the present choice: filled, and filled by orders that rested. */
  readonly filledBps: number;
  readonly restedBps: number;
}

export interface StandingChoice {
  readonly choice: EntryChoice;
  readonly evidence: ChoiceEvidence;
  readonly sinceMs: number;
}

export interface SymbolTuning {
  readonly symbol: string;
  /** It would be in force: it stands a day before it may be. */
  readonly proposed: StandingChoice | null;
  /** Null: the config's own. */
  readonly inForce: StandingChoice | null;
  /** Last time that one of the two moved. */
  readonly movedAtMs: number;
}

export interface TuningEvent {
  readonly symbol: string;
  readonly atMs: number;
  readonly kind: WordOf<typeof TUNING_EVENTS>;
  readonly from: EntryChoice;
  readonly to: EntryChoice;
  readonly evidence: ChoiceEvidence;
}

/** `accounts/{a}/telemetry/tuning`; stored only when a choice moves. */
export interface Tuning {
  readonly accountId: string;
  /** The one that moved last comes last. */
  readonly symbols: readonly SymbolTuning[];
  /** The newest last. */
  readonly history: readonly TuningEvent[];
  readonly updatedAtMs: number;
}

/** One for each symbol that an account may have (schemas/config.ts). */
export const MOST_TUNED = 200;
/** Weeks of an account of ten symbols. */
export const MOST_EVENTS = 50;
