// The positions view in a real browser over the real Firestore wire: a card for each open group with its exits and its
// money, in both themes, on desktop and phone and on the narrowest screen, by keyboard, and in its lesser states.
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
import { nav } from "./nav-documents.ts";
import { ACCOUNT, overview } from "./order-rows.ts";
import { positionDocuments } from "./position-documents.ts";
import { keepPicture } from "./screenshots.ts";

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROWEST = { width: 320, height: 640 };
let stack: DashboardStack;

beforeAll(async () => {
  stack = await startDashboardStack();
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});
beforeEach(() => writeDocuments(stack.firestore.admin, positionDocuments(Date.now())));

const positions = (): string => `${stack.hosting.url}?account=${ACCOUNT}#positions`;
const OVERFLOW = "document.documentElement.scrollWidth - innerWidth";

describe("the positions view of an account in mid-session", () => {
  it.each([
    ["positions-desktop-dark", "dark", DESKTOP],
    ["positions-desktop-light", "light", DESKTOP],
    ["positions-phone-dark", "dark", PHONE],
    ["positions-phone-light", "light", PHONE],
  ] as const)("shows exits, ways and money of each group on %s", async (name, colorScheme, viewport) => {
    await using open = await stack.openPage({ colorScheme, viewport });
    const { page } = open;
    await signIn(page, positions(), OPERATOR);
    const card = page.getByTestId("position-card-g-btc");
    await eventually(() => card.getByTestId("card-profit").innerText()).toMatch(
      /\+10\.13 USD\s*\+0\.84 %\s*\+0\.42 R\s*after fees and funding/,
    );
    expect(await card.getAttribute("data-break-even-usd")).toMatch(/^59532\.066/);
    const exit = (id: string) => card.locator(`[data-exit="${id}"]`);
    const entry = (id: string) => card.locator(`[data-entry="${id}"]`);
    expect(await entry("base").innerText()).toMatch(/Base\s*filled[\s\S]*60,100\.00 USD × 0\.01/);
    // Asked 60,523.40: beyond the base, so none of the 700 to 59,400 is gone.
    expect(await entry("dca-2").innerText()).toMatch(
      /refused[\s\S]*59,400\.00[\s\S]*spread was too wide[\s\S]*0\.00 % of the way/,
    );
    expect(await entry("dca-3").innerText()).toMatch(/waiting[\s\S]*after the one before it/);
    expect(await exit("takeProfit-1").getAttribute("data-state")).toBe("TAKEN");
    expect(await exit("takeProfit-2").innerText()).toMatch(
      /resting[\s\S]*62,400\.00[\s\S]*21\.45 % of the way/,
    );
    expect(await exit("stop").innerText()).toContain("at break-even; rests at the venue");
    expect(await exit("timeLimit").innerText()).toMatch(/in 23 h 56 min/);
    const short = page.getByTestId("position-card-g-sol");
    expect(await short.locator('[data-exit="stop"]').innerText()).toContain(
      "the venue refused it: Reach max stop order limit. (-4045)",
    );
    expect(await page.getByTestId("position-card-venue-XRPUSDT-long").innerText()).toContain(
      "no group of the books explains it",
    );
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
    await keepPicture(page, name);
    expect(open.faults).toEqual([]);
  });

  it("fits the narrowest phone", async () => {
    await using open = await stack.openPage({ viewport: NARROWEST });
    const { page } = open;
    await signIn(page, positions(), READER);
    await page.getByTestId("position-card-g-btc").waitFor();
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
    await keepPicture(page, "positions-narrowest");
  });

  it("is reached from the overview by keyboard, and each card and list of exits has its name", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, `${stack.hosting.url}?account=${ACCOUNT}`, READER);
    await page.getByRole("link", { name: "Positions" }).press("Enter");
    await page.getByRole("article", { name: /BTCUSDT/ }).waitFor();
    await page.getByRole("list", { name: "Entries of BTCUSDT" }).waitFor();
    await page.getByRole("list", { name: "Exits of BTCUSDT" }).waitFor();
    await page
      .getByRole("img", { name: /^From low to high: S3 58,600\.00, S2/ })
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Skip to the positions" }).press("Enter");
    await eventually(() => page.evaluate("document.activeElement.id")).toBe("main");
  });

  it("knows no value for a group without a mark, and shows no zero in its place", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, positions(), READER);
    const card = page.getByTestId("position-card-g-eth");
    await eventually(() => card.getByTestId("card-profit").innerText()).toContain("unknown");
    expect(await card.getAttribute("data-profit-usd")).toBeNull();
    expect(await card.getByTestId("closing").innerText()).toContain("shrunk to 0.4: signal");
  });
});

describe("a lesser state of the positions view", () => {
  it("looks stale where the mark is older than the config allows", async () => {
    const nowMs = Date.now();
    const marks = Object.fromEntries(
      Object.entries(nav(nowMs).marks).map(([symbol, quote]) => [
        symbol,
        { ...quote, asOfMs: nowMs - 300_000 },
      ]),
    );
    await stack.firestore.admin.doc(`accounts/${ACCOUNT}/control/nav`).update({ marks });
    await using open = await stack.openPage({ viewport: PHONE });
    const { page } = open;
    await signIn(page, positions(), READER);
    const card = page.getByTestId("position-card-g-btc");
    await eventually(() => card.getByTestId("card-profit").innerText()).toContain("on a stale mark");
    expect(await card.getAttribute("data-mark-stale")).toBe("true");
    await keepPicture(page, "positions-stale");
  });

  it("without a position teaches the next step", async () => {
    const flat = { ...overview(Date.now()), groups: [] };
    await stack.firestore.admin.doc(`accounts/${ACCOUNT}/views/overview`).set(flat);
    await stack.firestore.admin.doc(`accounts/${ACCOUNT}/control/nav`).update({ positions: [] });
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, positions(), READER);
    await page.getByText("Flat: no open positions").waitFor();
    await page.getByText("Give it a stop and take-profits in the alert").waitFor();
    await keepPicture(page, "positions-flat");
  });
});
