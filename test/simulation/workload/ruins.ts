// Accounts that lose everything and get money soon afterwards, often before anybody has looked; drawn apart from the others: a
// seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** Between losing everything and the money: from the same minute to the one after the next. */
const LONGEST_MS = 100_000;
const HELD_USD = [200, 900] as const;

export function drawRuins(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.08)) return [];
  const { accountId } = random.pick(setup.accounts.filter(({ profile }) => profile.mode === "paper")).profile;
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["BUY", "SELL"] as const);
  const heldMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  const lostMs = heldMs + random.int(0, 60_000);
  const moneyMs = lostMs + random.int(0, LONGEST_MS);
  const notionalUsd = random.int(...HELD_USD);
  const items: readonly Item[] = [
    { afterMs: heldMs, happening: { kind: "tradeByHand", accountId, symbol, side, notionalUsd } },
    {
      afterMs: lostMs,
      happening: { kind: "squeeze", accountId, symbol, percent: side === "BUY" ? -25 : 25 },
    },
    {
      afterMs: moneyMs,
      happening: { kind: "transfer", accountId, amountUsd: random.pick([20, 500, 50_000]) },
    },
  ];
  return items.map((item) => ({ ...item, afterMs: Math.min(item.afterMs, setup.trialMs) }));
}
