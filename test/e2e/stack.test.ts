// The whole product on one machine, as a person meets it: sign in, send an alert, see its fill; and as a power cut
// meets it: kill everything in the middle of an order, start again, and find one order and equal books.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { alertBody, alertUrl } from "#local/stack/alert.ts";
import { ACCOUNT_ID, origin } from "#local/stack/settings.ts";
import { launchBrowser } from "#test/support/browser.ts";
import { START_TIMEOUT_MS, TestStack } from "#test/support/stack.ts";
import { postAsCurl } from "./curl.ts";
import { keepScreenshots, signedInPage } from "./operator-page.ts";

/** Cold function processes on two cores that other suites share. */
const STEP_TIMEOUT_MS = 60_000;
/** Longer than the test needs to see the order at the exchange and to kill the stack. */
const ANSWER_LATENCY_MS = 100_000;

let stack: TestStack;
let browser: Browser;
let hasFailed = false;

beforeAll(async () => {
  stack = await TestStack.create();
  [browser] = await Promise.all([launchBrowser(), stack.start()]);
}, START_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  await browser?.close();
  const end = await stack?.stop();
  if (!hasFailed) stack?.remove();
  expect(end).toEqual({ exitCode: 0, leftBehind: [] });
}, STEP_TIMEOUT_MS);

/** Times in whole seconds, as TradingView gives them, each one only once: equal alerts are one alert. */
let lastSecond = 0;
function freshTimeText(): string {
  lastSecond = Math.max(lastSecond + 1, Math.floor(Date.now() / 1000));
  return `${new Date(lastSecond * 1000).toISOString().slice(0, 19)}Z`;
}

interface Alert {
  readonly contentType: string;
  readonly body: (timeText: string) => string;
}

const JSON_ALERT: Alert = { contentType: "application/json", body: alertBody };
const TEXT_ALERT: Alert = {
  contentType: "text/plain; charset=utf-8",
  body: (timeText) => `action=buy symbol=ETHUSDT notionalUsd=400 timenow=${timeText}`,
};

/** Posts the alert and resolves with the id of the order that it became. */
async function orderOf(alert: Alert): Promise<string> {
  const url = alertUrl(stack.ports, stack.hookToken);
  const { status, body } = await postAsCurl(url, alert.contentType, alert.body(freshTimeText()));
  expect({ status, body }).toMatchObject({ status: 202, body: { code: "ACCEPTED" } });
  const { receiptId } = body as { receiptId: string };
  return stack.database.waitFor(paths.receipt(ACCOUNT_ID, receiptId), "order", STEP_TIMEOUT_MS, (receipt) =>
    typeof receipt.clientOrderId === "string" ? receipt.clientOrderId : null,
  );
}

/** Signed quantities by symbol of the groups that are open in the books. */
async function bookedPositions(): Promise<Record<string, number>> {
  const groups = await stack.database.documents(paths.groups(ACCOUNT_ID));
  const booked: Record<string, number> = {};
  for (const { symbol, side, qtyBase } of groups) {
    const signed = Number(qtyBase) * (side === "short" ? -1 : 1);
    if (signed !== 0) booked[String(symbol)] = (booked[String(symbol)] ?? 0) + signed;
  }
  return booked;
}

async function venuePositions(): Promise<Record<string, number>> {
  const { accounts } = await stack.exchangeState();
  const positions = accounts.flatMap((account) => account.positions);
  return Object.fromEntries(positions.map(({ symbol, qtyBase }) => [symbol, Number(qtyBase)]));
}

describe("a signal sent to the running stack", () => {
  it.each([
    ["JSON", JSON_ALERT],
    ["text", TEXT_ALERT],
  ])(
    "as curl sends it (%s) is filled, and the fill appears on the page",
    async (format, alert) => {
      const page = await signedInPage(stack, browser);
      const clientOrderId = await orderOf(alert);
      const row = page.getByTestId(`order-row-${clientOrderId}`);
      await row.getByText(/filled/i).waitFor();
      await keepScreenshots(page, `filled-${format.toLowerCase()}`);
      const { orders } = await stack.exchangeState();
      expect(orders.filter((order) => order.clientOrderId === clientOrderId)).toMatchObject([
        { status: "FILLED" },
      ]);
      await page.context().close();
    },
    3 * STEP_TIMEOUT_MS,
  );
});

describe("a stack killed in the middle of an order", () => {
  it(
    "finds the order again: one at the exchange, and books equal to the venue's",
    async () => {
      const fault = {
        effect: { kind: "latency", when: "after", latencyMs: ANSWER_LATENCY_MS },
        match: { method: "POST", path: "/fapi/v1/order$" },
        count: 1,
      };
      const before = new Set((await stack.exchangeState()).orders.map(({ clientOrderId }) => clientOrderId));
      const set = await fetch(`${origin(stack.ports, "exchange")}/admin/faults`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fault),
      });
      expect(set.status).toBe(200);
      const url = alertUrl(stack.ports, stack.hookToken);
      const answer = await postAsCurl(url, JSON_ALERT.contentType, JSON_ALERT.body(freshTimeText()));
      expect(answer.status).toBe(202);
      const newOrders = async () =>
        (await stack.exchangeState()).orders.filter(({ clientOrderId }) => !before.has(clientOrderId));
      await expect.poll(newOrders, { timeout: STEP_TIMEOUT_MS, interval: 50 }).toHaveLength(1);

      await stack.killEverything();
      await stack.start();

      const [order] = await newOrders();
      expect(order).toBeDefined();
      const path = paths.order(ACCOUNT_ID, order?.clientOrderId ?? "");
      await stack.database.waitFor(path, "fill", STEP_TIMEOUT_MS, ({ status }) =>
        status === "FILLED" ? true : null,
      );
      expect(await newOrders()).toHaveLength(1);
      await expect.poll(bookedPositions, { timeout: STEP_TIMEOUT_MS }).toEqual(await venuePositions());
    },
    START_TIMEOUT_MS + 2 * STEP_TIMEOUT_MS,
  );
});
