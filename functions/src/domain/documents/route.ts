// How an entry or an exit reaches its quantity by several orders: the account's limits for it, the route of one entry, stored with
// its leg, and that of one exit, stored with its wish, so that any process goes on where the last one stopped.
import type { DecimalString } from "#domain/decimal.ts";
import type { AutotuneMode, ChoiceEvidence, EntryChoice } from "./tuning.ts";
import type { CHOICE_CAUSES, EXIT_STAGES, ROUTE_CANCELS, ROUTE_STAGES, WordOf } from "./words.ts";

export interface AutotuneConfig {
  readonly mode: AutotuneMode;
  /** No tuned order rests further inside the spread. */
  readonly maxOffsetTicks: number;
}

/** Limits of every route of the account. The counts and times are copied into a route when it begins. */
export interface RouterConfig {
  /** Distance from the reference price that no step of a route passes. */
  readonly boundBps: number;
  /** Ticks inside the spread, from the own touch, at which an order rests; it stays one tick away from taking. */
  readonly offsetTicks: number;
  /** Times that a refused or early ended order is followed by another that rests; then comes the bounded one. */
  readonly maxReprices: number;
  /** Times that a resting order follows the own touch. */
  readonly maxRepegs: number;
  /** An order is re-pegged once the own touch is this far away from it. */
  readonly repegDriftBps: number;
  /** How long a route may rest before its bounded step. Below `workingLimitMs`, at which it ends. */
  readonly makerMs: number;
  /** How long an exit of the routing `maker` may rest before it takes. */
  readonly exitMakerMs: number;
  /** Distance, from the price of that moment, that its order which takes within a bound may pass. */
  readonly exitBoundBps: number;
  readonly autotune: AutotuneConfig;
}

/** How an entry began, and why. */
export interface RouteChoice extends EntryChoice {
  readonly by: WordOf<typeof CHOICE_CAUSES>;
  /** Where outcomes chose. */
  readonly evidence: ChoiceEvidence | null;
}

/** The way of an exit before it takes at any price. Its times and its bound are copied from the config when it begins. */
export interface ExitRoute {
  readonly stage: WordOf<typeof EXIT_STAGES>;
  /** The price that an order which takes would have got when the first order was decided; null before. */
  readonly referenceUsd: DecimalString | null;
  readonly boundBps: number;
  /** From then on nothing of it rests any more. */
  readonly restsUntilMs: number;
}

/** One order of a route, ended or out, and what it filled. */
export interface RouteStep {
  readonly clientOrderId: string;
  readonly filledBase: DecimalString;
  /** Null before its first fill, and where the venue named none. */
  readonly averagePriceUsd: DecimalString | null;
}

export interface LegRoute {
  readonly choice: RouteChoice;
  /** Of its newest order. */
  readonly stage: WordOf<typeof ROUTE_STAGES>;
  /** The price that an order which takes would have got when the entry was decided. */
  readonly referenceUsd: DecimalString;
  /** No order of the route asks for a worse price. */
  readonly boundUsd: DecimalString;
  readonly repricesLeft: number;
  readonly repegsLeft: number;
  /** From then on the next step is the bounded one. */
  readonly restsUntilMs: number;
  /** No step is decided after this. */
  readonly expiresAtMs: number;
  /** Why the newest order is being withdrawn; null: it is not. After one for an exit no other follows. */
  readonly cancelling: WordOf<typeof ROUTE_CANCELS> | null;
  /** Every order of the route, the newest last. */
  readonly steps: readonly RouteStep[];
  /** The intent of which all its orders are steps, the number of the next one, and the signal behind it. */
  readonly intentId: string;
  readonly signalId: string;
  readonly nextStep: number;
  readonly signalledAtMs: number;
  readonly receivedAtMs: number;
}
