// The market's moods and how it moves from one to the next. Time constants are per minute, so the same
// process can run in fine and coarse steps.
import { nextUniform, type RandomState } from "@ballast/local-serving/random.ts";

export const REGIMES = ["calm", "trend", "volatile", "crash"] as const;
export type Regime = (typeof REGIMES)[number];

interface RegimeTraits {
  /** Market-wide volatility, fraction per square root of a minute. */
  readonly volatility: number;
  /** Market-wide drift per minute before the trend's sign. */
  readonly driftPerMinute: number;
  /** Chance per minute that the regime ends. */
  readonly exitPerMinute: number;
  readonly spreadFactor: number;
  readonly depthFactor: number;
  /** Where it goes when it ends: chances that sum to 1. */
  readonly next: Readonly<Record<Regime, number>>;
}

/** Sized so that the median day moves about 2 %, one in ten about 5 %, and a crash gaps 3-8 % every week or so. */
export const REGIME_TRAITS: Readonly<Record<Regime, RegimeTraits>> = {
  calm: {
    volatility: 0.0003,
    driftPerMinute: 0,
    exitPerMinute: 1 / 120,
    spreadFactor: 1,
    depthFactor: 1,
    next: { calm: 0, trend: 0.65, volatile: 0.34, crash: 0.01 },
  },
  trend: {
    volatility: 0.0004,
    driftPerMinute: 0.0001,
    exitPerMinute: 1 / 60,
    spreadFactor: 1.2,
    depthFactor: 0.9,
    next: { calm: 0.75, trend: 0, volatile: 0.24, crash: 0.01 },
  },
  volatile: {
    volatility: 0.0012,
    driftPerMinute: 0,
    exitPerMinute: 1 / 25,
    spreadFactor: 2.5,
    depthFactor: 0.5,
    next: { calm: 0.69, trend: 0.3, volatile: 0, crash: 0.01 },
  },
  crash: {
    volatility: 0.003,
    driftPerMinute: 0,
    exitPerMinute: 1 / 8,
    spreadFactor: 6,
    depthFactor: 0.2,
    next: { calm: 0, trend: 0.2, volatile: 0.8, crash: 0 },
  },
};

const CRASH_GAP_MIN = 0.03;
const CRASH_GAP_RANGE = 0.05;

/** What one regime draw decided: the regime now, the trend's sign, and a one-off market-wide jump. */
interface RegimeStep {
  readonly regime: Regime;
  readonly trendSign: number;
  readonly jump: number;
}

function pickNext(current: Regime, uniform: number): Regime {
  let threshold = 0;
  for (const regime of REGIMES) {
    threshold += REGIME_TRAITS[current].next[regime];
    if (uniform < threshold) return regime;
  }
  return "calm";
}

/** The size of the gap that opens a crash, as a negative fraction. */
export function crashGap(random: RandomState): number {
  return -(CRASH_GAP_MIN + CRASH_GAP_RANGE * nextUniform(random));
}

/** Draws whether the regime ends within `minutes`, and what follows. */
export function stepRegime(
  current: Regime,
  trendSign: number,
  minutes: number,
  random: RandomState,
): RegimeStep {
  const exits = nextUniform(random) < REGIME_TRAITS[current].exitPerMinute * minutes;
  if (!exits) return { regime: current, trendSign, jump: 0 };
  const regime = pickNext(current, nextUniform(random));
  const sign = nextUniform(random) < 0.5 ? -1 : 1;
  return { regime, trendSign: sign, jump: regime === "crash" ? crashGap(random) : 0 };
}
