// The running stack loses power: in the middle of an order, in the middle of an error burst, and with a stop
// still unheard. It is killed and started again on its stored state.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { alertBody } from "#local/stack/alert.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import { START_TIMEOUT_MS, type TestStack } from "#test/support/stack.ts";
import { OUTCOME_TIMEOUT_MS, outcomeOf, postCommand } from "../operator.ts";
import { codesOf, freshTimeText, postAlert, receiptOf } from "./alerts.ts";
import {
  breakExchange,
  isFlatAtVenue,
  mendExchange,
  type RunningStack,
  STEP_TIMEOUT_MS,
} from "./running-stack.ts";

const CASE_TIMEOUT_MS = START_TIMEOUT_MS + 3 * OUTCOME_TIMEOUT_MS;
/** Longer than the test needs to see the order at the exchange and to kill the stack. */
const ANSWER_LATENCY_MS = 100_000;

/** Signed quantities by symbol of the groups that are open in the books. */
async function bookedPositions(stack: TestStack): Promise<Record<string, number>> {
  const groups = await stack.database.documents(paths.groups(ACCOUNT_ID));
  const booked: Record<string, number> = {};
  for (const { symbol, side, qtyBase } of groups) {
    const signed = Number(qtyBase) * (side === "short" ? -1 : 1);
    if (signed !== 0) booked[String(symbol)] = (booked[String(symbol)] ?? 0) + signed;
  }
  return booked;
}

async function venuePositions(stack: TestStack): Promise<Record<string, number>> {
  const { accounts } = await stack.exchangeState();
  const positions = accounts.flatMap((account) => account.positions);
  const held = positions.filter(({ qtyBase }) => Number(qtyBase) !== 0);
  return Object.fromEntries(held.map(({ symbol, qtyBase }) => [symbol, Number(qtyBase)]));
}

async function powerCut(stack: TestStack): Promise<void> {
  await stack.killEverything();
  await stack.start();
}

async function findsOrderAgain(stack: TestStack): Promise<void> {
  const before = new Set((await stack.exchangeState()).orders.map(({ clientOrderId }) => clientOrderId));
  await breakExchange(stack, {
    effect: { kind: "latency", when: "after", latencyMs: ANSWER_LATENCY_MS },
    match: { method: "POST", path: "/fapi/v1/order$" },
    count: 1,
  });
  await postAlert(stack, "application/json", alertBody(freshTimeText(), stack.hookToken));
  const newOrders = async () =>
    (await stack.exchangeState()).orders.filter(({ clientOrderId }) => !before.has(clientOrderId));
  await expect.poll(newOrders, { timeout: STEP_TIMEOUT_MS, interval: 50 }).toHaveLength(1);

  await powerCut(stack);

  const [order] = await newOrders();
  expect(order).toBeDefined();
  const path = paths.order(ACCOUNT_ID, order?.clientOrderId ?? "");
  await stack.database.waitFor(path, "fill", STEP_TIMEOUT_MS, ({ status }) =>
    status === "FILLED" ? true : null,
  );
  expect(await newOrders()).toHaveLength(1);
  const booked = () => bookedPositions(stack);
  await expect.poll(booked, { timeout: STEP_TIMEOUT_MS }).toEqual(await venuePositions(stack));
}

async function holdsErrorBurst(stack: TestStack): Promise<void> {
  const refusal = {
    kind: "venueError",
    when: "before",
    status: 400,
    code: -2019,
    msg: "Margin is insufficient.",
  };
  await breakExchange(stack, { effect: refusal, match: { method: "POST", path: "/fapi/v1/order$" } });
  const config = await stack.database.waitFor(
    paths.config(ACCOUNT_ID),
    "config",
    STEP_TIMEOUT_MS,
    (data) => data,
  );
  const { limit } = (config.protections as { errorBurst: { limit: number } }).errorBurst;
  const symbols = (config.symbols as readonly string[]).slice(0, limit);
  for (const symbol of symbols) await receiptOf(stack, symbol);
  await powerCut(stack);
  await mendExchange(stack);
  expect(codesOf(await receiptOf(stack, "BTCUSDT"))).toContain("ERROR_BURST");
  expect(await isFlatAtVenue(stack)).toBe(true);
}

async function hearsTheStop(stack: TestStack): Promise<void> {
  stack.freeze("scheduler");
  stack.freeze("pubsub");
  const commandId = await postCommand(stack, { kind: "stop" }, "the market looks wrong");
  await powerCut(stack);
  expect(await outcomeOf(stack, commandId)).toMatchObject({ status: "DONE" });
  await stack.database.waitFor(paths.control(ACCOUNT_ID), "halt", STEP_TIMEOUT_MS, ({ tradingState }) =>
    tradingState.state === "HALTED" ? true : null,
  );
  expect(codesOf(await receiptOf(stack, "BTCUSDT"))).toContain("TRADING_HALTED");
}

export function powerCuts(running: () => RunningStack): void {
  describe("a stack that loses power", () => {
    it(
      "in the middle of an order finds it again: one at the exchange, and books equal to the venue's",
      () => findsOrderAgain(running().stack),
      CASE_TIMEOUT_MS,
    );
    it(
      "in the middle of an error burst still holds the burst's brake",
      () => holdsErrorBurst(running().stack),
      CASE_TIMEOUT_MS,
    );
    it(
      "after an unheard stop carries it out at the next start",
      () => hearsTheStop(running().stack),
      CASE_TIMEOUT_MS,
    );
  });
}
