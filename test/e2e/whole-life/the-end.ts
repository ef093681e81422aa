// The end of the life: the group closed by its stop, its profit the venue's own, and the way of the entry that waited told
// by its receipt.
import { expect, vi } from "vitest";
import { Decimal } from "#domain/decimal.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { ExchangeState, TestStack } from "#test/support/stack.ts";
import { SYMBOL, WAITING_SYMBOL } from "./life.ts";
import { groupsOf } from "./three-views.ts";

/** The end is read at the venue some seconds after it, and again with the minute's pass where that was lost. */
const ACCOUNTED_TIMEOUT_MS = 120_000;

function sumOf({ incomes }: ExchangeState, incomeType: string, sinceMs: number): Decimal {
  return incomes
    .filter((each) => each.symbol === SYMBOL && each.incomeType === incomeType && each.time >= sinceMs)
    .reduce((sum, { income }) => sum.plus(income), new Decimal(0));
}

async function profitIsTheVenues(stack: TestStack, tradesBefore: number): Promise<void> {
  const state = await stack.exchangeState();
  const trades = state.trades.slice(tradesBefore).filter(({ symbol }) => symbol === SYMBOL);
  const sinceMs = Number(trades[0]?.time);
  const groups = (await groupsOf(stack)).filter(({ symbol }) => symbol === SYMBOL);
  const group = groups.toSorted((a, b) => a.openedAtMs - b.openedAtMs).at(-1);
  const realizedUsd = sumOf(state, "REALIZED_PNL", sinceMs).toFixed();
  expect(group).toMatchObject({
    status: "CLOSED",
    exitReason: "stoploss",
    qtyBase: "0",
    realizedPnlUsd: realizedUsd,
    accounts: {
      tradeCount: trades.length,
      realizedUsd,
      feesUsd: sumOf(state, "COMMISSION", sinceMs).neg().toFixed(),
      fundingUsd: sumOf(state, "FUNDING_FEE", sinceMs).toFixed(),
    },
  });
}

export async function endsAsTheVenueHasIt(stack: TestStack, tradesBefore: number): Promise<void> {
  const look = { timeout: ACCOUNTED_TIMEOUT_MS, interval: 1_000 };
  await vi.waitFor(() => profitIsTheVenues(stack, tradesBefore), look);
  const receipts = await stack.database.documents(`accounts/${ACCOUNT_ID}/receipts`);
  const waited = receipts
    .filter(({ intent }) => intent?.symbol === WAITING_SYMBOL)
    .toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
    .at(-1);
  expect(waited).toMatchObject({ status: "ORDERED", denials: [], queue: { end: "PROMOTED" } });
}
