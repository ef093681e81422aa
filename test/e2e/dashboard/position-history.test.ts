// The past of an account on its positions view: nothing of it is read before somebody asks, and then a page at a time; the offset
// plan and the pool stand beside the cards.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDocuments } from "./account-documents.ts";
import { type DashboardStack, eventually, READER, signIn, startDashboardStack } from "./dashboard-stack.ts";
import { ENDED_COUNT, historyDocuments } from "./history-documents.ts";
import { ACCOUNT } from "./order-rows.ts";
import { keepPicture } from "./screenshots.ts";

const DESKTOP = { width: 1440, height: 1000 };
const PHONE = { width: 390, height: 844 };
const OVERFLOW = "document.documentElement.scrollWidth - innerWidth";
let stack: DashboardStack;

beforeAll(async () => {
  stack = await startDashboardStack();
  await writeDocuments(stack.firestore.admin, historyDocuments(Date.now()));
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

async function openPositions(options: Parameters<DashboardStack["openPage"]>[0] = {}) {
  const open = await stack.openPage(options);
  await signIn(open.page, `${stack.hosting.url}?account=${ACCOUNT}#positions`, READER);
  const card = open.page.getByTestId("position-card-g-btc");
  await card.waitFor();
  return Object.assign(open, { card });
}

describe("the past of an account", () => {
  it.each([
    ["desktop-dark", "dark", DESKTOP],
    ["phone-light", "light", PHONE],
  ] as const)(
    "is shown a page at a time, and only when asked for, on %s",
    async (name, colorScheme, viewport) => {
      await using open = await openPositions({ colorScheme, viewport });
      const { page, card } = open;
      const rows = page.locator("[data-testid^=ended-e-]");
      expect(await rows.count()).toBe(0);
      await page.getByTestId("ended-more").click();
      await eventually(() => rows.count()).toBe(20);
      // 12.50 lost and 0.903 of fees, of 1,200 entered; 24 USD were at risk.
      expect(await rows.first().innerText()).toMatch(
        /BTCUSDT[\s\S]*stop[\s\S]*held 1 h 35 min[\s\S]*−13\.40[\s\S]*−1\.12 %[\s\S]*−0\.56 R/,
      );
      await page.getByTestId("ended-more").click();
      await eventually(() => rows.count()).toBe(ENDED_COUNT);
      await page.getByText("That is all.").waitFor();

      await card.getByTestId("journal-toggle").click();
      const entries = card.getByTestId("journal-list").locator("li");
      await eventually(() => entries.count()).toBe(3);
      expect(await entries.nth(0).innerText()).toMatch(
        /Take profit filled[\s\S]*holds 0\.01, ACTIVE; by reconcile/,
      );
      expect(await entries.nth(2).innerText()).toMatch(/buy 0\.01: FILLED, 0\.01 filled at 60,100\.00 USD/);
      await card.getByTestId("journal-more").click();
      await eventually(() => entries.count()).toBe(4);
      expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
      await keepPicture(page, `positions-history-${name}`);
      await card.getByTestId("journal-toggle").click();
      await eventually(() => card.getByTestId("journal-list").count()).toBe(0);
      expect(open.faults).toEqual([]);
    },
  );
});

describe("an offset plan", () => {
  it("shows each position in the order in which it is closed, and how far it is", async () => {
    await using open = await openPositions();
    const lines = open.page.getByTestId("offset-list").locator("li");
    await eventually(() => lines.count()).toBe(2);
    // 0.004 of 0.008 are closed.
    expect(await lines.nth(0).getAttribute("data-done-bps")).toBe("5000");
    expect(await lines.nth(0).innerText()).toMatch(
      /Winner long BTCUSDT[\s\S]*being closed[\s\S]*open 0\.01 to 0\.006/,
    );
    expect(await lines.nth(1).innerText()).toMatch(/Loser short SOLUSDT[\s\S]*waits[\s\S]*open 17 to 0/);
    expect(await open.page.locator(".panel.offset").innerText()).toContain("At worst +0.30 USD after fees");
  });
});

describe("the pool", () => {
  it("shows its places and caps", async () => {
    await using open = await openPositions();
    const caps = open.page.getByTestId("cap-list");
    await eventually(() => caps.innerText()).toMatch(/Open positions\s+2 of 5/);
    expect(await caps.innerText()).toContain("Bucket smart open positions");
  });
});
