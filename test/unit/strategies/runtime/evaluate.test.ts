// Asking a strategy: it sees what has closed and nothing else, is made anew each time, and one symbol's trouble stays its own.
import { describe, expect, it } from "vitest";
import { AnswerFault, HistoryFault, LookAheadFault, UndeclaredFault } from "#strategies/faults.ts";
import type { Moment, Strategy } from "#strategies/interface.ts";
import { evaluate } from "#strategies/runtime/evaluate.ts";
import { CandleHistory, type CandleSeries } from "#strategies/runtime/history.ts";
import { joinedCandles } from "#strategies/runtime/join-candles.ts";
import { OPEN_LONG, rising, START_MS, sample } from "../sample.ts";

const HOUR_MS = 3_600_000;
const hourly = rising(200);
const SERIES: readonly CandleSeries[] = ["BTCUSDT", "ETHUSDT"].flatMap((symbol) => [
  { symbol, timeframe: "1h", candles: hourly } as const,
  { symbol, timeframe: "4h", candles: joinedCandles(hourly, "4h") } as const,
]);
const ask = (strategy: Strategy, hours = 100, symbols: readonly string[] = ["BTCUSDT"], series = SERIES) =>
  evaluate(strategy.prepare({}), {
    nowMs: START_MS + hours * HOUR_MS,
    symbols,
    history: new CandleHistory(series),
    groups: new Map(),
  });
type SampleMoment = Moment<unknown, unknown>;

describe("a strategy", () => {
  it("that looks ahead throws, and gives no signal", () => {
    const peek = sample(({ candles }) => (candles.ago(-1).close > candles.last.close ? [OPEN_LONG] : []));
    const { actions, silences } = ask(peek);
    expect(actions).toEqual([]);
    expect(silences).toMatchObject([{ symbol: "BTCUSDT", code: "STRATEGY_FAULT" }]);
    expect(silences[0]?.fault).toBeInstanceOf(LookAheadFault);
  });

  it.each([100, 101, 102, 103])("at hour %i sees the last closed candle of each timeframe", (hours) => {
    let seen: readonly number[] = [];
    const look = sample(
      (moment: SampleMoment) => {
        seen = [moment.candles.last.closeAtMs, moment.candlesOf("4h").last.closeAtMs];
        return [];
      },
      { timeframes: ["1h", "4h"] },
    );
    ask(look, hours);
    expect(seen).toEqual([START_MS + hours * HOUR_MS, START_MS + Math.floor(hours / 4) * 4 * HOUR_MS]);
  });

  it("has its indicators fed with the window, the newest candle last", () => {
    const read: number[] = [];
    const look = sample(
      ({ indicators }) => {
        read.push(indicators.mean.before, indicators.mean.value);
        return [];
      },
      { warmUpCandles: 4 },
    );
    ask(look, 4);
    expect(read).toEqual([101.25, 102.125]);
  });

  it("is made anew for each evaluation: the same question has the same answer", () => {
    const strategy = sample(({ indicators, candles }) =>
      candles.last.close > indicators.mean.value ? [OPEN_LONG] : [],
    );
    expect(ask(strategy)).toEqual(ask(strategy));
    expect(ask(strategy).actions).toEqual([{ symbol: "BTCUSDT", action: OPEN_LONG }]);
  });

  it.each([
    ["another timeframe", (moment: SampleMoment) => moment.candlesOf("4h"), UndeclaredFault],
    ["another symbol", (moment: SampleMoment) => moment.candlesOf("1h", "ETHUSDT"), UndeclaredFault],
    ["more history than its warm-up", (moment: SampleMoment) => moment.candles.ago(20), HistoryFault],
  ])("that asks for %s than it declares is at fault", (_, peek, fault) => {
    const [silence] = ask(sample((moment) => (peek(moment) === null ? [] : [OPEN_LONG]))).silences;
    expect(silence?.fault).toBeInstanceOf(fault);
  });

  it("may read an informative symbol that it declares", () => {
    const strategy = sample(
      (moment) => (moment.candlesOf("1h", "ETHUSDT").last.close > 0 ? [OPEN_LONG] : []),
      {
        informative: ["ETHUSDT"],
      },
    );
    expect(ask(strategy).actions).toHaveLength(1);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["answers rubbish", () => [{ kind: "moon" }] as never],
    ["answers no list", () => undefined as never],
    ["closes what is not open", () => [{ ...OPEN_LONG, kind: "close" }] as never],
  ])("that %s in one symbol is silent there, and is asked about the other", (_, broken) => {
    const strategy = sample((moment) => (moment.symbol === "BTCUSDT" ? broken() : [OPEN_LONG]));
    const { actions, silences } = ask(strategy, 100, ["BTCUSDT", "ETHUSDT"]);
    expect(actions.map(({ symbol }) => symbol)).toEqual(["ETHUSDT"]);
    expect(silences).toMatchObject([{ symbol: "BTCUSDT", code: "STRATEGY_FAULT" }]);
    expect(silences[0]?.fault).toBeInstanceOf(AnswerFault);
  });

  it("is not asked about a symbol whose candles are old, and says so", () => {
    const series = SERIES.map((each) =>
      each.symbol === "ETHUSDT" ? { ...each, candles: each.candles.slice(0, 20) } : each,
    );
    const { actions, silences } = ask(
      sample(() => [OPEN_LONG]),
      100,
      ["BTCUSDT", "ETHUSDT"],
      series,
    );
    expect(actions.map(({ symbol }) => symbol)).toEqual(["BTCUSDT"]);
    expect(silences).toMatchObject([{ symbol: "ETHUSDT", code: "SERIES_STALE", fault: null }]);
  });
});
