// Commanding one position from its card: the form names the effect in figures before anything is sent, what is posted is what
// was typed, and the card tells the answer until the end. A reader without the right has no buttons.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeDocuments } from "./account-documents.ts";
import {
  type DashboardStack,
  eventually,
  OPERATOR,
  READER,
  signIn,
  startDashboardStack,
} from "./dashboard-stack.ts";
import { ACCOUNT } from "./order-rows.ts";
import { commandableDocuments, LADDERED_ID } from "./position-documents.ts";
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
  await writeDocuments(stack.firestore.admin, commandableDocuments(Date.now()));
});

const document = (path: string) => stack.firestore.admin.doc(`accounts/${ACCOUNT}/${path}`);

async function openPositions(who = OPERATOR, options: Parameters<DashboardStack["openPage"]>[0] = {}) {
  const open = await stack.openPage(options);
  await signIn(open.page, `${stack.hosting.url}?account=${ACCOUNT}#positions`, who);
  const card = open.page.getByTestId(`position-card-${LADDERED_ID}`);
  await card.waitFor();
  return Object.assign(open, { card });
}

/** Says why, confirms with the account's name where that is asked for, and sends. */
async function send({ page }: Awaited<ReturnType<typeof openPositions>>, isDangerous: boolean) {
  await page.getByTestId("command-reason").fill("Less of it");
  if (isDangerous) await page.getByTestId("command-accountName").fill("Main");
  await page.getByTestId("command-send").click();
  await page.getByTestId("command-progress").waitFor();
}

describe("a command on a position", () => {
  it("to close a part names quantity, value and profit, takes the account's name, and is followed on the card", async () => {
    await using open = await openPositions(OPERATOR, {
      colorScheme: "dark",
      viewport: { width: 390, height: 844 },
    });
    const { page, card } = open;
    await card.getByTestId("position-close-part").click();
    await page.getByTestId("command-share").fill("25");
    await eventually(() => page.getByTestId("consequences").innerText()).toContain(
      "Closes 0.0025 of 0.01 BTCUSDT long",
    );
    await keepPicture(page, "position-close-part");
    await send(open, true);
    const [posted, confirmed] = stack.commands.posted;
    expect(posted?.body.request).toEqual({ kind: "close_position", groupId: LADDERED_ID, shareBps: 2_500 });
    const commandId = String(confirmed?.body.commandId);
    await eventually(() => page.getByTestId("command-progress").innerText()).toContain("in sequence");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    const last = card.getByTestId("last-command");
    await eventually(() => last.innerText()).toMatch(/Close a position, 25\.00 %[\s\S]*not taken yet/);
    const outcome = "Closing 0.002 of 0.01 BTCUSDT long, reduce-only, at market";
    await document(`commands/${commandId}`).update({ status: "DONE", outcome, endedAtMs: Date.now() });
    await eventually(() => last.innerText()).toContain(outcome);
    expect(open.faults).toEqual([]);
  });

  it("to move its stop begins from the present one, and says where the new one would leave it", async () => {
    await using open = await openPositions();
    const { page, card } = open;
    await card.getByTestId("position-move-stop").click();
    expect(await page.getByTestId("command-stop").inputValue()).toBe("2%");
    await page.getByTestId("command-stop").fill("59400");
    await eventually(() => page.getByTestId("consequences").innerText()).toContain(
      "moves from 58,800.00 USD to 59,400.00 USD",
    );
    await send(open, false);
    expect(stack.commands.posted[0]?.body.request).toEqual({
      kind: "move_stop",
      groupId: LADDERED_ID,
      stop: { kind: "priceUsd", priceUsd: "59400" },
    });
  });

  it("to set take-profits shows each level before it is sent, and keeps an unreadable ladder from being sent", async () => {
    await using open = await openPositions();
    const { page, card } = open;
    await card.getByTestId("position-set-take-profits").click();
    expect(await page.getByTestId("command-levels").inputValue()).toBe("1%@50, 2R@30, 64000@20");
    await page.getByTestId("command-levels").fill("60,600@50");
    await page.getByTestId("command-reason").fill("Nearer");
    await page.getByTestId("command-send").click();
    await eventually(() => page.getByTestId("command-fault").innerText()).toContain("are no ladder");
    expect(stack.commands.posted).toEqual([]);
    await page.getByTestId("command-levels").fill("61200@50, 3R@30");
    await eventually(() => page.getByTestId("consequences").innerText()).toContain(
      "Take-profit 1 at 61,200.00 USD",
    );
    expect(await page.getByTestId("command-fault").innerText()).toBe("");
    await keepPicture(page, "position-set-take-profits");
    await send(open, false);
    expect(stack.commands.posted[0]?.body.request).toMatchObject({
      kind: "set_take_profits",
      takeProfits: [{ level: { kind: "priceUsd", priceUsd: "61200" }, shareBps: 5_000 }, { shareBps: 3_000 }],
    });
  });

  it("to cancel a leg names it and its price, and tells the refusal on the card", async () => {
    await using open = await openPositions();
    const { page, card } = open;
    expect(await card.getByTestId("cancel-takeProfit-1").count()).toBe(0);
    await page.getByRole("button", { name: "Cancel: Take-profit 2 of BTCUSDT" }).press("Enter");
    await eventually(() => page.getByTestId("consequences").innerText()).toContain("at 62,400.00 USD out");
    await send(open, false);
    expect(stack.commands.posted[0]?.body.request).toEqual({
      kind: "cancel_exit",
      groupId: LADDERED_ID,
      leg: { kind: "takeProfit", level: 1 },
    });
    const [stored] = (
      await stack.firestore.admin.collection(`accounts/${ACCOUNT}/commands`).get()
    ).docs.filter((one) => one.get("request.kind") === "cancel_exit");
    const outcome = "The plan has no take-profit 2 that is still to come";
    await stored?.ref.update({ status: "REFUSED", outcome, endedAtMs: Date.now() });
    await eventually(() => card.getByTestId("last-command").innerText()).toContain(outcome);
  });

  it("to adopt takes side and quantity from the venue's own figures", async () => {
    await using open = await openPositions();
    const { page } = open;
    await page.getByRole("button", { name: "Adopt long XRPUSDT" }).click();
    await page.getByTestId("command-stop").fill("2%");
    await eventually(() => page.getByTestId("consequences").innerText()).toContain("Takes 500 XRPUSDT long");
    await send(open, true);
    expect(stack.commands.posted[0]?.body.request).toMatchObject({
      kind: "adopt_position",
      symbol: "XRPUSDT",
      side: "long",
      qtyBase: "500",
      plan: { stop: { kind: "bps", bps: 200 }, takeProfits: [] },
    });
  });

  it("has no button for a reader who may not give it", async () => {
    await using open = await openPositions(READER);
    await open.card.getByTestId("exit-list").waitFor();
    expect(await open.page.getByRole("button", { name: /Close|Cancel|Adopt|stop/ }).count()).toBe(0);
  });
});
