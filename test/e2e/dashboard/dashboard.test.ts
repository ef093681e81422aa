// The first screen in a real browser over the real Firestore wire. In mid-session it shows all, live,
// announced, and without moving the page. In every lesser state it says which state, why, and the remedy. The
// unknown is never shown as zero; old values are never shown as fresh.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { HostingConfig } from "#local/stack/hosting-config.ts";
import { type LocalFirestore, startFirestore } from "#test/support/local-firestore.ts";
import { accountDocuments, writeDocuments } from "./account-documents.ts";
import {
  type DashboardStack,
  eventually,
  OPERATOR,
  READER,
  STRANGER,
  signIn,
  startDashboardStack,
} from "./dashboard-stack.ts";
import { nav } from "./nav-documents.ts";
import { ACCOUNT, order, overview } from "./order-rows.ts";
import { keepPicture } from "./screenshots.ts";

const DIST = new URL("../../../hosting/dist/", import.meta.url);
/** The web SDK's channel waits 5 to 15 s before it tries a broken back channel again, and may have to twice. */
const RECONNECTED_MS = 40_000;
let stack: DashboardStack;
let closed: LocalFirestore;

beforeAll(async () => {
  stack = await startDashboardStack();
  closed = await startFirestore({
    rules:
      "rules_version = '2'; service cloud.firestore { match /databases/{d}/documents { match /{p=**} { allow read, write: if false; } } }",
  });
  await stack.auth.addUser("fresh@example.test", "reads-fresh", { role: "viewer", accounts: ["fresh"] });
});
afterAll(async () => {
  await closed?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

describe("before there is an account to show", () => {
  it("paints its frame without waiting for any data", async () => {
    await using open = await stack.openPage();
    await open.page.route("**/__/firebase/init.json", () => undefined);
    await open.page.goto(stack.hosting.url);
    await open.page.getByText("Starting").waitFor();
    expect(await open.page.getByRole("banner").innerText()).toContain("Ballast");
  });

  it("asks for the sign-in, works by keyboard alone and says what was wrong with it", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await page.goto(stack.hosting.url);
    await page.getByLabel("E-mail").fill(READER.email);
    await page.getByLabel("E-mail").press("Tab");
    await page.keyboard.type("not the password");
    await page.keyboard.press("Enter");
    await page.getByText("E-mail or password is wrong. Check both and try again.").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("wrong");
    await keepPicture(page, "signed-out");
    await page.getByLabel("Password").fill(READER.password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByTestId("sign-in-submit").waitFor();
  });

  it("says that no account is granted, and whom to ask", async () => {
    await using open = await stack.openPage();
    await signIn(open.page, stack.hosting.url, STRANGER);
    await open.page.getByText("no account is granted to it").waitFor();
    await open.page.getByText("Ask an operator to add an account").waitFor();
    await keepPicture(open.page, "no-account");
  });

  it("says that the address does not serve the project's settings, and how to serve them", async () => {
    await using open = await stack.openPage();
    await open.page.route("**/local.json", (route) => route.fulfill({ status: 404, body: "" }));
    await open.page.goto(stack.hosting.url);
    await open.page.getByText("/local.json is not served here").waitFor();
    await open.page.getByText("Start the stack with “npm start”").waitFor();
  });
});

describe("an account", () => {
  it("that has nothing yet teaches the next step and shows no zero for the unknown", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, { email: "fresh@example.test", password: "reads-fresh" });
    await eventually(() => page.getByTestId("nav-value").textContent()).toBe("unknown: not written yet");
    await page.getByText("No orders yet", { exact: true }).waitFor();
    await page.getByText("No signals yet", { exact: true }).waitFor();
    await page.getByText("The NAV schedule adds a sample every minute").waitFor();
    expect(await page.getByTestId("trading-state").textContent()).toBe("unknown: not written yet");
    expect(await page.locator("main").innerText()).not.toMatch(/(^|\s)0(\.00)?\s?(USD|%)/m);
    await keepPicture(page, "empty");
  });

  it("that may not be read says so, and what to do", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await page.route("**/local.json", (route) =>
      route.fulfill({
        json: { firestore: { host: "127.0.0.1", port: closed.port }, auth: { url: stack.auth.url } },
      }),
    );
    await signIn(page, stack.hosting.url, READER);
    await page.getByRole("heading", { name: "You may not read this account" }).waitFor();
    await page.getByText("Ask an operator to add the account to this user’s claims").waitFor();
    await keepPicture(page, "permission-denied");
  });

  it("is chosen by an operator among all accounts, and the address remembers which", async () => {
    await writeDocuments(stack.firestore.admin, accountDocuments(Date.now()));
    await stack.firestore.admin
      .doc("accounts/zweit")
      .set({ accountId: "zweit", name: "Second", venue: "bybit-linear", mode: "live" });
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, OPERATOR);
    await page.getByTestId("account-select").selectOption("zweit");
    await page.getByText("Live money").waitFor();
    expect(page.url()).toContain("account=zweit");
    await page.reload();
    await page.getByText("Live money").waitFor();
    expect(await page.getByTestId("account-select").inputValue()).toBe("zweit");
  });
});

describe("numbers that are not fresh", () => {
  it("look stale: badge, date, reason and the failed source, and the last good value is kept", async () => {
    await writeDocuments(stack.firestore.admin, accountDocuments(Date.now()));
    const nowMs = Date.now();
    const asOfMs = nowMs - 21 * 60_000;
    const failed = { ok: false, asOfMs, error: "balances: request timed out after 5 s" };
    const good = nav(nowMs);
    const stale = { ...good, stale: true, asOfMs, sources: { ...good.sources, balances: failed } };
    await stack.firestore.admin.doc(`accounts/${ACCOUNT}/control/nav`).set(stale);
    await using open = await stack.openPage({ colorScheme: "dark" });
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    await page.getByTestId("stale-badge").waitFor();
    expect(await page.getByTestId("nav-value").textContent()).toBe("10,342.19");
    expect(await page.getByTestId("nav-age").textContent()).toBe("21 min ago");
    const ink = (selector: string) =>
      page.evaluate(`getComputedStyle(document.querySelector("${selector}")).color`);
    expect(await ink("[data-testid=nav-value]")).toBe(await ink(".tile .note"));
    const verdict = page.getByTestId("verdict");
    await eventually(() => verdict.innerText()).toContain(
      "NAV stands still since 21 min ago: balances failed.",
    );
    expect(await verdict.innerText()).toContain("balances: request timed out after 5 s");
    await page.locator("[data-testid=equity-chart] canvas").waitFor();
    await keepPicture(page, "stale");
  });

  it("stay on the page while the network is gone, said to be the last known, and come back by themselves", async () => {
    await writeDocuments(stack.firestore.admin, accountDocuments(Date.now()));
    await using open = await stack.openPage({ colorScheme: "dark" });
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    await eventually(() => page.getByTestId("connection").innerText()).toBe("Live");
    await page.getByTestId("orders-table").locator("tbody tr").first().waitFor();
    await page.context().setOffline(true);
    await eventually(() => page.getByTestId("connection").innerText()).toBe("Offline");
    expect(await page.getByTestId("verdict").innerText()).toContain("This device is offline.");
    expect(await page.getByTestId("stale-badge").innerText()).toBe("Last known");
    expect(await page.getByTestId("nav-value").textContent()).toBe("10,342.19");
    expect(await page.getByTestId("order-row-b-44d9-0").innerText()).toContain("FILLED");
    await keepPicture(page, "offline");
    await page.context().setOffline(false);
    await eventually(() => page.getByTestId("connection").innerText()).toBe("Live");
  });

  it("become live again by themselves after Firestore was killed and came back", async () => {
    const { firestore, hosting } = stack;
    await writeDocuments(firestore.admin, accountDocuments(Date.now()));
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, hosting.url, READER);
    await eventually(() => page.getByTestId("nav-value").textContent()).toBe("10,342.19");
    await firestore.restart("killed");
    const document = firestore.admin.doc(`accounts/${ACCOUNT}/control/nav`);
    // The writer's own connection died with the server: a call may fail until it has a new one.
    await vi.waitFor(() => document.set({ ...nav(Date.now()), navUsd: "10400" }), RECONNECTED_MS);
    await eventually(() => page.getByTestId("nav-value").textContent(), RECONNECTED_MS).toBe("10,400.00");
    await eventually(() => page.getByTestId("connection").innerText()).toBe("Live");
  }, 60_000);

  it("of a document that cannot be read are not shown, and the rest of the page still is", async () => {
    await writeDocuments(stack.firestore.admin, accountDocuments(Date.now()));
    await stack.firestore.admin
      .doc(`accounts/${ACCOUNT}/control/peak`)
      .set({ accountId: ACCOUNT, peakUsd: 10411.6 });
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    await eventually(() => page.getByTestId("verdict").innerText()).toContain(
      "Drawdown unknown: unreadable (baselineId is not text).",
    );
    await eventually(() => page.getByTestId("nav-value").textContent()).toBe("10,342.19");
    expect(open.faults).toEqual([]);
  });
});

/** Of every answer of the deployed host, as firebase.json has them. */
async function deployedHeaders(): Promise<Record<string, string>> {
  const file = new URL("../../../firebase.json", import.meta.url);
  const { hosting } = JSON.parse(await readFile(file, "utf8")) as { readonly hosting: HostingConfig };
  const every = hosting.headers.find(({ source }) => source === "**")?.headers ?? [];
  return Object.fromEntries(every.map(({ key, value }) => [key, value]));
}

describe("on a public host", () => {
  it("the page cannot reach this machine under the headers that are deployed, and reads no local settings", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    const asked: string[] = [];
    const headers = await deployedHeaders();
    await page.route("http://dashboard.example/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      asked.push(pathname);
      if (pathname === "/__/firebase/init.json")
        return route.fulfill({ json: { projectId: "p", apiKey: "k" } });
      const file = pathname === "/" ? "index.html" : pathname.slice(1);
      const contentType = file.endsWith(".js")
        ? "text/javascript"
        : file.endsWith(".css")
          ? "text/css"
          : "text/html";
      const body = await readFile(new URL(file, DIST), "utf8");
      return route.fulfill({ body, headers: { ...headers, "content-type": contentType } });
    });
    await page.goto("http://dashboard.example/");
    await page.getByTestId("sign-in-submit").waitFor();
    expect(asked).not.toContain("/local.json");
    const violated = page.evaluate(`new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
      fetch("http://127.0.0.1:9/").catch(() => undefined);
    })`);
    expect(await violated).toBe("connect-src");
  });
});

const PHONE = { width: 390, height: 844 };

describe("an account in mid-session", () => {
  beforeEach(() => writeDocuments(stack.firestore.admin, accountDocuments(Date.now())));

  it.each([
    ["desktop-dark", "dark", undefined],
    ["desktop-light", "light", undefined],
    ["phone-dark", "dark", PHONE],
    ["phone-light", "light", PHONE],
  ] as const)(
    "shows safety, holdings, orders and reasons without a fault on %s",
    async (name, colorScheme, viewport) => {
      await using open = await stack.openPage({
        colorScheme,
        ...(viewport === undefined ? {} : { viewport }),
      });
      const { page } = open;
      await signIn(page, stack.hosting.url, READER);
      await eventually(() => page.getByTestId("nav-value").textContent()).toBe("10,342.19");
      await eventually(() => page.getByTestId("nav-age").textContent()).toMatch(/^\d+ s ago$/);
      expect(await page.getByTestId("nav-age").getAttribute("title")).toMatch(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/,
      );
      expect(await page.getByTestId("stale-badge").isVisible()).toBe(false);
      await eventually(() => page.getByTestId("trading-state").textContent()).toContain("ACTIVE");
      await eventually(() => page.getByTestId("positions-table").innerText()).toContain("+0.012");
      expect(await page.getByTestId("positions-table").innerText()).toContain("−17");
      expect(await page.getByTestId("order-row-b-44d9-0").innerText()).toContain("FILLED");
      expect(await page.getByTestId("orders-table").innerText()).toContain("Margin is insufficient (-2019)");
      const receipts = page.getByTestId("receipts-table");
      await eventually(() => receipts.innerText()).toContain(
        "SOLUSDT exposure would be 6,240.40 USD; the limit is 5,000.00 USD.",
      );
      await page.locator("[data-testid=equity-chart] canvas").waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await keepPicture(page, name);
      expect(open.faults).toEqual([]);
    },
  );

  it("names its landmarks, tables and charts for a screen reader, and leads past the bar by keyboard", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    await page.getByTestId("orders-table").locator("tbody tr").first().waitFor();
    for (const region of [
      "Am I safe?",
      "Is the account growing?",
      "What do I hold?",
      "What is happening?",
      "Why?",
    ]) {
      await page.getByRole("region", { name: region }).first().waitFor();
    }
    for (const caption of ["Open positions", "Orders, newest first"]) {
      await page.getByRole("table", { name: caption }).waitFor();
    }
    await page.getByRole("banner").waitFor();
    await page.getByRole("img", { name: /^Equity curve, \d+ samples\. Change [+−]/ }).waitFor();
    await page.locator("body").press("Tab");
    expect(await page.locator(":focus").innerText()).toBe("Skip to the overview");
    await page.locator(":focus").press("Enter");
    await eventually(() => page.evaluate("document.activeElement.id")).toBe("main");
  });

  it("reads the equity curve's values by arrow keys", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    const chart = page.getByRole("img", { name: /^Equity curve/ });
    await page.locator("[data-testid=equity-chart] canvas").waitFor();
    const readout = page.locator(".readout");
    await eventually(() => readout.textContent()).toMatch(/^10,342\.19 USD at .* UTC$/);
    await chart.press("ArrowLeft");
    await eventually(() => readout.textContent()).not.toMatch(/^10,342\.19 USD/);
    expect(await readout.textContent()).toMatch(/^[\d,]+\.\d\d USD at \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
  });
});

describe("a change in the books", () => {
  beforeEach(() => writeDocuments(stack.firestore.admin, accountDocuments(Date.now())));

  it("shows a fill within a second and announces it", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    await page.getByTestId("order-row-b-7f3a-0").waitFor();
    const document = stack.firestore.admin.doc(`accounts/${ACCOUNT}/views/overview`);
    const before = overview(Date.now());
    const working = order({
      clientOrderId: "b-new-0",
      createdAtMs: Date.now(),
      status: "ACCEPTED",
      filledQtyBase: "0",
      averagePriceUsd: null,
    });
    await document.set({ ...before, orders: [working, ...before.orders] });
    await eventually(() => page.getByTestId("order-row-b-new-0").innerText()).toContain("ACCEPTED");
    const filledAtMs = Date.now();
    await document.set({
      ...before,
      orders: [order({ clientOrderId: "b-new-0", createdAtMs: filledAtMs }), ...before.orders],
    });
    await page.getByTestId("order-row-b-new-0").getByText("FILLED", { exact: true }).waitFor();
    const shownAfterMs = Date.now() - filledAtMs;
    expect(shownAfterMs).toBeLessThan(1_000);
    await eventually(() => page.getByRole("log").textContent()).toBe(
      "Filled: bought 0.012 BTCUSDT at 60,123.40 USD",
    );
  });

  it("moves nothing on the page while marks, NAV and order states stream in", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, READER);
    await page.locator("[data-testid=equity-chart] canvas").waitFor();
    await page.getByTestId("receipts-table").locator("tbody tr").first().waitFor();
    await page.evaluate(`globalThis.shifted = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifted += entry.value; })
        .observe({ type: "layout-shift", buffered: false });`);
    const { admin } = stack.firestore;
    for (let step = 1; step <= 20; step += 1) {
      const nowMs = Date.now();
      const shown = overview(nowMs);
      const filled = step < 20 ? String(17 + step) : "42";
      const status = step < 20 ? "PARTIALLY_FILLED" : "FILLED";
      const orders = shown.orders.map((one, index) =>
        index === 0 ? { ...one, filledQtyBase: filled, status, updatedAtMs: nowMs } : one,
      );
      const marked = nav(nowMs);
      await Promise.all([
        admin.doc(`accounts/${ACCOUNT}/views/overview`).set({ ...shown, orders }),
        admin.doc(`accounts/${ACCOUNT}/control/nav`).set({ ...marked, navUsd: `${10_342 + step * 37}.5` }),
      ]);
    }
    await page.getByTestId("order-row-b-7f3a-0").getByText("FILLED", { exact: true }).waitFor();
    await eventually(() => page.getByTestId("nav-value").textContent()).toBe("11,082.50");
    expect(await page.evaluate("globalThis.shifted")).toBeLessThan(0.001);
    expect(open.faults).toEqual([]);
  });
});
