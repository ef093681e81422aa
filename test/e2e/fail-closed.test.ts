// Fail closed on the real stack: a throttle outlives its process, a dead NAV source denies and recovers, a frozen
// market ends flat, and a stop that nobody heard takes effect at the next start. Every case has a stack of its own.
import { afterEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { alertUrl } from "#local/stack/alert.ts";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { ACCOUNT_ID, origin } from "#local/stack/settings.ts";
import { START_TIMEOUT_MS, TestStack } from "#test/support/stack.ts";
import { postAsCurl } from "./curl.ts";
import { OUTCOME_TIMEOUT_MS, outcomeOf, postCommand } from "./operator.ts";

/** Cold function processes on two cores that other suites share. */
const STEP_TIMEOUT_MS = 90_000;
const CASE_TIMEOUT_MS = 2 * START_TIMEOUT_MS + 3 * OUTCOME_TIMEOUT_MS;
/** Runs of the NAV schedule that stand for the minutes of an outage; the simulation lets them pass in full. */
const OUTAGE_RUNS = 10;
/** Shorter than the seed's, so that a frozen market is noticed within the test's patience. */
const QUICK_WATCHDOG = { intervalMs: 5_000, maxMarketDataAgeMs: 8_000 };

let stack: TestStack;

afterEach(async ({ task }) => {
  await stack.stop();
  if (task.result?.state !== "fail") stack.remove();
});

async function startStack(): Promise<void> {
  stack = await TestStack.create();
  await stack.start();
}

async function breakExchange(fault: object): Promise<void> {
  const response = await fetch(`${origin(stack.ports, "exchange")}/admin/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fault),
  });
  expect(response.status).toBe(200);
}

async function mendExchange(): Promise<void> {
  const response = await fetch(`${origin(stack.ports, "exchange")}/admin/faults`, { method: "DELETE" });
  expect(response.status).toBe(200);
}

/** Posts an entry and resolves with its receipt once it is decided and, if ordered, answered by the venue. */
let sent = 0;
async function receiptOf(symbol: string): Promise<Record<string, unknown>> {
  sent += 1;
  const body = JSON.stringify({
    ticker: symbol,
    action: "buy",
    notionalUsd: "500",
    alertId: `alert-${sent}`,
    timenow: `${new Date().toISOString().slice(0, 19)}Z`,
  });
  const { status, body: answer } = await postAsCurl(
    alertUrl(stack.ports, stack.hookToken),
    "application/json",
    body,
  );
  expect({ status, answer }).toMatchObject({ status: 202 });
  const { receiptId } = answer as { receiptId: string };
  return await stack.database.waitFor(
    paths.receipt(ACCOUNT_ID, receiptId),
    "decision",
    STEP_TIMEOUT_MS,
    (receipt) => (receipt.status === "RECEIVED" ? null : receipt),
  );
}

const codesOf = (receipt: Record<string, unknown>): readonly string[] =>
  (receipt.denials as readonly { readonly code: string }[]).map(({ code }) => code);

async function alertCodes(): Promise<readonly string[]> {
  const alerts = await stack.database.documents(paths.alerts(ACCOUNT_ID));
  return alerts.map(({ code }) => String(code));
}

async function isFlatAtVenue(): Promise<boolean> {
  const { accounts } = await stack.exchangeState();
  return accounts.every(({ positions }) => positions.every(({ qtyBase }) => Number(qtyBase) === 0));
}

describe("on the running stack", () => {
  it(
    "an error burst still holds after everything was killed in the middle of it",
    async () => {
      await startStack();
      const refusal = {
        kind: "venueError",
        when: "before",
        status: 400,
        code: -2019,
        msg: "Margin is insufficient.",
      };
      await breakExchange({ effect: refusal, match: { method: "POST", path: "/fapi/v1/order$" } });
      const config = await currentConfig();
      const { limit } = (config.protections as { errorBurst: { limit: number } }).errorBurst;
      const symbols = (config.symbols as readonly string[]).slice(0, limit);
      for (const symbol of symbols) await receiptOf(symbol);
      await stack.killEverything();
      await stack.start();
      await mendExchange();
      expect(codesOf(await receiptOf("BTCUSDT"))).toContain("ERROR_BURST");
      expect(await isFlatAtVenue()).toBe(true);
    },
    CASE_TIMEOUT_MS,
  );

  it(
    "a NAV source that is down denies entries with the reason, keeps its heartbeat, and recovers by itself",
    async () => {
      await startStack();
      const down = { kind: "httpError", when: "before", status: 503, body: "down" };
      await breakExchange({ effect: down, match: { path: "/fapi/v3/account" } });
      const beats: number[] = [];
      for (let run = 0; run < OUTAGE_RUNS; run += 1) {
        await runSchedule(stack.ports, "navEveryMinute");
        const nav = await navDocument();
        expect(nav).toMatchObject({ stale: true, sources: { balances: { ok: false } } });
        expect(Number(nav.navUsd)).toBeGreaterThan(0);
        beats.push(Number(nav.checkedAtMs));
      }
      expect(new Set(beats).size).toBe(OUTAGE_RUNS);
      expect(codesOf(await receiptOf("BTCUSDT"))).toContain("NAV_STALE");
      expect(await alertCodes()).toContain("NAV_STALE");
      await mendExchange();
      await runSchedule(stack.ports, "navEveryMinute");
      // A refusal may stand on documents that are a second old.
      const entryAgain = async () => (await receiptOf("ETHUSDT")).status;
      await expect.poll(entryAgain, { timeout: STEP_TIMEOUT_MS, interval: 1_000 }).toBe("ORDERED");
    },
    CASE_TIMEOUT_MS,
  );

  it(
    "market data that freezes while something is held ends flat, with the whole trail",
    async () => {
      await startStack();
      const config = await currentConfig();
      const watchdog = { ...(config.watchdog as object), ...QUICK_WATCHDOG };
      const request = {
        kind: "set_config",
        baseVersion: config.version,
        config: { ...config, watchdog },
      };
      const changed = await postCommand(stack, request, "a watchdog for the test");
      expect(await outcomeOf(stack, changed)).toMatchObject({ status: "DONE" });
      expect(await receiptOf("BTCUSDT")).toMatchObject({ status: "ORDERED", denials: [] });
      await expect.poll(isFlatAtVenue, { timeout: STEP_TIMEOUT_MS }).toBe(false);

      await breakExchange({ effect: { kind: "stale" }, match: { path: "/fapi/v1/ticker/bookTicker" } });
      await expect.poll(isFlatAtVenue, { timeout: 2 * STEP_TIMEOUT_MS, interval: 500 }).toBe(true);

      const control = await stack.database.waitFor(
        paths.control(ACCOUNT_ID),
        "end of the flatten",
        STEP_TIMEOUT_MS,
        (state) => (state.flatten === null && state.tradingState.state === "HALTED" ? state : null),
      );
      expect(control.slots).toEqual({});
      const kinds = (await stack.database.documents(`accounts/${ACCOUNT_ID}/journal`)).map(
        ({ kind }) => kind,
      );
      expect(kinds).toEqual(expect.arrayContaining(["TRADING_REDUCING", "FLATTEN_ORDERED", "FLATTEN_DONE"]));
      const codes = await alertCodes();
      expect(codes).toEqual(
        expect.arrayContaining(["WATCHDOG_REDUCES", "WATCHDOG_FLATTENS", "FLATTEN_DONE"]),
      );
    },
    CASE_TIMEOUT_MS,
  );

  it(
    "a stop that is posted while nobody can hear it takes effect at the next start",
    async () => {
      await startStack();
      stack.freeze("scheduler");
      stack.freeze("pubsub");
      const commandId = await postCommand(stack, { kind: "stop" }, "the market looks wrong");
      await stack.killEverything();
      await stack.start();
      expect(await outcomeOf(stack, commandId)).toMatchObject({ status: "DONE" });
      await stack.database.waitFor(paths.control(ACCOUNT_ID), "halt", STEP_TIMEOUT_MS, ({ tradingState }) =>
        tradingState.state === "HALTED" ? true : null,
      );
      expect(codesOf(await receiptOf("BTCUSDT"))).toContain("TRADING_HALTED");
    },
    CASE_TIMEOUT_MS,
  );
});

async function currentConfig(): Promise<Record<string, unknown>> {
  return await documentAt(paths.config(ACCOUNT_ID));
}

async function navDocument(): Promise<Record<string, unknown>> {
  return await documentAt(paths.nav(ACCOUNT_ID));
}

async function documentAt(path: string): Promise<Record<string, unknown>> {
  return await stack.database.waitFor(path, "document", STEP_TIMEOUT_MS, (data) => data);
}
