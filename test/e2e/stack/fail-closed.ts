// Fail closed on the running stack: a dead NAV source denies and recovers by itself, and a frozen market ends flat.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { TestStack } from "#test/support/stack.ts";
import { OUTCOME_TIMEOUT_MS, outcomeOf, postCommand } from "../operator.ts";
import { codesOf, receiptOf } from "./alerts.ts";
import {
  breakExchange,
  isFlatAtVenue,
  mendExchange,
  type RunningStack,
  STEP_TIMEOUT_MS,
  toldSince,
} from "./running-stack.ts";

const CASE_TIMEOUT_MS = 3 * OUTCOME_TIMEOUT_MS;
/** Runs of the NAV schedule that stand for the minutes of an outage; the simulation lets them pass in full. */
const OUTAGE_RUNS = 10;
/** Shorter than the seed's, so that a frozen market is noticed within the test's patience. */
const QUICK_WATCHDOG = { intervalMs: 5_000, maxMarketDataAgeMs: 8_000 };

async function documentAt(stack: TestStack, path: string): Promise<Record<string, unknown>> {
  return await stack.database.waitFor(path, "document", STEP_TIMEOUT_MS, (data) => data);
}

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

async function endsFlatWhenFrozen(stack: TestStack): Promise<void> {
  const config = await documentAt(stack, paths.config(ACCOUNT_ID));
  const watchdog = { ...(config.watchdog as object), ...QUICK_WATCHDOG };
  const request = { kind: "set_config", baseVersion: config.version, config: { ...config, watchdog } };
  const changed = await postCommand(stack, request, "a watchdog for the test");
  expect(await outcomeOf(stack, changed)).toMatchObject({ status: "DONE" });
  expect(await receiptOf(stack, "BTCUSDT")).toMatchObject({ status: "ORDERED", denials: [] });
  await expect.poll(() => isFlatAtVenue(stack), { timeout: STEP_TIMEOUT_MS }).toBe(false);

  const frozenMs = Date.now();
  await breakExchange(stack, { effect: { kind: "stale" }, match: { path: "/fapi/v1/ticker/bookTicker" } });
  await expect.poll(() => isFlatAtVenue(stack), { timeout: 2 * STEP_TIMEOUT_MS, interval: 500 }).toBe(true);

  const control = await stack.database.waitFor(
    paths.control(ACCOUNT_ID),
    "end of the flatten",
    STEP_TIMEOUT_MS,
    (state) => (state.flatten === null && state.tradingState.state === "HALTED" ? state : null),
  );
  expect(control.slots).toEqual({});
  const { kinds, codes } = await toldSince(stack, frozenMs);
  expect(kinds).toEqual(expect.arrayContaining(["TRADING_REDUCING", "FLATTEN_ORDERED", "FLATTEN_DONE"]));
  expect(codes).toEqual(expect.arrayContaining(["WATCHDOG_REDUCES", "WATCHDOG_FLATTENS", "FLATTEN_DONE"]));
}

export function failClosed(running: () => RunningStack): void {
  describe("on the running stack", () => {
    it(
      "a NAV source that is down denies entries with the reason, keeps its heartbeat, and recovers by itself",
      () => survivesDeadSource(running().stack),
      CASE_TIMEOUT_MS,
    );
    it(
      "market data that freezes while something is held ends flat, with the whole trail",
      () => endsFlatWhenFrozen(running().stack),
      CASE_TIMEOUT_MS,
    );
  });
}
