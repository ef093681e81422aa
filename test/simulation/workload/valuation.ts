// Items about the worth of an account: coins that arrive, with a market here or without one, and reads that are spoilt for a
// while, all of them or one symbol's row. Drawn apart from the others: a seed's other items stay what they were.
import type { RowFault } from "#local/exchange/faults/fault.ts";
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

export type ValuationHappening =
  | { readonly kind: "coin"; readonly accountId: string; readonly asset: string; readonly qty: string }
  | { readonly kind: "readDown"; readonly path: string; readonly durationMs: number }
  | {
      readonly kind: "priceRow";
      readonly symbol: string;
      readonly how: RowFault;
      readonly durationMs: number;
    };

/** With a market at the venue of a run, and without. */
const COINS = ["ETH", "FDUSD", "BNB"] as const;
const PRICES = "/fapi/v1/ticker/bookTicker";
const INCOME = "/fapi/v1/income";
/** From less than a run of NAV to most of a trial. */
const SHORTEST_MS = 20_000;
const LONGEST_MS = 280_000;

export function drawValuation(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.int(1, 3) }, () => ({
    afterMs: random.int(FIRST_ITEM_MS, setup.trialMs),
    happening: drawOne(random, setup),
  }));
}

function drawOne(random: Random, setup: RunSetup): ValuationHappening {
  const durationMs = random.int(SHORTEST_MS, LONGEST_MS);
  switch (random.int(0, 4)) {
    case 0: {
      const { accountId } = random.pick(setup.accounts).profile;
      return { kind: "coin", accountId, asset: random.pick(COINS), qty: random.pick(["0.01", "2", "500"]) };
    }
    case 1:
      return { kind: "readDown", path: random.pick([PRICES, INCOME]), durationMs };
    default: {
      const { symbol } = random.pick(setup.symbols);
      return { kind: "priceRow", symbol, how: random.pick(["missing", "empty", "odd"] as const), durationMs };
    }
  }
}
