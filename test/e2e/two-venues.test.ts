// Two venues at once on the real stack: an account at each, made and given its keys by command, trades at its own exchange,
// and its orders, NAV and reconcile go on while the other's venue is slow or has banned us. Order of events, no durations.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { alertUrl } from "#local/stack/alert.ts";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { EXCHANGE_KEYS } from "#local/stack/secrets.ts";
import { ACCOUNT_ID, functionsBaseUrl } from "#local/stack/settings.ts";
import { type ExchangePart, START_TIMEOUT_MS, TestStack } from "#test/support/stack.ts";
import { postAsCurl } from "./curl.ts";
import { freshTimeText } from "./stack/alerts.ts";
import { documentAt } from "./stack/operated.ts";
import { breakExchange, mendExchange, STEP_TIMEOUT_MS, strikesOf } from "./stack/running-stack.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const STOP_TIMEOUT_MS = 60_000;
/** Six commands, each a process of its own, and cold functions. */
const COMMANDS_TIMEOUT_MS = 240_000;
const CASE_TIMEOUT_MS = 4 * STEP_TIMEOUT_MS;
/** Far beyond the adapter's own patience (VENUE_TIMEOUT_MS of compose/venue-for.ts). */
const ANSWER_LATENCY_MS = 120_000;
/** As the exchange says it: longer than an alert takes to its fill, short enough that the test sees the end of it. */
const BAN_S = 20;
const REST_POLL_MS = 1_000;

interface Party {
  readonly accountId: string;
  readonly exchange: ExchangePart;
  readonly hook: () => { readonly url: string; readonly token: string };
}

const MAIN: Party = {
  accountId: ACCOUNT_ID,
  exchange: "exchange",
  hook: () => ({ url: alertUrl(stack.ports), token: stack.hookToken }),
};
const SECOND: Party = {
  accountId: "second",
  exchange: "bybit",
  hook: () => ({ url: `${functionsBaseUrl(stack.ports)}/webhook/tradingview-second`, token: secondToken }),
};
const PARTIES = [MAIN, SECOND];

let stack: TestStack;
let secondToken = "";
let hasFailed = false;
/** Answers of the commands that made the second account. */
const said: Record<string, string> = {};
/** For people: milliseconds from an alert's receipt to the venue's answer. */
const figures: string[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.start();
  await makeSecond();
}, START_TIMEOUT_MS + COMMANDS_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  console.log(["received → answered, in order:", ...figures].join("\n  "));
  const end = await stack?.stop();
  if (!hasFailed) stack?.remove();
  expect(end).toEqual({ exitCode: 0, leftBehind: [] });
}, STOP_TIMEOUT_MS);

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: process.env.HOME,
      METADATA_SERVER_DETECTION: "none",
      ...stack.variables,
    };
    const child = spawn(process.execPath, ["tools/ballast/main.ts", ...args], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    // Later than `exit`: all that it said has been read.
    child.once("close", (code) => resolve({ code, output }));
  });
}

async function ballast(...args: readonly string[]): Promise<string> {
  const { code, output } = await run(...args);
  expect(code, output).toBe(0);
  return output;
}

async function makeSecond(): Promise<void> {
  const keys = join(stack.dataDir, "second-keys.json");
  writeFileSync(keys, JSON.stringify({ second: EXCHANGE_KEYS }));
  const venue = ["--venue", "bybit-linear", "--symbols", "BTCUSDT,ETHUSDT,SOLUSDT"];
  const size = ["--profile", "balanced", "--capital-usd", "50000"];
  said.account = await ballast("account", "create", "second", ...venue, ...size, "--write");
  const [stored, hook] = await Promise.all([
    ballast("keys", "set", "second", "--file", keys, "--write"),
    ballast("hook", "create", "tradingview-second", "--account", "second", "--write"),
  ]);
  said.keys = stored;
  secondToken = /"token":"([^"]+)"/.exec(hook)?.[1] ?? "";
  expect(secondToken, hook).not.toBe("");
  await Promise.all([
    ballast("run-once", "navEveryMinute", "--write"),
    ballast("run-once", "reconcileEveryMinute", "--write"),
  ]);
  // A run within a minute of the last may not know of a new account yet (app/accounts/list-mark.ts); the next one does.
  await healthyNavAfter(SECOND, 0);
  await documentAt(stack, paths.venueSettings(SECOND.accountId));
}

/** Posts an alert and resolves with its receipt's path. */
let sent = 0;
async function send({ accountId, hook }: Party, fields: Readonly<Record<string, string>>): Promise<string> {
  sent += 1;
  const { url, token } = hook();
  const body = JSON.stringify({ ...fields, token, alertId: `alert-${sent}`, timenow: freshTimeText() });
  const answer = await postAsCurl(url, "application/json", body);
  expect(answer).toMatchObject({ status: 202, body: { code: "ACCEPTED" } });
  return paths.receipt(accountId, (answer.body as { readonly receiptId: string }).receiptId);
}

interface Filled {
  readonly clientOrderId: string;
  readonly acknowledgedAtMs: number;
}

/** Resolves when the books have the fill of the receipt's order. */
async function filled({ accountId }: Party, receipt: string, when: string): Promise<Filled> {
  const { database } = stack;
  const { tookMs, ...order } = await database.waitFor(receipt, "order", STEP_TIMEOUT_MS, (data) => {
    if (data.status === "DENIED" || data.status === "REFUSED") throw new Error(JSON.stringify(data));
    const { clientOrderId, receivedAtMs, acknowledgedAtMs } = data;
    if (typeof clientOrderId !== "string" || typeof acknowledgedAtMs !== "number") return null;
    return { clientOrderId, acknowledgedAtMs, tookMs: acknowledgedAtMs - receivedAtMs };
  });
  await database.waitFor(
    paths.order(accountId, order.clientOrderId),
    "fill",
    STEP_TIMEOUT_MS,
    ({ status }) => (status === "FILLED" ? true : null),
  );
  figures.push(`${accountId.padEnd(6)} ${String(tookMs).padStart(6)} ms  ${when}`);
  return order;
}

async function enter(party: Party, ticker: string, when: string): Promise<Filled> {
  return await filled(party, await send(party, { ticker, action: "buy", notionalUsd: "500" }), when);
}

type Quantities = Readonly<Record<string, number>>;

/** Signed quantities of the groups that are open in the books. */
async function booked({ accountId }: Party): Promise<Quantities> {
  const groups = await stack.database.documents(paths.groups(accountId));
  const open = groups.filter(({ qtyBase }) => Number(qtyBase) !== 0);
  return Object.fromEntries(
    open.map(({ symbol, side, qtyBase }) => [symbol, side === "short" ? -Number(qtyBase) : Number(qtyBase)]),
  );
}

async function held({ exchange }: Party): Promise<Quantities> {
  const { accounts } = await stack.exchangeState(exchange);
  const positions = accounts.flatMap((account) => account.positions);
  return Object.fromEntries(positions.map(({ symbol, qtyBase }) => [symbol, Number(qtyBase)]));
}

/** Quantities of the stops that rest at the exchange. */
async function floors({ exchange }: Party): Promise<Quantities> {
  const { algoOrders } = await stack.exchangeState(exchange);
  const resting = algoOrders.filter(({ algoStatus }) => algoStatus === "NEW");
  return Object.fromEntries(resting.map(({ symbol, quantity }) => [symbol, Number(quantity)]));
}

/** The exchange holds this symbol of the account and no other, as the books say, under a stop for all of it. */
async function expectHeld(party: Party, symbol: string): Promise<void> {
  const atVenue = await held(party);
  expect(Object.keys(atVenue)).toEqual([symbol]);
  await expect.poll(() => booked(party), { timeout: STEP_TIMEOUT_MS }).toEqual(atVenue);
  await expect.poll(() => floors(party), { timeout: STEP_TIMEOUT_MS }).toEqual(atVenue);
}

async function expectOwnOrders({ accountId, exchange }: Party): Promise<void> {
  const { orders } = await stack.exchangeState(exchange);
  const known = await stack.database.documents(paths.orders(accountId));
  const ids = known.map(({ request }) => String(request.clientOrderId));
  expect(orders.map(({ clientOrderId }) => clientOrderId).toSorted()).toEqual(ids.toSorted());
}

async function closes(party: Party, ticker: string): Promise<void> {
  await send(party, { ticker, action: "close" });
  await expect.poll(() => held(party), { timeout: STEP_TIMEOUT_MS }).toEqual({});
  await expect.poll(() => booked(party), { timeout: STEP_TIMEOUT_MS }).toEqual({});
  await expect.poll(() => floors(party), { timeout: STEP_TIMEOUT_MS }).toEqual({});
  await expectOwnOrders(party);
}

async function healthyNavAfter({ accountId }: Party, atMs: number): Promise<Record<string, unknown>> {
  return await stack.database.waitFor(paths.nav(accountId), "NAV", STEP_TIMEOUT_MS, (nav) =>
    nav.stale === false && nav.asOfMs > atMs ? nav : null,
  );
}

async function alertsOf({ accountId }: Party): Promise<readonly string[]> {
  const alerts = await stack.database.documents(paths.alerts(accountId));
  return alerts.map(({ code, message }) => `${code}: ${message}`);
}

async function bannedUntilMs({ accountId }: Party): Promise<number> {
  const control = (await documentAt(stack, paths.control(accountId))) as unknown as ControlState;
  return control.throttles.venueBannedUntilMs;
}

/** Once the processes' own silence is over, which nothing shows from outside. */
async function comesToRest(party: Party, symbol: string): Promise<void> {
  const rest = { timeout: STEP_TIMEOUT_MS, interval: REST_POLL_MS };
  const isValued = async (): Promise<boolean> => {
    await runSchedule(stack.ports, "navEveryMinute");
    return (await documentAt(stack, paths.nav(party.accountId))).stale === false;
  };
  await expect.poll(isValued, rest).toBe(true);
  const isReconciled = (): Promise<boolean> =>
    runSchedule(stack.ports, "reconcileEveryMinute").then(
      () => true,
      () => false,
    );
  await expect.poll(isReconciled, rest).toBe(true);
  await expectHeld(party, symbol);
  const { tradingState } = await documentAt(stack, paths.control(party.accountId));
  expect(tradingState).toMatchObject({ state: "ACTIVE" });
}

async function tradesAtTwoVenues(): Promise<void> {
  const toldBefore = await alertsOf(SECOND);
  const [main, second] = await Promise.all([
    enter(MAIN, "BTCUSDT", "both at once"),
    enter(SECOND, "ETHUSDT", "both at once"),
  ]);
  await expectHeld(MAIN, "BTCUSDT");
  await expectHeld(SECOND, "ETHUSDT");
  for (const party of PARTIES) await expectOwnOrders(party);
  await runSchedule(stack.ports, "navEveryMinute");
  const navs = await Promise.all([
    healthyNavAfter(MAIN, main.acknowledgedAtMs),
    healthyNavAfter(SECOND, second.acknowledgedAtMs),
  ]);
  expect(navs).toMatchObject([
    { positions: [{ symbol: "BTCUSDT" }] },
    { positions: [{ symbol: "ETHUSDT" }] },
  ]);
  await Promise.all([closes(MAIN, "BTCUSDT"), closes(SECOND, "ETHUSDT")]);
  expect([await alertsOf(MAIN), await alertsOf(SECOND)]).toEqual([[], toldBefore]);
}

async function isNotHeldUpBySlowness(): Promise<void> {
  await Promise.all([enter(MAIN, "ETHUSDT", "before"), enter(SECOND, "SOLUSDT", "before")]);
  const fault = await breakExchange(
    stack,
    {
      effect: { kind: "latency", when: "after", latencyMs: ANSWER_LATENCY_MS },
      match: { method: "POST", path: "/v5/order/create$" },
    },
    SECOND.exchange,
  );
  const slow = await send(SECOND, { ticker: "SOLUSDT", action: "buy", notionalUsd: "500" });
  const strikes = () => strikesOf(stack, fault, SECOND.exchange);
  await expect.poll(strikes, { timeout: STEP_TIMEOUT_MS, interval: 50 }).toBe(1);
  await enter(MAIN, "ETHUSDT", "while the other's order is unanswered");
  const waiting = await stack.database.documents(paths.orders(SECOND.accountId));
  const unanswered = waiting.filter(({ signalId }) => slow.endsWith(`/${signalId}`));
  expect(unanswered).toMatchObject([{ status: "SUBMITTING" }]);

  await mendExchange(stack, fault, SECOND.exchange);
  const { clientOrderId } = await filled(SECOND, slow, "its venue does not answer");
  const { orders } = await stack.exchangeState(SECOND.exchange);
  expect(orders.filter((order) => order.clientOrderId === clientOrderId)).toHaveLength(1);
  await expectHeld(MAIN, "ETHUSDT");
  await expectHeld(SECOND, "SOLUSDT");
  expect(await alertsOf(MAIN)).toEqual([]);
  await Promise.all([closes(MAIN, "ETHUSDT"), closes(SECOND, "SOLUSDT")]);
}

async function isNotHeldUpByBan(): Promise<void> {
  await Promise.all([enter(MAIN, "SOLUSDT", "before"), enter(SECOND, "BTCUSDT", "before")]);
  const ban = { effect: { kind: "rateLimit", status: 418, retryAfterS: BAN_S } };
  const fault = await breakExchange(stack, ban, SECOND.exchange);
  const refused = await send(SECOND, { ticker: "BTCUSDT", action: "buy", notionalUsd: "500" });
  await stack.database.waitFor(refused, "denial", STEP_TIMEOUT_MS, ({ status }) =>
    status === "DENIED" ? true : null,
  );
  const { acknowledgedAtMs } = await enter(MAIN, "SOLUSDT", "while the other's venue bans us");
  expect(await bannedUntilMs(SECOND)).toBeGreaterThan(acknowledgedAtMs);
  expect(await bannedUntilMs(MAIN)).toBe(0);

  await ballast("run-once", "navEveryMinute", "--write");
  await healthyNavAfter(MAIN, acknowledgedAtMs);
  const { stale, navUsd } = await documentAt(stack, paths.nav(SECOND.accountId));
  expect([stale, Number(navUsd) > 0]).toEqual([true, true]);
  const reconciled = await run("run-once", "reconcileEveryMinute", "--write");
  expect(reconciled).toMatchObject({
    code: 1,
    output: expect.stringContaining("reconcileEveryMinute failed"),
  });
  const passed = paths.telemetry(MAIN.accountId, "reconcile");
  await stack.database.waitFor(passed, "pass", STEP_TIMEOUT_MS, ({ endedAtMs }) =>
    endedAtMs > acknowledgedAtMs ? true : null,
  );
  await expectHeld(MAIN, "SOLUSDT");
  expect(await alertsOf(MAIN)).toEqual([]);
  expect(await alertsOf(SECOND)).toContainEqual(expect.stringMatching(/^VENUE_BAN: /));

  await mendExchange(stack, fault, SECOND.exchange);
  await comesToRest(SECOND, "BTCUSDT");
  await Promise.all([closes(MAIN, "SOLUSDT"), closes(SECOND, "BTCUSDT")]);
}

describe("an account at each of two venues", () => {
  it("comes by the commands of the first one, and has its venue's markets", async () => {
    expect(said.account).toContain("Next: keys set second");
    expect(said.keys).toContain("The keys work");
    expect(said.keys).toContain("Everything is set as the config wants it");
    expect(await ballast("account", "list")).toMatch(/main {2}binance-usdm[\s\S]*second {2}bybit-linear/);
    const universes = await stack.database.documents("universe");
    expect(universes.map(({ venue }) => venue).toSorted()).toEqual(VENUE_IDS.toSorted());
  });

  it(
    "trades at its own exchange alone, at the same moment, under a floor there and with a NAV, until both are flat",
    tradesAtTwoVenues,
    CASE_TIMEOUT_MS,
  );
  it("is filled while the other's venue has not answered its order", isNotHeldUpBySlowness, CASE_TIMEOUT_MS);
  it(
    "is filled, valued and reconciled while the other's venue bans us, and that one comes to rest when it is over",
    isNotHeldUpByBan,
    CASE_TIMEOUT_MS,
  );
});
