// The two traps that make a backtest lie, set for one strategy: a look into the future, and a warm-up that is too short. Each
// answer is compared with another that has to be the same; the first differences are kept, with moment and both answers.
import type { PreparedStrategy, SymbolAction } from "#strategies/interface.ts";
import { type Evaluation, evaluate } from "#strategies/runtime/evaluate.ts";
import { CandleHistory } from "#strategies/runtime/history.ts";
import { differenceOf } from "./difference.ts";
import { LONGEST_WINDOW, type Market } from "./market.ts";
import { groupsAt, STANCES, type Stance } from "./stances.ts";

export interface Finding {
  readonly market: string;
  readonly atMs: number;
  readonly stance: Stance;
  readonly message: string;
}

export interface CheckResult {
  readonly id: string;
  /** Answers that were compared, and the actions in them by kind. */
  readonly answers: number;
  readonly actions: ReadonlyMap<string, number>;
  readonly lookAhead: readonly Finding[];
  readonly warmUp: readonly Finding[];
  /** Faults of its code: it threw, or its answer holds no actions. */
  readonly faults: readonly Finding[];
}

interface Asked {
  readonly market: Market;
  readonly nowMs: number;
  readonly stance: Stance;
}

/** Candles before the moment that the truncated history keeps, in windows: more than is asked for, so only the future is cut. */
const KEPT_WINDOWS = 2;

export function checked(prepared: PreparedStrategy, markets: readonly Market[]): CheckResult {
  const asked = markets.flatMap((market) =>
    market.momentsMs.flatMap((nowMs) => STANCES.map((stance) => ({ market, nowMs, stance }))),
  );
  const histories = new Map(markets.map((market) => [market, new CandleHistory(market.series)]));
  const ask = (each: Asked, history: CandleHistory, windows = 1): Evaluation =>
    evaluate(prepared, {
      nowMs: each.nowMs,
      symbols: each.market.symbols,
      history,
      groups: groupsAt(prepared, each.market, each.stance, each.nowMs),
      windowCandles: prepared.warmUpCandles * windows,
    });
  const cut = new Map<string, CandleHistory>();
  const past = (each: Asked): CandleHistory => {
    const key = `${each.market.name} ${each.nowMs}`;
    const known = cut.get(key) ?? truncated(prepared, each);
    cut.set(key, known);
    return known;
  };
  const whole = (each: Asked): CandleHistory => histories.get(each.market) ?? new CandleHistory([]);
  // First forwards with the future in the history, so that code which remembers has seen all of it. Then backwards without:
  // what such code remembers is now the future of every moment.
  const first = asked.map((each) => ask(each, whole(each)));
  const lookAhead = asked
    .map((each, place) => ({ each, place }))
    .toReversed()
    .flatMap(({ each, place }) => {
      const again = ask(each, past(each));
      const message = differenceOf(first[place], again, 0);
      return message === null ? [] : [finding(each, `with the future ${message} without it`)];
    })
    .toReversed();
  const warmUp = asked.flatMap((each, place) => {
    const message = differenceOf(first[place], ask(each, whole(each), LONGEST_WINDOW), WARM_UP_TOLERANCE);
    return message === null
      ? []
      : [finding(each, `after its warm-up ${message} after ${LONGEST_WINDOW} times as much`)];
  });
  return {
    id: prepared.strategy.id,
    answers: asked.length,
    actions: countedByKind(first.flatMap(({ actions }) => actions)),
    lookAhead,
    warmUp,
    faults: asked.flatMap((each, place) =>
      (first[place]?.silences ?? []).map(({ symbol, message }) =>
        finding(each, symbol === null ? message : `${symbol}: ${message}`),
      ),
    ),
  };
}

/**
 * Part by which an amount may differ with a longer history: an average never forgets wholly. A thousandth of a stop's distance
 * is below the tick of most markets.
 */
const WARM_UP_TOLERANCE = 0.001;

/** A check that compared no action has shown nothing. */
export function isSound({ lookAhead, warmUp, faults, actions }: CheckResult): boolean {
  return lookAhead.length === 0 && warmUp.length === 0 && faults.length === 0 && actions.size > 0;
}

function truncated({ warmUpCandles }: PreparedStrategy, { market, nowMs }: Asked): CandleHistory {
  return new CandleHistory(
    market.series.map(({ candles, ...series }) => {
      const end = candles.findLastIndex(({ closeAtMs }) => closeAtMs <= nowMs) + 1;
      return { ...series, candles: candles.slice(Math.max(0, end - KEPT_WINDOWS * warmUpCandles), end) };
    }),
  );
}

function finding({ market, nowMs, stance }: Asked, message: string): Finding {
  return { market: market.name, atMs: nowMs, stance, message };
}

function countedByKind(actions: readonly SymbolAction[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { action } of actions) counts.set(action.kind, (counts.get(action.kind) ?? 0) + 1);
  return counts;
}
