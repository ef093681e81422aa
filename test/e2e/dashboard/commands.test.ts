// Commanding an account from the page: what is posted is what was typed, dangerous commands take the account's name,
// progress is followed to the end, and whatever goes wrong is said with its remedy. The page itself writes nothing.
import type { Route } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeDocuments } from "./account-documents.ts";
import { type DashboardStack, eventually, OPERATOR, signIn, startDashboardStack } from "./dashboard-stack.ts";
import { ACCOUNT, overview } from "./order-rows.ts";
import { brakedControl, riskDocuments } from "./risk-documents.ts";
import { keepPicture } from "./screenshots.ts";

let stack: DashboardStack;

beforeAll(async () => {
  stack = await startDashboardStack();
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  stack.commands.posted.length = 0;
  await writeDocuments(stack.firestore.admin, riskDocuments(Date.now()));
});

const document = (path: string) => stack.firestore.admin.doc(`accounts/${ACCOUNT}/${path}`);

async function openRisk(options: Parameters<DashboardStack["openPage"]>[0] = {}) {
  const open = await stack.openPage(options);
  await signIn(open.page, `${stack.hosting.url}?account=${ACCOUNT}#risk`, OPERATOR);
  await open.page.getByTestId("brake-list").waitFor();
  return open;
}

/** The command's end, as its applier would write it. */
async function end(commandId: string, status: "DONE" | "REFUSED", outcome: string): Promise<void> {
  await document(`commands/${commandId}`).update({ status, outcome, endedAtMs: Date.now() });
}

describe("flatten", () => {
  it("says what will happen, takes the account's name, and is followed until nothing is held", async () => {
    await using open = await openRisk({ colorScheme: "dark", viewport: { width: 390, height: 844 } });
    const { page } = open;
    await page.getByTestId("command-flatten").click();
    expect(await page.getByTestId("consequences").innerText()).toContain(
      "Closes long 0.012 BTCUSDT and short 17 SOLUSDT",
    );
    const send = page.getByTestId("command-send");
    await page.getByTestId("command-reason").fill("Going to bed");
    await page.getByTestId("command-accountName").fill("main");
    expect(await send.isEnabled()).toBe(false);
    await page.getByTestId("command-accountName").fill("Main");
    await keepPicture(page, "command-flatten");
    await send.click();
    const progress = page.getByTestId("command-progress");
    await eventually(() => progress.innerText()).toMatch(
      /Stored, number \d+ in sequence[\s\S]*not taken yet/,
    );
    const [posted, confirmed] = stack.commands.posted;
    expect(posted?.body).toEqual({
      accountId: ACCOUNT,
      request: { kind: "flatten" },
      reason: "Going to bed",
    });
    expect(posted?.authorization).toMatch(/^Bearer .+\..+\./);
    const commandId = String(confirmed?.body.commandId);
    expect(confirmed).toMatchObject({
      path: `/commands/${commandId}/confirm`,
      body: { accountId: ACCOUNT, accountName: "Main" },
    });

    const nowMs = Date.now();
    const flatten = {
      flattenId: "f-1",
      orderedBy: "ana@example.test",
      reason: "Going to bed",
      orderedAtMs: nowMs,
      step: 1,
      lastTriedAtMs: nowMs,
    };
    await document("control/state").set(brakedControl(nowMs, { session: null, flatten }));
    await end(commandId, "DONE", "Flattening and HALTED");
    await eventually(() => progress.innerText()).toContain("Closing: 1 close order sent");
    await document("views/overview").set({ ...overview(nowMs), groups: [], updatedAtMs: nowMs });
    await document("control/nav").update({ positions: [] });
    await document("control/state").set(brakedControl(nowMs, { session: null, slots: {}, reservations: {} }));
    await eventually(() => progress.innerText()).toContain("Flat: nothing is held");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await eventually(() => page.evaluate("document.activeElement.dataset.testid")).toBe("command-flatten");
    expect(open.faults).toEqual([]);
  });
});

describe("a command", () => {
  it("that brakes needs no typed name, works by keyboard alone, and Escape takes it back", async () => {
    await using open = await openRisk();
    const { page } = open;
    await page.getByTestId("command-stop").press("Enter");
    await page.getByRole("dialog", { name: /^Stop/ }).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => page.getByRole("dialog").count()).toBe(0);
    expect(stack.commands.posted).toEqual([]);
    await page.getByTestId("command-stop").press("Enter");
    await eventually(() => page.evaluate("document.activeElement.id")).toBe("command-reason");
    await page.keyboard.type("Exchange rumours");
    await page.keyboard.press("Enter");
    await eventually(() => page.getByTestId("command-progress").innerText()).toContain("in sequence");
    const commandId = await lastCommandId();
    await end(commandId, "DONE", "HALTED, session ended; positions stay as they are");
    await eventually(() => page.getByTestId("command-progress").innerText()).toContain(
      "HALTED, session ended",
    );
    await page.keyboard.press("Escape");
    expect(await page.getByTestId(`command-row-${commandId}`).innerText()).toContain("Exchange rumours");
    expect(stack.commands.posted).toHaveLength(1);
  });

  it("that starts a session carries horizon and stop-loss as typed, in UTC", async () => {
    await document("control/state").set(brakedControl(Date.now(), { session: null }));
    await using open = await openRisk({ colorScheme: "light" });
    const { page } = open;
    await page.getByTestId("command-start").click();
    await page.getByTestId("command-horizon").fill("2030-01-02T22:30");
    await page.getByTestId("command-stopLossUsd").fill("9,800.50");
    await page.getByTestId("command-reason").fill("Evening session");
    await page.getByTestId("command-accountName").fill("Main");
    await keepPicture(page, "command-start");
    await page.getByTestId("command-send").click();
    await page.getByTestId("command-progress").waitFor();
    expect(stack.commands.posted[0]?.body.request).toEqual({
      kind: "start",
      horizonAtMs: Date.UTC(2030, 0, 2, 22, 30),
      stopLossNavUsd: "9800.50",
    });
  });

  it("that is refused in its turn says why", async () => {
    await using open = await openRisk();
    const { page } = open;
    await page.getByTestId("command-clear_cooldown").click();
    await page.getByTestId("command-reason").fill("Fat finger");
    await page.getByTestId("command-send").click();
    await page.getByTestId("command-progress").waitFor();
    await end(await lastCommandId(), "REFUSED", "The ban is the venue’s own");
    await eventually(() => page.getByTestId("command-progress").innerText()).toContain(
      "The ban is the venue’s own",
    );
  });

  it.each([
    [
      "is not allowed",
      {
        status: 403,
        body: { code: "ACCOUNT_NOT_ALLOWED", message: "You may not command main", remedy: "Ask an operator" },
      },
      "You may not command main.",
    ],
    ["is not served here", { status: 404, body: {} }, "Commands are not served at this address (HTTP 404)."],
    ["gets no answer", "lost", "it is not known whether the command arrived"],
  ] as const)(
    "that %s says so, keeps what was typed, and is the same command when sent again",
    async (_, answer, text) => {
      await using open = await openRisk();
      const { page } = open;
      await page.getByTestId("command-pause").click();
      await page.getByTestId("command-reason").fill("News");
      if (answer === "lost") {
        // It arrives, and its answer does not.
        const lose = async (route: Route) => void (await route.fetch(), await route.abort("connectionreset"));
        await page.route("**/commands", lose, { times: 1 });
      } else stack.commands.answerNext(answer);
      await page.getByTestId("command-send").click();
      await eventually(() => page.getByTestId("command-fault").innerText()).toContain(text);
      expect(await page.getByTestId("command-reason").inputValue()).toBe("News");
      await page.getByTestId("command-send").click();
      await page.getByTestId("command-progress").waitFor();
      const [first, again] = stack.commands.posted;
      expect(again?.idempotencyKey).toBe(first?.idempotencyKey);
      expect(first?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe("an alert", () => {
  it("is acknowledged by a command, and shows who saw it once its document says so", async () => {
    await using open = await openRisk();
    const { page } = open;
    const button = page.getByRole("button", { name: /^Acknowledge: Entries long are locked/ });
    await button.click();
    await eventually(() => stack.commands.posted[0]?.body.request).toEqual({
      kind: "ack_alert",
      alertId: "a-0",
    });
    await eventually(() => button.innerText()).toBe("Stored");
    await document("alerts/a-0").update({ acknowledgedAtMs: Date.now(), acknowledgedBy: "ana@example.test" });
    await eventually(() => page.getByTestId("alerts-list").innerText()).toMatch(
      /acknowledged now by ana@example\.test|acknowledged \d+ s ago by ana@example\.test/,
    );
    await eventually(() => button.count()).toBe(0);
  });

  it("whose acknowledgement failed says why, and can be tried again", async () => {
    await using open = await openRisk();
    const { page } = open;
    stack.commands.answerNext({ status: 503, body: { code: "UNAVAILABLE", message: "The store is away" } });
    const button = page.getByRole("button", { name: /^Acknowledge: Entries long are locked/ });
    await button.click();
    await eventually(() => page.getByTestId("alerts-list").innerText()).toContain("The store is away.");
    expect(await button.isEnabled()).toBe(true);
  });
});

async function lastCommandId(): Promise<string> {
  const newest = await stack.firestore.admin
    .collection(`accounts/${ACCOUNT}/commands`)
    .orderBy("receivedAtMs", "desc")
    .limit(1)
    .get();
  return newest.docs[0]?.id ?? "";
}
