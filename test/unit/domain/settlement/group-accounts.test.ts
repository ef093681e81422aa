// A group's accounts hold what belongs to it and nothing of a neighbour in the same position, whatever their times are.
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { Income } from "#domain/documents/income.ts";
import type { Trade } from "#domain/documents/trade.ts";
import { groupAccounts } from "#domain/settlement/group-accounts.ts";
import { group, NOW_MS } from "#test/support/factories.ts";

const HOUR_MS = 3_600_000;
/** The group is held over a full hour, so that incomes are read in any case. */
const OPENED_MS = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS - 120_000;
const ENDED_MS = OPENED_MS + 300_000;

function trade(side: Trade["side"], atMs: number): Trade {
  const fill = {
    symbol: "BTCUSDT",
    qtyBase: "1",
    priceUsd: "100",
    fee: "0",
    feeAsset: "USDT",
    realizedPnlUsd: "0",
  };
  return { tradeId: `t-${atMs}`, venueOrderId: `v-${side}`, side, ...fill, atMs };
}

const INSURANCE: Income = {
  incomeId: "i-1",
  kind: "other",
  asset: "USDT",
  amount: "71.2166",
  symbol: "BTCUSDT",
  atMs: ENDED_MS,
};

describe("what the insurance fund gives in the moment in which the group ends", () => {
  it.each([
    ["belongs to a group of which a part was closed by force", true, "71.2166"],
    ["is a neighbour's where every trade of the group was its own", false, "0"],
  ])("%s", (_says, hasOutside, otherUsd) => {
    const trades = [trade("buy", OPENED_MS), trade("sell", ENDED_MS)];
    const ended = group({ status: "CLOSED", qtyBase: "0", openedAtMs: OPENED_MS, endedAtMs: ENDED_MS });
    const walk = { trades, positionBase: dec("0"), hasOutside, endedBy: null };
    const ground = {
      walk,
      orders: new Map(),
      incomes: [INSURANCE],
      prices: new Map(),
      nowMs: NOW_MS + HOUR_MS,
    };
    expect(groupAccounts(ended, ground)).toMatchObject({ otherUsd, settled: true });
  });
});
