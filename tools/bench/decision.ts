// How long deciding takes: the pure decision on one intent, for an account that is empty and for one that is full. The
// reference is a function that decides nothing, called in the same loop of the same run.
import { type Decision, type DecisionGround, decideIntent } from "#domain/decide/decide-intent.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import {
  group,
  intent,
  mark,
  market,
  NOW_MS,
  nav,
  order,
  peak,
  throttlesWith,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";
import type { Measurement } from "./run.ts";

/** Calls in one sample: far above the timer's resolution. */
const CALLS = 100;
/** Samples of each case, taken in turn, so that a noisy moment meets all of them. */
const SAMPLES = 60;
const WARM_UP_SAMPLES = 20;
/** Other symbols with an open position. */
const FULL_SLOTS = 100;
/** Longer than a NAV run and its settling: the venue's positions count beside the books. */
const HELD_SINCE_MS = 300_000;
const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;

type Decide = (books: DecisionGround, intent: Intent, nowMs: number) => Decision;

interface Case {
  readonly name: string;
  readonly decide: Decide;
  readonly books: DecisionGround;
  readonly intent: Intent;
  readonly expected: Decision["kind"];
}

const { basis } = order();
const decideNothing: Decide = () => ({ kind: "deny", denials: [], basis });

const slot = (symbol: string, qtyBase: string) =>
  ({ symbol, side: "long", strategyId: "trend", qtyBase, sinceMs: NOW_MS - HELD_SINCE_MS }) as const;

function books(overrides: Partial<DecisionGround> = {}): DecisionGround {
  return {
    control: controlWith(),
    config: configWith({ maxOpenGroups: 2 * FULL_SLOTS, maxGrossExposureUsd: "100000000" }),
    nav: nav(),
    peak: peak(),
    universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: market() } },
    venueSettings: venueSettings(),
    groups: {},
    touch: touchRead(),
    ...overrides,
  };
}

/** Many positions, each at the venue as it is booked, and the send times of a busy minute. */
function fullBooks(): DecisionGround {
  const symbols = Array.from({ length: FULL_SLOTS }, (_, index) => `A${index}USDT`);
  const slots = Object.fromEntries(symbols.map((symbol) => [`group-${symbol}`, slot(symbol, "1")]));
  const marks = Object.fromEntries(
    symbols.map((symbol) => [symbol, mark({ symbol, bidUsd: "10", askUsd: "10.1" })]),
  );
  const positions = symbols.map((symbol): Nav["positions"][number] => ({
    symbol,
    side: "long",
    qtyBase: "1",
    entryPriceUsd: "10",
    markUsd: "10",
    notionalUsd: "10",
    unrealizedPnlUsd: "0",
  }));
  const orderSentAtMs = Array.from({ length: 90 }, (_, index) => NOW_MS - 500 * (90 - index));
  return books({
    control: controlWith({ slots, throttles: throttlesWith({ orderSentAtMs, venueBannedUntilMs: 0 }) }),
    nav: nav({ marks: { ...marks, BTCUSDT: mark() }, positions }),
  });
}

function cases(): readonly Case[] {
  const held = books({
    control: controlWith({ slots: { "group-1": slot("BTCUSDT", "0.01") } }),
    groups: { "group-1": group({ status: "ACTIVE", qtyBase: "0.01", averageEntryUsd: "50000" }) },
  });
  const reduction = intent({ action: "reduce", side: null, reduceBps: 5_000 });
  return [
    { name: "no-op", decide: decideNothing, books: books(), intent: intent(), expected: "deny" },
    { name: "entry", decide: decideIntent, books: books(), intent: intent(), expected: "place" },
    {
      name: `entry beside ${FULL_SLOTS} positions`,
      decide: decideIntent,
      books: fullBooks(),
      intent: intent(),
      expected: "place",
    },
    {
      name: "denied entry",
      decide: decideIntent,
      books: books({ nav: null, peak: null }),
      intent: intent(),
      expected: "deny",
    },
    { name: "reduction", decide: decideIntent, books: held, intent: reduction, expected: "place" },
  ];
}

/** Nanoseconds per call. */
function sample({ decide, books: of, intent: wanted, expected, name }: Case): number {
  let kept: Decision | null = null;
  const startedMs = performance.now();
  for (let call = 0; call < CALLS; call += 1) kept = decide(of, wanted, NOW_MS);
  const tookMs = performance.now() - startedMs;
  if (kept?.kind !== expected) throw new Error(`${name} was to ${expected}: ${JSON.stringify(kept)}`);
  return (tookMs * NS_PER_MS) / CALLS;
}

export async function run(): Promise<readonly Measurement[]> {
  const measured = cases().map((each) => ({ each, ns: [] as number[] }));
  for (let round = 0; round < WARM_UP_SAMPLES + SAMPLES; round += 1)
    for (const { each, ns } of measured) {
      const took = sample(each);
      if (round >= WARM_UP_SAMPLES) ns.push(took);
    }
  const [noOp, ...decisions] = measured.map(({ each, ns }) => {
    const sorted = ns.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN) / NS_PER_US;
    return { name: each.name, p50: at(0.5), p90: at(0.9) };
  });
  const reference = `no-op in the same loop: ${(noOp?.p50 ?? Number.NaN).toFixed(3)} µs`;
  return decisions.flatMap(({ name, p50, p90 }) => [
    { name: `${name}, p50`, value: p50, unit: "µs", reference },
    { name: `${name}, p90`, value: p90, unit: "µs" },
  ]);
}

if (import.meta.main) console.table(await run());
