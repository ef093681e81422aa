// The life of one position on the running stack: what a sender and the market do, in order, and what has to be true after
// each. Quantities and kinds of exits stand here as plain numbers; prices follow from what the exchange says was paid.
import { expect } from "vitest";
import { runSchedule } from "#local/stack/functions-ready.ts";
import type { TestStack } from "#test/support/stack.ts";
import { codesOf, receiptFor } from "../stack/alerts.ts";
import { changeConfig } from "../stack/operated.ts";
import { atExchange } from "../stack/running-stack.ts";

/** The position whose life it is, and the one that waits for its place. */
export const SYMBOL = "BTCUSDT";
export const WAITING_SYMBOL = "ETHUSDT";
export const PLAN = {
  stopBps: 300,
  /** Nearest first. */
  takeProfits: [
    { atBps: 200, shareBps: 2_500 },
    { atBps: 400, shareBps: 2_500 },
  ],
  trailingBps: 100,
};
const BPS_PER_PERCENT = 100;
const PLAN_FIELDS = {
  stopLossPct: String(PLAN.stopBps / BPS_PER_PERCENT),
  takeProfits: PLAN.takeProfits
    .map(({ atBps, shareBps }) => `${atBps / BPS_PER_PERCENT}%:${shareBps / BPS_PER_PERCENT}`)
    .join(", "),
  breakEvenAfter: "1",
  trailingPct: String(PLAN.trailingBps / BPS_PER_PERCENT),
  trailingActivationPct: "6",
};
/** One safety entry as large as the base, two percent below it, and one pyramid. */
const ENTRY_FIELDS = {
  safetyOrders: "1",
  safetyStepPct: "2",
  pyramidMax: "1",
  pyramidDistancePct: "0.5",
};
const ENTRY_BASE = "0.02";
const FIRST_PRICE_USD = 100_000;
const WAITING_PRICE_USD = 4_000;
/** 500 USD, the strategy's own size, at 4,000 USD, on the venue's step. */
export const WAITING_BASE = "0.124";

/** The quantities, exits and entries that a step leads to. */
export interface Moment {
  readonly heldBase: string;
  /** All that ever came in: the shares of the levels are shares of it. */
  readonly enteredBase: string;
  /** Where the stop stands: at the plan's distance, at the average entry, or behind the best price. */
  readonly stopAt: "plan" | "entry" | "trail";
  /** Levels that were taken, from the nearest. */
  readonly taken: number;
  /** Entries of the group in the order of the plan, with what became of each. */
  readonly legs: readonly string[];
  /** Whether the second position waits in the queue, holds the place, or was not asked for yet. */
  readonly second: "none" | "queued" | "open";
}

export interface Step {
  readonly name: string;
  /** Resolves when the sender has his answer, or the market stands where it went. */
  readonly cause: (stack: TestStack) => Promise<void>;
  readonly after: Moment;
}

/** One place in the pool, and a market that stands still but where the test moves it. */
export async function prepareLife(stack: TestStack): Promise<void> {
  await changeConfig(stack, () => ({ maxOpenGroups: 1 }));
  await atExchange(stack, "pause", {});
  await atExchange(stack, "price", { symbol: WAITING_SYMBOL, priceUsd: WAITING_PRICE_USD });
  await moveTo(FIRST_PRICE_USD)(stack);
}

function moveTo(priceUsd: number): Step["cause"] {
  return async (stack) => {
    await atExchange(stack, "price", { symbol: SYMBOL, priceUsd });
  };
}

/** An alert to buy, once the minute's NAV has been made: entries need one of now. `deniedBy`: what it waits for. */
function buys(
  fields: Readonly<Record<string, string>>,
  becomes: { readonly status: "ORDERED" | "QUEUED"; readonly deniedBy: readonly string[] },
): Step["cause"] {
  return async (stack) => {
    await runSchedule(stack.ports, "navEveryMinute");
    const receipt = await receiptFor(stack, { action: "buy", ...fields });
    expect({ status: receipt.status, deniedBy: codesOf(receipt) }).toEqual(becomes);
  };
}

const ORDERED = { status: "ORDERED", deniedBy: [] } as const;
const QUEUED = { status: "QUEUED", deniedBy: ["POOL_FULL"] } as const;
const entered: Moment = {
  heldBase: ENTRY_BASE,
  enteredBase: ENTRY_BASE,
  stopAt: "plan",
  taken: 0,
  legs: ["base FILLED", "dca WAITING"],
  second: "none",
};
const queued: Moment = { ...entered, second: "queued" };
const added: Moment = {
  ...queued,
  heldBase: "0.04",
  enteredBase: "0.04",
  legs: ["base FILLED", "dca WAITING", "pyramid FILLED"],
};
const scaledIn: Moment = {
  ...added,
  heldBase: "0.06",
  enteredBase: "0.06",
  legs: ["base FILLED", "dca FILLED", "pyramid FILLED"],
};
const firstTaken: Moment = { ...scaledIn, heldBase: "0.045", stopAt: "entry", taken: 1 };
const secondTaken: Moment = { ...firstTaken, heldBase: "0.03", taken: 2 };
const trailing: Moment = { ...secondTaken, stopAt: "trail" };

export const LIFE: readonly Step[] = [
  {
    name: "an entry with a plan opens the group",
    cause: buys({ ticker: SYMBOL, qtyBase: ENTRY_BASE, ...ENTRY_FIELDS, ...PLAN_FIELDS }, ORDERED),
    after: entered,
  },
  {
    name: "an entry of another symbol finds the pool full and waits",
    cause: buys({ ticker: WAITING_SYMBOL }, QUEUED),
    after: queued,
  },
  {
    name: "a second alert adds to the open group, past the one that waits",
    cause: async (stack) => {
      await moveTo(101_000)(stack);
      await buys({ ticker: SYMBOL, qtyBase: ENTRY_BASE }, ORDERED)(stack);
    },
    after: added,
  },
  {
    name: "the price falls to the safety entry, and the group buys again",
    cause: async (stack) => {
      await runSchedule(stack.ports, "navEveryMinute");
      await moveTo(97_900)(stack);
    },
    after: scaledIn,
  },
  {
    name: "the first level is taken, and the stop moves to the average entry",
    cause: moveTo(102_700),
    after: firstTaken,
  },
  { name: "the second level is taken", cause: moveTo(104_700), after: secondTaken },
  { name: "a profit of six percent has the stop follow the price", cause: moveTo(106_700), after: trailing },
  { name: "the stop follows a better price", cause: moveTo(108_000), after: trailing },
  {
    name: "the stop fires: the group is closed, and its place is the waiting entry's",
    cause: moveTo(106_500),
    after: { ...trailing, heldBase: "0", second: "open" },
  },
];
