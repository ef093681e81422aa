// Asks a strategy at the close of a candle. Everything is made anew from the warm-up window, so that a run which is repeated
// says the same. A symbol without a sound window, or whose code throws, is silent with its reason; the others are asked.
import { AnswerFault, StrategyFault, UndeclaredFault } from "../faults.ts";
import type {
  Candles,
  Indicator,
  IndicatorSet,
  Moment,
  OpenGroup,
  PreparedStrategy,
  SymbolAction,
} from "../interface.ts";
import type { Timeframe } from "../timeframes.ts";
import { readAnswer } from "./answer.ts";
import type { ClosedCandles } from "./closed-candles.ts";
import type { CandleHistory, SeriesFault } from "./history.ts";

export interface Question {
  /** Close of a candle of the strategy's first timeframe. */
  readonly nowMs: number;
  readonly symbols: readonly string[];
  readonly history: CandleHistory;
  /** Open groups of this strategy, by symbol. */
  readonly groups: ReadonlyMap<string, OpenGroup>;
  /** Length of the window where it is to differ from the strategy's own: the warm-up check asks with longer ones. */
  readonly windowCandles?: number;
}

interface Silence {
  /** Null: the whole strategy. */
  readonly symbol: string | null;
  readonly code: SeriesFault["code"] | "STRATEGY_FAULT";
  readonly message: string;
  /** Null where the candles are at fault. */
  readonly fault: StrategyFault | null;
}

export interface Evaluation {
  readonly actions: readonly SymbolAction[];
  readonly silences: readonly Silence[];
}

type AnyMoment = Moment<Readonly<Record<string, number>>, IndicatorSet>;

export function evaluate(prepared: PreparedStrategy, question: Question): Evaluation {
  const moments: AnyMoment[] = [];
  const silences: Silence[] = [];
  for (const symbol of question.symbols) {
    const made = momentOf(prepared, question, symbol);
    if ("code" in made) silences.push({ symbol, ...made, fault: null });
    else moments.push(made);
  }
  const together = prepared.strategy.scope === "universe";
  const asked = together ? [moments] : moments.map((moment) => [moment]);
  const actions = asked.flatMap((each) => {
    try {
      return answered(prepared, each);
    } catch (error) {
      const fault = asFault(error);
      const symbol = together ? null : (each[0]?.symbol ?? null);
      silences.push({ symbol, code: "STRATEGY_FAULT", message: fault.message, fault });
      return [];
    }
  });
  return { actions, silences };
}

function answered(prepared: PreparedStrategy, moments: readonly AnyMoment[]): readonly SymbolAction[] {
  if (moments.length === 0) return [];
  const groups = new Map(moments.map(({ symbol, group }) => [symbol, group]));
  return readAnswer(prepared.decideAll(Object.freeze([...moments])), groups);
}

function asFault(error: unknown): StrategyFault {
  if (error instanceof StrategyFault) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new AnswerFault(`The strategy threw: ${said}`, { cause: error });
}

/** The moment of one symbol, with its indicators fed; or the fault of a series that it needs. */
function momentOf(prepared: PreparedStrategy, question: Question, symbol: string): AnyMoment | SeriesFault {
  const { strategy, parameters } = prepared;
  const windows = windowsOf(prepared, question, symbol);
  if ("code" in windows) return windows;
  const [first] = strategy.timeframes;
  const candlesOf = (timeframe: Timeframe, of: string = symbol): ClosedCandles => {
    const found = windows.get(`${of} ${timeframe}`);
    if (found !== undefined) return found;
    throw new UndeclaredFault(
      `${strategy.id} declares no candles of ${of} ${timeframe}: name them in timeframes and informative`,
    );
  };
  const indicators = prepared.newIndicators();
  for (const indicator of Object.values(indicators)) feed(indicator, candlesOf, first);
  return Object.freeze({
    nowMs: question.nowMs,
    symbol,
    parameters,
    indicators,
    candles: candlesOf(first),
    candlesOf: (timeframe: Timeframe, of?: string): Candles => candlesOf(timeframe, of),
    group: question.groups.get(symbol) ?? null,
  });
}

function windowsOf(
  { strategy, warmUpCandles }: PreparedStrategy,
  { history, nowMs, windowCandles }: Question,
  symbol: string,
): ReadonlyMap<string, ClosedCandles> | SeriesFault {
  const found = new Map<string, ClosedCandles>();
  for (const of of new Set([symbol, ...strategy.informative])) {
    for (const timeframe of strategy.timeframes) {
      const { candles, fault } = history.window(of, timeframe, {
        nowMs,
        count: windowCandles ?? warmUpCandles,
      });
      if (fault !== null) return fault;
      found.set(`${of} ${timeframe}`, candles);
    }
  }
  return found;
}

function feed(
  indicator: Indicator,
  candlesOf: (timeframe: Timeframe, symbol?: string) => ClosedCandles,
  first: Timeframe,
): void {
  const { timeframe, symbol } = indicator.source;
  candlesOf(timeframe ?? first, symbol ?? undefined).visit((candle) => indicator.feed(candle));
}
