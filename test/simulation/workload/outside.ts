// Acts of the venue and of others on an account's positions, and the venue's rules on quantities; drawn apart from the other
// parts: a seed's other items stay what they were.
import type { SymbolDefinition } from "#local/exchange/engine/symbols.ts";
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** Something that happens to an account without an order of ours. */
export type OutsideAct =
  /** The venue deleverages a share of a position, or all of it. */
  | { readonly kind: "adl"; readonly accountId: string; readonly symbol: string; readonly share: number }
  /** Money leaves until hardly any margin is left, then the price jumps: what is held against it is liquidated. */
  | {
      readonly kind: "squeeze";
      readonly accountId: string;
      readonly symbol: string;
      readonly percent: number;
    }
  /** Answers to orders come without the price of their fills. */
  | { readonly kind: "unpriced"; readonly durationMs: number };

export function drawOutside(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.3)) return [];
  return Array.from({ length: random.int(1, 3) }, () => ({
    afterMs: random.int(FIRST_ITEM_MS, setup.trialMs),
    happening: drawAct(random, setup),
  }));
}

function drawAct(random: Random, setup: RunSetup): OutsideAct {
  const { accountId } = random.pick(setup.accounts).profile;
  const { symbol } = random.pick(setup.symbols);
  switch (random.int(0, 4)) {
    case 0:
    case 1:
      return { kind: "adl", accountId, symbol, share: random.pick([0.3, 1]) };
    case 2:
      return { kind: "squeeze", accountId, symbol, percent: random.pick([-25, 25]) };
    default:
      return { kind: "unpriced", durationMs: random.int(10_000, 120_000) };
  }
}

/** USD that the largest market order is worth: more than one entry, less than two. */
const LARGEST_USD = [650, 900] as const;
/** USD that the smallest order is worth where it is more than a step. */
const SMALLEST_USD = [60, 110] as const;

/** In some runs the venue takes only small market orders, in some it takes no order of a few steps. */
export function withVenueRules(random: Random, setup: RunSetup): RunSetup {
  const [isCapped, isCoarse] = [random.chance(0.2), random.chance(0.2)];
  if (!isCapped && !isCoarse) return setup;
  const symbols = setup.symbols.map((symbol) => {
    const largest = stepsOf(symbol, random.int(...LARGEST_USD));
    const smallest = Math.max(2, stepsOf(symbol, random.int(...SMALLEST_USD)));
    return {
      ...symbol,
      ...(isCapped ? { maxMarketQty: qtyOf(symbol, largest) } : {}),
      ...(isCoarse ? { minQty: qtyOf(symbol, smallest) } : {}),
    };
  });
  return { ...setup, symbols };
}

function stepsOf({ startPriceUsd, stepSize }: SymbolDefinition, usd: number): number {
  return Math.ceil(usd / (Number(startPriceUsd) * Number(stepSize)));
}

function qtyOf({ stepSize }: SymbolDefinition, steps: number): string {
  const decimals = (stepSize.split(".")[1] ?? "").length;
  return (steps * Number(stepSize)).toFixed(decimals);
}
