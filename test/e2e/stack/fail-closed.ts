// Fail closed on the running stack: a dead NAV source denies and recovers by itself, and a session's stop-loss closes
// everything though the venue gives no prices.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { TestStack } from "#test/support/stack.ts";
import { OUTCOME_TIMEOUT_MS } from "../operator.ts";
import { codesOf, receiptOf } from "./alerts.ts";
import { changeConfig, documentAt } from "./operated.ts";
import {
  atExchange,
  breakExchange,
  commandDone,
  isFlatAtVenue,
  mendExchange,
  type RunningStack,
  STEP_TIMEOUT_MS,
  toldSince,
} from "./running-stack.ts";

const CASE_TIMEOUT_MS = 3 * OUTCOME_TIMEOUT_MS;
/** Runs of the NAV schedule that stand for the minutes of an outage; the simulation lets them pass in full. */
const OUTAGE_RUNS = 10;
/** Shorter than the seed's, so that many looks fall into the test's patience. */
const QUICK_WATCHDOG = { intervalMs: 5_000, maxMarketDataAgeMs: 8_000 };
/** Less than the seed's protective stop and group stop-loss allow: only the session's stop-loss is met. */
const FALL_PERCENT = -8;
/** Half of what the fall costs a position of 500 USD. */
const ALLOWED_LOSS_USD = 20;

async function survivesDeadSource(stack: TestStack): Promise<void> {
  const startMs = Date.now();
  const down = { kind: "httpError", when: "before", status: 503, body: "down" };
  await breakExchange(stack, { effect: down, match: { path: "/fapi/v3/account" } });
  const beats: number[] = [];
  for (let run = 0; run < OUTAGE_RUNS; run += 1) {
    await runSchedule(stack.ports, "navEveryMinute");
    const nav = await documentAt(stack, paths.nav(ACCOUNT_ID));
    expect(nav).toMatchObject({ stale: true, sources: { balances: { ok: false } } });
    expect(Number(nav.navUsd)).toBeGreaterThan(0);
    beats.push(Number(nav.checkedAtMs));
  }
  expect(new Set(beats).size).toBe(OUTAGE_RUNS);
  expect(codesOf(await receiptOf(stack, "BTCUSDT"))).toContain("NAV_STALE");
  expect((await toldSince(stack, startMs)).codes).toContain("NAV_STALE");
  await mendExchange(stack);
  await runSchedule(stack.ports, "navEveryMinute");
  // A refusal may stand on documents that are a second old.
  const entryAgain = async () => (await receiptOf(stack, "ETHUSDT")).status;
  await expect.poll(entryAgain, { timeout: STEP_TIMEOUT_MS, interval: 1_000 }).toBe("ORDERED");
}

async function endsFlatWithoutPrices(stack: TestStack): Promise<void> {
  await changeConfig(stack, ({ watchdog }) => ({ watchdog: { ...(watchdog as object), ...QUICK_WATCHDOG } }));
  expect(await receiptOf(stack, "BTCUSDT")).toMatchObject({ status: "ORDERED", denials: [] });
  await expect.poll(() => isFlatAtVenue(stack), { timeout: STEP_TIMEOUT_MS }).toBe(false);
  await runSchedule(stack.ports, "navEveryMinute");
  const { navUsd } = await documentAt(stack, paths.nav(ACCOUNT_ID));
  const stopLossNavUsd = (Number(navUsd) - ALLOWED_LOSS_USD).toFixed(2);
  await commandDone(stack, { kind: "start", horizonAtMs: null, stopLossNavUsd });

  const brokenMs = Date.now();
  const down = { kind: "httpError", when: "before", status: 503, body: "down" };
  await breakExchange(stack, { effect: down, match: { path: "/fapi/v1/ticker/bookTicker" } });
  await runSchedule(stack.ports, "watchdogEveryMinute");
  expect(await isFlatAtVenue(stack)).toBe(false);
  await atExchange(stack, "jump", { symbol: "BTCUSDT", percent: FALL_PERCENT });
  await runSchedule(stack.ports, "watchdogEveryMinute");
  await expect.poll(() => isFlatAtVenue(stack), { timeout: STEP_TIMEOUT_MS, interval: 500 }).toBe(true);

  const control = await stack.database.waitFor(
    paths.control(ACCOUNT_ID),
    "end of the flatten",
    STEP_TIMEOUT_MS,
    (state) => (state.flatten === null && state.tradingState.state === "HALTED" ? state : null),
  );
  expect(control).toMatchObject({ slots: {}, session: null, tradingState: { cause: "session" } });
  const { kinds, codes } = await toldSince(stack, brokenMs);
  expect(kinds).toEqual(expect.arrayContaining(["TRADING_REDUCING", "FLATTEN_ORDERED", "FLATTEN_DONE"]));
  expect(codes).toEqual(
    expect.arrayContaining([
      "WATCHDOG_MARKET_DATA_STALE",
      "WATCHDOG_REDUCES",
      "WATCHDOG_FLATTENS",
      "FLATTEN_DONE",
    ]),
  );
}

export function failClosed(running: () => RunningStack): void {
  describe("on the running stack", () => {
    it(
      "a NAV source that is down denies entries with the reason, keeps its heartbeat, and recovers by itself",
      () => survivesDeadSource(running().stack),
      CASE_TIMEOUT_MS,
    );
    it(
      "a price endpoint that is down while something is held under a session's stop-loss ends flat, with the whole trail",
      () => endsFlatWithoutPrices(running().stack),
      CASE_TIMEOUT_MS,
    );
  });
}
