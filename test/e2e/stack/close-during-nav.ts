// A close in the middle of a NAV run's questions, on the running stack. The market stands still meanwhile, so the account
// has few worths, each one of them known from the exchange's own wallet, trades and prices.
import { expect } from "vitest";
import { Decimal } from "#domain/decimal.ts";
import { paths } from "#domain/documents/paths.ts";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { ExchangeState, TestStack } from "#test/support/stack.ts";
import { postFields, receiptFor } from "./alerts.ts";
import { changeConfig, documentAt } from "./operated.ts";
import {
  atExchange,
  breakExchange,
  isFlatAtVenue,
  mendExchange,
  STEP_TIMEOUT_MS,
  strikesOf,
  toldSince,
} from "./running-stack.ts";

const SYMBOL = "BTCUSDT";
/** Just below the seed's largest order. */
const NOTIONAL_USD = "4900";
/** Makes an open profit of nearly a hundredth of the account: the phantom, should a run count it twice or not at all. */
const RISE_PERCENT = 20;
/** Far more than a close costs, and less than the phantom. */
const TIGHT_DRAWDOWN = { warnBps: 60, reduceBps: 80, hysteresisBps: 10 };
/** Half of the venue client's patience, and twice in a run: a close by alert takes less. */
const ANSWER_LATENCY_MS = 4_000;

/** The account's worth as the venue would pay it out: a long at the bid. `firstTrade`: of the position, should one be held. */
function equityUsd({ accounts, prices, trades }: ExchangeState, firstTrade: number): Decimal {
  const held = accounts.flatMap(({ positions }) => positions);
  const walletUsd = accounts.reduce((sum, account) => sum.plus(account.walletUsd), new Decimal(0));
  const [position, ...others] = held;
  expect(others).toEqual([]);
  if (position === undefined) return walletUsd;
  const valueUsd = new Decimal(position.qtyBase).mul(prices[position.symbol]?.bidUsd ?? Number.NaN);
  const paidUsd = trades.slice(firstTrade).reduce((sum, each) => sum.plus(each.quoteQty), new Decimal(0));
  return walletUsd.plus(valueUsd).minus(paidUsd);
}

async function storedNavs(stack: TestStack, sinceMs: number): Promise<readonly string[]> {
  const nav = await documentAt(stack, paths.nav(ACCOUNT_ID));
  const series = await stack.database.documents(`accounts/${ACCOUNT_ID}/navSeries`);
  const packed = series.flatMap(({ atMs, navUsd }) =>
    (atMs as readonly number[]).map((each, place) => ({ atMs: each, navUsd: String(navUsd[place]) })),
  );
  const recent = nav.recent as readonly { readonly atMs: number; readonly navUsd: string }[];
  return [...packed, ...recent].filter(({ atMs }) => atMs >= sinceMs).map(({ navUsd }) => navUsd);
}

async function peakUsd(stack: TestStack): Promise<string> {
  return String((await documentAt(stack, paths.peak(ACCOUNT_ID))).peakUsd);
}

/** A peak rises on the evidence of two runs. */
async function navTwice(stack: TestStack): Promise<void> {
  await runSchedule(stack.ports, "navEveryMinute");
  await runSchedule(stack.ports, "navEveryMinute");
}

/** Resolves with the times between which the run asked. */
async function navRunWithClose(stack: TestStack): Promise<readonly [fromMs: number, toMs: number]> {
  const slow = await breakExchange(stack, {
    effect: { kind: "latency", when: "after", latencyMs: ANSWER_LATENCY_MS },
    match: { method: "GET", path: "/fapi/v3/account" },
  });
  const fromMs = Date.now();
  const run = async () => {
    await runSchedule(stack.ports, "navEveryMinute");
    return Date.now();
  };
  const close = async () => {
    await expect.poll(() => strikesOf(stack, slow), { timeout: STEP_TIMEOUT_MS }).toBeGreaterThan(0);
    await postFields(stack, { ticker: SYMBOL, action: "close" });
  };
  const [toMs] = await Promise.all([run(), close()]);
  await expect.poll(() => isFlatAtVenue(stack), { timeout: STEP_TIMEOUT_MS }).toBe(true);
  await mendExchange(stack);
  return [fromMs, toMs];
}

async function inStillMarket(stack: TestStack): Promise<void> {
  const start = await stack.exchangeState();
  const worthNow = async () => equityUsd(await stack.exchangeState(), start.trades.length).toFixed();
  const startMs = Date.now();
  const worths = new Set([await worthNow()]);
  const peaks = new Set([await peakUsd(stack)]);

  const entry = { ticker: SYMBOL, action: "buy", notionalUsd: NOTIONAL_USD };
  expect(await receiptFor(stack, entry)).toMatchObject({ status: "ORDERED", denials: [] });
  await expect.poll(() => isFlatAtVenue(stack), { timeout: STEP_TIMEOUT_MS }).toBe(false);
  worths.add(await worthNow());
  await atExchange(stack, "jump", { symbol: SYMBOL, percent: RISE_PERCENT });
  worths.add(await worthNow());
  await navTwice(stack);
  expect(await documentAt(stack, paths.nav(ACCOUNT_ID))).toMatchObject({ navUsd: await worthNow() });

  const [fromMs, toMs] = await navRunWithClose(stack);
  const { trades } = await stack.exchangeState();
  const closedAtMs = Number(trades.at(-1)?.time);
  expect(closedAtMs).toBeGreaterThan(fromMs);
  expect(closedAtMs).toBeLessThan(toMs);
  worths.add(await worthNow());
  await navTwice(stack);

  expect(await documentAt(stack, paths.nav(ACCOUNT_ID))).toMatchObject({
    stale: false,
    navUsd: await worthNow(),
  });
  expect([...worths]).toEqual(expect.arrayContaining([...new Set(await storedNavs(stack, startMs))]));
  expect([...worths, ...peaks]).toContain(await peakUsd(stack));
  const { codes } = await toldSince(stack, startMs);
  expect(codes.filter((code) => /DRAWDOWN|LOSS|UNEXPLAINED/.test(code))).toEqual([]);
  expect(await documentAt(stack, paths.control(ACCOUNT_ID))).toMatchObject({
    tradingState: { state: "ACTIVE" },
    slots: {},
  });
}

export async function closesDuringNavRun(stack: TestStack): Promise<void> {
  await changeConfig(stack, ({ drawdown }) => ({ drawdown: { ...(drawdown as object), ...TIGHT_DRAWDOWN } }));
  await atExchange(stack, "pause", {});
  try {
    await inStillMarket(stack);
  } finally {
    await atExchange(stack, "jump", { symbol: SYMBOL, percent: 100 / (1 + RISE_PERCENT / 100) - 100 });
    await atExchange(stack, "resume", {});
  }
}
