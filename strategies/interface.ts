// The interface that a strategy is written against; docs/strategies.md tells it from the beginning. A strategy is a pure
// function of closed candles and its own open position. Clock, network, randomness and memory of its own stay outside it.
import type { z } from "zod";
import type { DecimalString } from "#domain/decimal.ts";
import type { DcaPlan, PyramidPlan } from "#domain/documents/entry-plan.ts";
import type { ExitPlan, StopLevel, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import type { IntentSize } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";
import type { Timeframe } from "./timeframes.ts";

// ── What is seen ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Prices are doubles: indicators are estimates. Amounts go out as decimal text (`amount`), and Ballast puts them on the tick. */
export interface Candle {
  readonly openAtMs: number;
  /** The moment from which on it may be used: where the next one opens. */
  readonly closeAtMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base currency. */
  readonly volume: number;
}

/** Closed candles of one symbol and timeframe, counted backwards from the newest. Holds the warm-up window alone. */
export interface Candles {
  readonly count: number;
  /** The newest; the same as `ago(0)`. */
  readonly last: Candle;
  /** Throws LookAheadFault below zero, and HistoryFault beyond the warm-up window. */
  ago(candles: number): Candle;
  /** Highest high of so many candles before the newest one. */
  highest(candles: number): number;
  /** Lowest low of so many candles before the newest one. */
  lowest(candles: number): number;
}

/** Which candles feed an indicator; null: those of the strategy's first timeframe, and of the symbol that it decides. */
export interface IndicatorSource {
  readonly timeframe: Timeframe | null;
  readonly symbol: string | null;
}

/** One of indicators.ts. A strategy reads it; the runtime feeds it. */
export interface Indicator {
  readonly source: IndicatorSource;
  /** At the newest candle. Throws HistoryFault while it has seen too few. */
  readonly value: number;
  /** At the candle before it: with `value` it tells a crossing. */
  readonly before: number;
  feed(candle: Candle): void;
}

/** The position that this strategy holds in the symbol, as the books have it. */
export interface OpenGroup {
  readonly groupId: string;
  readonly side: Side;
  readonly qtyBase: DecimalString;
  readonly averageEntryUsd: DecimalString;
  /** Entries that an action added to it; the first entry and those of a ladder do not count. */
  readonly pyramids: number;
  /** Price that the newest entry was decided on. */
  readonly lastEntryUsd: DecimalString;
  /** Where its plan's own stop stands now; null: it has none. */
  readonly stopUsd: DecimalString | null;
  readonly openedAtMs: number;
}

/** One symbol at the close of one candle. */
export interface Moment<Parameters, Indicators> {
  /** When the candle of the first timeframe closed. It is the only time that a strategy knows. */
  readonly nowMs: number;
  readonly symbol: string;
  readonly parameters: Parameters;
  /** Fed with every candle of the warm-up window, the newest one last. */
  readonly indicators: Indicators;
  /** Of the first timeframe. */
  readonly candles: Candles;
  /** Of another declared timeframe, or of a declared informative symbol. Throws UndeclaredFault for every other. */
  candlesOf(timeframe: Timeframe, symbol?: string): Candles;
  /** Null: nothing is open. */
  readonly group: OpenGroup | null;
}

// ── What is answered ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Kept with the signal, for people and for statistics. It never decides. */
export interface Note {
  /** Why, in a sentence of at most 200 characters, with the numbers that decided. */
  readonly reason: string;
  /** Movement of the symbol that was reckoned with, in basis points of the price over one candle; null: none was. */
  readonly volatilityBps: number | null;
  /** The strategy's own class of the market, like `calm`; null: it has none. */
  readonly tier: string | null;
}

/** An entry's size as a webhook may say it. */
export type EntrySize = Exclude<IntentSize, { readonly kind: "targetBase" }>;

/** The words of a webhook's alert (docs/api.md), and of the commands that move the exits of an open position. */
export type Action = Note &
  (
    | {
        /** Opens a position. Against one of the other side it is a reversal: that one is closed first. */
        readonly kind: "open";
        readonly side: Side;
        readonly size: EntrySize;
        /** How it is to be left; null: as the account's config says for this strategy. */
        readonly exits: ExitPlan | null;
        /** Safety entries against the position; null: as the config says. */
        readonly ladder: DcaPlan | null;
      }
    | {
        /** Adds to the open position, on its side. */
        readonly kind: "add";
        readonly size: EntrySize;
        /**
         * The stop that a size by risk is reckoned to; null: the config's. The position's own exits stay as they are: move
         * them with a `stop` at the next candle.
         */
        readonly stop: StopLevel | null;
        /** How often and how near it may; null: as the config says. */
        readonly pyramid: PyramidPlan | null;
      }
    | {
        /** Gives up a share of the open quantity, 1 to 9,999 basis points. */
        readonly kind: "reduce";
        readonly shareBps: number;
      }
    | { readonly kind: "close" }
    | {
        /** States the position that is to be held. Ballast goes there, up or down, and never past it. */
        readonly kind: "target";
        readonly side: Side;
        /** In base currency; "0" is a close. */
        readonly targetBase: DecimalString;
      }
    /** Moves the stop of the open position. */
    | { readonly kind: "stop"; readonly stop: StopLevel }
    /** Replaces the take-profits of the open position; shares are of what is held. Empty: none. */
    | { readonly kind: "takeProfits"; readonly takeProfits: readonly TakeProfitPlan[] }
  );

/** An action and the symbol that it is meant for. */
export interface SymbolAction {
  readonly symbol: string;
  readonly action: Action;
}

// ── How a strategy is declared ───────────────────────────────────────────────────────────────────────────────────────

/** Which symbols a strategy wants. The account's config and the universe have the last word. */
export type WantedSymbols =
  | { readonly kind: "listed"; readonly symbols: readonly string[] }
  /** Symbols of the venue that trade enough, were listed long enough, and cost little enough to enter. */
  | {
      readonly kind: "filtered";
      readonly minDailyVolumeUsd: DecimalString;
      readonly minListedDays: number;
      readonly maxSpreadBps: number;
      /** At most so many, those with the largest volume first. */
      readonly atMost: number;
    };

export type ParametersSchema = z.ZodObject<Readonly<Record<string, z.ZodDefault<z.ZodNumber>>>>;
export type IndicatorSet = Readonly<Record<string, Indicator>>;

interface Declared<Schema extends ParametersSchema, Indicators extends IndicatorSet> {
  /** Its folder's name. */
  readonly id: string;
  /** From 1. A change that may alter an action is a new version: ids of signals are made from it. */
  readonly version: number;
  /** The source of its profits, and the market in which it loses, in a sentence each. */
  readonly earnsFrom: string;
  readonly losesWhen: string;
  /** It is asked at each close of a candle of the first one. */
  readonly timeframes: readonly [Timeframe, ...Timeframe[]];
  readonly symbols: WantedSymbols;
  /** Further symbols whose candles it reads, and which it does not trade. */
  readonly informative: readonly string[];
  /** Candles that it is given of every timeframe, the newest among them: at most 1,000, so that one request brings them. */
  readonly warmUpCandles: (parameters: z.infer<Schema>) => number;
  /** Numbers with default, range, unit and meaning: see `whole` and `decimal` in parameters.ts. */
  readonly parameters: Schema;
  /** Made anew for each symbol and evaluation, so that nothing is remembered from one to the next. */
  readonly indicators: (parameters: z.infer<Schema>) => Indicators;
}

/** Decides each symbol by itself. */
export interface SymbolStrategy<Schema extends ParametersSchema, Indicators extends IndicatorSet>
  extends Declared<Schema, Indicators> {
  readonly decide: (moment: Moment<z.infer<Schema>, Indicators>) => readonly Action[];
}

/** Decides all of its symbols together, like a ranking. */
export interface UniverseStrategy<Schema extends ParametersSchema, Indicators extends IndicatorSet>
  extends Declared<Schema, Indicators> {
  readonly decideAll: (moments: readonly Moment<z.infer<Schema>, Indicators>[]) => readonly SymbolAction[];
}

/** A strategy as registry, screener and checks hold it: its parameters are only known by its own schema. */
export interface Strategy
  extends Omit<Declared<ParametersSchema, IndicatorSet>, "warmUpCandles" | "indicators"> {
  /** Whether it is asked about each symbol by itself, or about all of them together. */
  readonly scope: "symbol" | "universe";
  /** Binds parameters; `{}` takes every default. Throws ParameterFault where the schema refuses them. */
  readonly prepare: (parameters: unknown) => PreparedStrategy;
}

export interface PreparedStrategy {
  readonly strategy: Strategy;
  readonly parameters: Readonly<Record<string, number>>;
  readonly warmUpCandles: number;
  readonly newIndicators: () => IndicatorSet;
  readonly decideAll: (
    moments: readonly Moment<Readonly<Record<string, number>>, IndicatorSet>[],
  ) => readonly SymbolAction[];
}
