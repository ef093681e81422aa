// Positions that somebody opens by hand and leaves alone, entries that come long enough after them for a NAV to have seen
// both, and prices that jump just before an entry; drawn apart from the others: a seed's other items stay as they were.
import type { Random } from "../engine/random.ts";
import type { Item } from "./items.ts";
import { FIRST_ITEM_MS } from "./items.ts";
import type { RunSetup, SimAccount } from "./setup.ts";

/** A whole minute of NAV later, and two. */
const SEEN_AFTER_MS = { least: 65_000, most: 140_000 } as const;
/** Between a jump and the entry that it meets: less than any schedule's distance. */
const JUST_BEFORE_MS = 1_500;

export function drawStrangers(random: Random, setup: RunSetup): readonly Item[] {
  const account = random.pick(setup.accounts);
  return [
    ...(random.chance(0.3) ? byHand(random, setup, account) : []),
    ...(random.chance(0.3) ? jumps(random, setup, account) : []),
  ];
}

/** By config of this account: a position that the books do not explain latches REDUCING. */
export function withPositionRule(random: Random, setup: RunSetup): RunSetup {
  const accounts = setup.accounts.map((account) => {
    const unknownPositionLatchesReducing = random.chance(0.2);
    return { ...account, config: { ...account.config, unknownPositionLatchesReducing } };
  });
  return { ...setup, accounts };
}

function byHand(random: Random, setup: RunSetup, account: SimAccount): readonly Item[] {
  const { symbol } = random.pick(setup.symbols);
  const { accountId } = account.profile;
  const afterMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 15_000);
  const side = random.pick(["BUY", "SELL"] as const);
  const notionalUsd = random.int(200, 3_000);
  const trade: Item = { afterMs, happening: { kind: "tradeByHand", accountId, symbol, side, notionalUsd } };
  const seenMs = afterMs + random.int(SEEN_AFTER_MS.least, SEEN_AFTER_MS.most);
  if (seenMs > setup.trialMs) return [trade];
  const elsewhere = random.pick(setup.symbols).symbol;
  return [
    trade,
    entry(random, account, symbol, { afterMs: seenMs, key: "stranger-same" }),
    entry(random, account, elsewhere, { afterMs: seenMs + random.int(0, 5_000), key: "stranger-other" }),
  ];
}

function jumps(random: Random, setup: RunSetup, account: SimAccount): readonly Item[] {
  return Array.from({ length: random.int(1, 3) }, (_, jump) => {
    const { symbol } = random.pick(setup.symbols);
    const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs - JUST_BEFORE_MS);
    const percent = random.pick([-6, -3, -1, 1, 3, 6]);
    const sending = { afterMs: afterMs + random.int(0, JUST_BEFORE_MS), key: `jumped-${jump}` };
    return [
      { afterMs, happening: { kind: "jump", symbol, percent } } as const,
      entry(random, account, symbol, sending),
    ];
  }).flat();
}

function entry(
  random: Random,
  account: SimAccount,
  symbol: string,
  { afterMs, key }: { readonly afterMs: number; readonly key: string },
): Item {
  const hook = random.pick(account.hooks);
  const notionalUsd = String(random.pick([300, 900, 2_500, 4_900]));
  const body = JSON.stringify({
    id: key,
    symbol,
    action: "open",
    side: random.pick(["long", "short"]),
    notionalUsd,
  });
  return { afterMs, happening: { kind: "alert", alert: { key, hook, body } } };
}
