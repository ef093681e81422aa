// The fields that decide what a signal means, after the schema has read them.
import type { DecimalString } from "#domain/decimal.ts";
import type { EntryPlan } from "#domain/documents/entry-plan.ts";
import type { ExitPlan, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import type { IntentAction, IntentSize } from "#domain/documents/signal.ts";
import type { OrderSide, Side } from "#domain/documents/words.ts";

export type OrderWord = OrderSide;
export type ActionWord = OrderWord | "open" | "close" | "reduce" | "long" | "short" | "flat" | "exit";
export type MarketPosition = Side | "flat";

export interface DecidingFields {
  readonly symbol?: string | undefined;
  readonly ticker?: string | undefined;
  readonly action?: ActionWord | undefined;
  readonly side?: Side | OrderWord | undefined;
  readonly strategyOrderAction?: OrderWord | undefined;
  readonly strategyOrderContracts?: DecimalString | undefined;
  readonly strategyMarketPosition?: MarketPosition | undefined;
  readonly strategyMarketPositionSize?: DecimalString | undefined;
  readonly strategyPrevMarketPosition?: MarketPosition | undefined;
  readonly strategyPrevMarketPositionSize?: DecimalString | undefined;
  readonly notionalUsd?: DecimalString | undefined;
  readonly qtyBase?: DecimalString | undefined;
  readonly navBps?: number | undefined;
  /** Shares of what is free, and of NAV to risk up to the stop; `Pct` is read from a percentage, in basis points too. */
  readonly freeBps?: number | undefined;
  readonly freePct?: number | undefined;
  readonly riskBps?: number | undefined;
  readonly riskPct?: number | undefined;
  /** Movement of NAV that the position is to make, in basis points, and that of the symbol, in percent. */
  readonly volatilityTargetPct?: number | undefined;
  readonly volatilityPct?: DecimalString | undefined;
  readonly reduceBps?: number | undefined;
  /** Share in basis points, read from a percentage. */
  readonly reducePct?: number | undefined;
  /** Prices that an alert may bring: its own word first, else the order's, else the bar's close. */
  readonly priceUsd?: DecimalString | undefined;
  readonly strategyOrderPrice?: DecimalString | undefined;
  readonly close?: DecimalString | undefined;
  /** Where an entry's size comes from; `contracts` is the strategy's own order size in base currency, `target` its position. */
  readonly sizeFrom?: "strategy" | "contracts" | "target" | undefined;
  /** How the position is to be left; distances in basis points, also where they are read from a percentage. */
  readonly stopLossBps?: number | undefined;
  readonly stopLossPct?: number | undefined;
  readonly stopLossPriceUsd?: DecimalString | undefined;
  readonly stopDistanceUsd?: DecimalString | undefined;
  readonly takeProfits?: readonly TakeProfitPlan[] | undefined;
  readonly breakEvenAfter?: number | undefined;
  readonly trailingBps?: number | undefined;
  readonly trailingPct?: number | undefined;
  readonly trailingActivationBps?: number | undefined;
  readonly trailingActivationPct?: number | undefined;
  readonly timeLimitMinutes?: number | undefined;
  /** How the position is to be entered beyond its base; distances and shares in basis points. */
  readonly safetyOrders?: number | undefined;
  readonly safetyStepPct?: number | undefined;
  readonly safetyStepBps?: number | undefined;
  readonly safetyStepScale?: DecimalString | undefined;
  readonly safetySizePct?: number | undefined;
  readonly safetySizeBps?: number | undefined;
  readonly safetyVolumeScale?: DecimalString | undefined;
  readonly pyramidMax?: number | undefined;
  readonly pyramidDistancePct?: number | undefined;
  readonly pyramidDistanceBps?: number | undefined;
}

/** A position change, before anything is known about ours. */
export interface PositionChange {
  readonly action: IntentAction;
  readonly side: Side | null;
  /** Only for `reduce`; null when the fields do not say how much. */
  readonly reduceBps: number | null;
}

/** Meaning of a signal: the part of an intent that its fields decide. */
export interface SignalMeaning {
  readonly symbol: string;
  readonly action: IntentAction;
  readonly side: Side | null;
  readonly size: IntentSize;
  readonly reduceBps: number | null;
  readonly signalPriceUsd: DecimalString | null;
  readonly exits: ExitPlan | null;
  readonly entries: EntryPlan | null;
}
