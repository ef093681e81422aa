// A group's accounts hold what belongs to it and nothing of a neighbour in the same position, whatever their times are.
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { Income } from "#domain/documents/income.ts";
import type { Trade } from "#domain/documents/trade.ts";
import { accountGroup } from "#domain/settlement/account-group.ts";
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
    isMaker: false,
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
    ["belongs to a group of which a part was closed by force", true, true, "71.2166"],
    ["is a neighbour's where every trade of the group was its own", false, false, "0"],
    ["is of a position by hand where a hand took from the group, and the venue did not", true, false, "0"],
  ])("%s", (_says, hasOutside, hasForced, otherUsd) => {
    const trades = [trade("buy", OPENED_MS), trade("sell", ENDED_MS)];
    const ended = group({ status: "CLOSED", qtyBase: "0", openedAtMs: OPENED_MS, endedAtMs: ENDED_MS });
    const walk = { trades, positionBase: dec("0"), hasOutside, hasForced, endedBy: null };
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

describe("funding of a full hour", () => {
  const paid = { ...INSURANCE, kind: "fundingFee", amount: "-0.5", atMs: OPENED_MS + 120_000 } as const;
  it.each([
    ["is a group's whose rest was still held then, before it was called dust", "CLOSED_WITH_DUST", "-0.5"],
    ["is no group's where the last trade before it left nothing", "CLOSED", "0"],
  ] as const)("%s", (_says, status, fundingUsd) => {
    const isDust = status === "CLOSED_WITH_DUST";
    const trades = [trade("buy", OPENED_MS), ...(isDust ? [] : [trade("sell", OPENED_MS + 60_000)])];
    const qtyBase = isDust ? "1" : "0";
    const ended = group({ status, qtyBase, openedAtMs: OPENED_MS, endedAtMs: ENDED_MS });
    const walk = { trades, positionBase: dec(qtyBase), hasOutside: false, hasForced: false, endedBy: null };
    const ground = { walk, orders: new Map(), incomes: [paid], prices: new Map(), nowMs: NOW_MS + HOUR_MS };
    expect(groupAccounts(ended, ground)).toMatchObject({ fundingUsd, settled: true });
  });
});

describe("an exit that is heard of after a later entry", () => {
  it("leaves the average entry and the profit of the order in which both happened", () => {
    const at = (side: Trade["side"], place: number, priceUsd: string) => ({
      ...trade(side, OPENED_MS + place),
      venueOrderId: `v-${place}`,
      priceUsd,
    });
    const trades = [at("buy", 0, "100"), at("buy", 1, "100"), at("sell", 2, "120"), at("buy", 3, "130")];
    // As booked with the exit last: (100 + 100 + 130) / 3, and 120 less that.
    const booked = { averageEntryUsd: "110", realizedPnlUsd: "10", entryNotionalUsd: "330" };
    const held = group({
      status: "ACTIVE",
      qtyBase: "2",
      enteredBase: "3",
      openedAtMs: OPENED_MS,
      ...booked,
    });
    const walk = { trades, positionBase: dec("2"), hasOutside: false, hasForced: false, endedBy: null };
    const ground = { walk, orders: new Map(), incomes: [], prices: new Map(), nowMs: NOW_MS };
    const asTraded = { averageEntryUsd: "115", realizedPnlUsd: "20", entryNotionalUsd: "330" };
    expect(accountGroup(held, ground)).toMatchObject(asTraded);
    const carried = { ...held, carriedBase: "0.001" };
    expect(accountGroup(carried, ground)).toMatchObject(booked);
  });
});
