// The risk view in a real browser over the real Firestore wire: limits, drawdown, brakes and states in the functions'
// own numbers, in the account's good and its bad hours, on desktop and phone; and it moves nothing while it counts.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeDocuments } from "./account-documents.ts";
import { control } from "./control-documents.ts";
import {
  type DashboardStack,
  eventually,
  OPERATOR,
  READER,
  signIn,
  startDashboardStack,
} from "./dashboard-stack.ts";
import { nav } from "./nav-documents.ts";
import { ACCOUNT } from "./order-rows.ts";
import { untoldMessages } from "./outbox-documents.ts";
import { bannedWhileFlattening, haltedByDrawdown, riskDocuments } from "./risk-documents.ts";
import { keepPicture } from "./screenshots.ts";

const PHONE = { width: 390, height: 844 };
let stack: DashboardStack;

beforeAll(async () => {
  stack = await startDashboardStack();
  await stack.auth.addUser("new@example.test", "reads-the-new", { role: "trader", accounts: ["new"] });
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

const risk = (): string => `${stack.hosting.url}?account=${ACCOUNT}#risk`;

describe("the risk view of an account in mid-session", () => {
  beforeEach(() => writeDocuments(stack.firestore.admin, riskDocuments(Date.now())));

  it.each([
    ["risk-desktop-dark", "dark", undefined],
    ["risk-desktop-light", "light", undefined],
    ["risk-phone-dark", "dark", PHONE],
    ["risk-phone-light", "light", PHONE],
  ] as const)(
    "shows limits, drawdown, brakes, denials and commands on %s",
    async (name, colorScheme, viewport) => {
      await using open = await stack.openPage({
        colorScheme,
        ...(viewport === undefined ? {} : { viewport }),
      });
      const { page } = open;
      await signIn(page, risk(), OPERATOR);
      await eventually(() => page.getByTestId("risk-trading-state").textContent()).toContain("ACTIVE");
      await eventually(() => page.getByTestId("horizon").textContent()).toMatch(/^2 h 1[34] min$/);
      await eventually(() => page.getByTestId("stoploss-room").textContent()).toBe("342.19");
      const closest = page.getByTestId("limit-list").locator("li").first();
      await eventually(() => closest.innerText()).toMatch(/SOLUSDT exposure\s*reached/);
      expect(await closest.innerText()).toContain("6,225.85 of 5,000.00 USD");
      const ladder = page.getByTestId("drawdown-ladder");
      await eventually(() => ladder.innerText()).toMatch(
        /Halt[\s\S]*−10\.00 %[\s\S]*9,370\.44 USD[\s\S]*971\.75 USD away/,
      );
      const brakes = page.getByTestId("brake-list");
      await eventually(() => brakes.innerText()).toMatch(
        /StoplossGuard holds long entries[\s\S]*2[01] min \d\d s/,
      );
      expect(await page.getByTestId("denial-list").innerText()).toContain(
        "SOLUSDT exposure would be 6,240.40 USD; the limit is 5,000.00 USD.",
      );
      expect(await page.getByTestId("source-peak").innerText()).toContain(
        "rebuilt from the NAV series 3 h ago, 2,880 samples; baseline baseline-1",
      );
      await eventually(() => page.getByTestId("commands-table").innerText()).toContain(
        "No brake holds ETHUSDT",
      );
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await keepPicture(page, name);
      expect(open.faults).toEqual([]);
    },
  );

  it("is reached from the overview by keyboard, and the address keeps it", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, stack.hosting.url, OPERATOR);
    await page.getByTestId("positions-table").waitFor();
    const link = page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Risk" });
    for (let presses = 0; presses < 6; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate("document.activeElement.textContent")) === "Risk") break;
    }
    await page.keyboard.press("Enter");
    await page.getByTestId("limit-list").waitFor();
    expect(new URL(page.url()).hash).toBe("#risk");
    expect(await link.getAttribute("aria-current")).toBe("page");
    await page.reload();
    await page.getByTestId("limit-list").waitFor();
    await page.getByRole("link", { name: "Skip to the risk view" }).press("Enter");
    await eventually(() => page.evaluate("document.activeElement.id")).toBe("main");
    expect(new URL(page.url()).hash).toBe("#risk");
    await page.goBack();
    await page.getByTestId("positions-table").waitFor();
  });

  it("names its regions and pictures for a screen reader", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    for (const region of [
      "May it trade?",
      "How close to the limits?",
      "How deep is the drawdown?",
      "What holds entries back?",
      "What was refused?",
      "Can the numbers be trusted?",
      "What went wrong?",
      "What was ordered?",
    ]) {
      await page.getByRole("region", { name: region }).first().waitFor();
    }
    await page.getByRole("table", { name: "From the peak down: what happens at which NAV" }).waitFor();
    await page.getByRole("group", { name: "Brake" }).waitFor();
  });

  it("moves nothing while NAV, use and countdowns stream in", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    await page.getByTestId("brake-list").waitFor();
    await page.getByTestId("commands-table").waitFor();
    await page.evaluate(`globalThis.shifted = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifted += entry.value; })
        .observe({ type: "layout-shift", buffered: false });`);
    const { admin } = stack.firestore;
    for (let step = 1; step <= 12; step += 1) {
      const nowMs = Date.now();
      await Promise.all([
        admin.doc(`accounts/${ACCOUNT}/control/nav`).set({ ...nav(nowMs), navUsd: `${10_342 - step}.5` }),
        admin
          .doc(`accounts/${ACCOUNT}/control/peak`)
          .update({ drawdownBps: 67 + step, asOfMs: nowMs, dayPnlUsd: `${75 - step}.2` }),
      ]);
    }
    await eventually(() => page.getByTestId("drawdown-words").innerText()).toContain("0.79 % below the peak");
    expect(await page.evaluate("globalThis.shifted")).toBeLessThan(0.001);
    expect(open.faults).toEqual([]);
  });
});

describe("an account in a bad hour", () => {
  afterEach(async () => {
    const outbox = await stack.firestore.admin.collection(`accounts/${ACCOUNT}/outbox`).get();
    await Promise.all(outbox.docs.map(({ ref }) => ref.delete()));
  });

  it("halted by its drawdown says by whom, why, what ends it, and where it stands among the grades", async () => {
    await writeDocuments(stack.firestore.admin, haltedByDrawdown(Date.now()));
    await using open = await stack.openPage({ colorScheme: "dark" });
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    await eventually(() => page.getByTestId("risk-trading-state").textContent()).toContain("HALTED");
    expect(await page.getByTestId("state-ends").innerText()).toBe(
      "Does not end by itself: an operator must resume, with a reason",
    );
    const control = page.getByRole("region", { name: "May it trade?" });
    expect(await control.innerText()).toContain("Drawdown of 10.40 % reached grade HALT at 10.00 %");
    await eventually(() => page.getByTestId("drawdown-words").innerText()).toContain(
      "10.40 % below the peak; 478.93 USD more to lose until flatten.",
    );
    expect(await page.getByTestId("command-stop").isEnabled()).toBe(true);
    expect(await page.getByTestId("command-pause").isEnabled()).toBe(false);
    await keepPicture(page, "risk-halted");
  });

  it("banned by the venue while flattening shows the ban's end, the tries, and what is left", async () => {
    await writeDocuments(stack.firestore.admin, bannedWhileFlattening(Date.now()));
    await using open = await stack.openPage({ colorScheme: "light" });
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    const flattening = page.getByTestId("flattening");
    await eventually(() => flattening.innerText()).toContain("3 close orders sent");
    await eventually(() => flattening.innerText()).toContain("left: long 0.012 BTCUSDT and short 17 SOLUSDT");
    await eventually(() => page.getByTestId("brake-list").innerText()).toMatch(
      /Venue ban holds every request[\s\S]*4 min [0-3]\d s/,
    );
    await eventually(() => page.getByTestId("source-balances").innerText()).toContain("FAILED");
    await page.getByText("Stale prices").waitFor();
    await keepPicture(page, "risk-banned");
  });

  it("with a control document that cannot be read computes nothing from it, and still lets it be stopped", async () => {
    await writeDocuments(stack.firestore.admin, riskDocuments(Date.now()));
    await stack.firestore.admin.doc(`accounts/${ACCOUNT}/control/state`).update({ lease: "nobody" });
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    await page
      .getByText("Cannot be shown: the control document is unreadable (lease is not a map)")
      .first()
      .waitFor();
    expect(await page.getByTestId("limit-list").count()).toBe(0);
    expect(await page.getByTestId("command-stop").isEnabled()).toBe(true);
    await keepPicture(page, "risk-unreadable");
    expect(open.faults).toEqual([]);
  });

  it.each([
    ["desktop", "light", undefined],
    ["phone", "dark", PHONE],
  ] as const)(
    "that people are not shown, and whose messages nobody got, says both with age, exact time and remedy on %s",
    async (name, colorScheme, viewport) => {
      const nowMs = Date.now();
      const sinceMs = nowMs - 200_000;
      await writeDocuments(stack.firestore.admin, {
        ...riskDocuments(nowMs, { telemetryFailingSinceMs: sinceMs }),
        ...untoldMessages(nowMs),
      });
      await using open = await stack.openPage({
        colorScheme,
        ...(viewport === undefined ? {} : { viewport }),
      });
      const { page } = open;
      await signIn(page, risk(), OPERATOR);
      const unshown = page.getByTestId("untold-unshown");
      await eventually(() => unshown.innerText()).toMatch(
        /may be old[\s\S]*Check the store[\s\S]*Trading halts in \d+ (min|s)[\s\S]*3 min ago/,
      );
      const exact = new Date(sinceMs).toISOString().replace("T", " ").replace("Z", " UTC");
      expect(await unshown.locator("time").getAttribute("title")).toBe(exact);
      const verdict = page.getByTestId("verdict");
      expect(await verdict.innerText()).toMatch(
        /may be old: they cannot be stored for people\. Since 3 min ago/,
      );
      expect(await verdict.locator(`time[title="${exact}"]`).count()).toBe(1);
      expect(await page.getByTestId("source-shown").innerText()).toContain("FAILED");
      const givenUp = page.getByTestId("untold-m-1");
      await eventually(() => givenUp.innerText()).toMatch(
        /This message reached no person: NAV_STALE: NAV stood still[\s\S]*HTTP 410[\s\S]*BALLAST_NOTIFIER_URL[\s\S]*1 d 2 h ago/,
      );
      expect(await page.getByTestId("untold-unsent").innerText()).toContain("The receiver failed: HTTP 503");
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await keepPicture(page, `risk-untold-${name}`);
      expect(open.faults).toEqual([]);
    },
  );

  it("that is quiet says so: no session, no brake, nothing refused", async () => {
    const documents = riskDocuments(Date.now());
    await writeDocuments(stack.firestore.admin, documents);
    await stack.firestore.admin.doc(`accounts/${ACCOUNT}/control/state`).set(control(Date.now()));
    await using open = await stack.openPage({ colorScheme: "light" });
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    await page.getByTestId("no-brakes").waitFor();
    await page.getByText("“Start” arms a session").waitFor();
    expect(await page.getByTestId("command-set_horizon").getAttribute("title")).toBe(
      "No session is armed; start one",
    );
    expect(await page.getByTestId("needless").innerText()).toBe(
      "Not now. Resume: Trading is ACTIVE already. Set horizon and Set stop-loss: No session is armed; start one.",
    );
    await keepPicture(page, "risk-quiet");
  });

  it("that has nothing yet teaches the next step and shows no zero for the unknown", async () => {
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, `${stack.hosting.url}#risk`, { email: "new@example.test", password: "reads-the-new" });
    await page.getByText("Trading state unknown: not written yet", { exact: true }).waitFor();
    await page.getByText("No limits: no config is active").waitFor();
    await page.getByText("No commands yet").waitFor();
    expect(await page.locator("main").innerText()).not.toMatch(/(^|\s)0(\.00)?\s?(USD|%)/m);
    await keepPicture(page, "risk-empty");
  });

  it("is shown as last known while this device is offline, and no command can be given", async () => {
    await writeDocuments(stack.firestore.admin, riskDocuments(Date.now()));
    await using open = await stack.openPage({ colorScheme: "dark" });
    const { page } = open;
    await signIn(page, risk(), OPERATOR);
    await page.getByTestId("brake-list").waitFor();
    await page.context().setOffline(true);
    await eventually(() => page.getByTestId("hindrance").innerText()).toContain(
      "Offline: no command can be sent from here.",
    );
    expect(await page.getByTestId("command-flatten").isEnabled()).toBe(false);
    expect(await page.getByTestId("brake-list").innerText()).toContain("StoplossGuard");
    expect(await page.getByTestId("source-nav").innerText()).toContain("last known");
    await keepPicture(page, "risk-offline");
  });

  it("may be read without the right to command it: no button, but why, and whom to ask", async () => {
    await writeDocuments(stack.firestore.admin, riskDocuments(Date.now()));
    await using open = await stack.openPage();
    const { page } = open;
    await signIn(page, risk(), READER);
    await eventually(() => page.getByTestId("hindrance").innerText()).toContain(
      "Ask an operator to give your user",
    );
    expect(await page.getByTestId("command-stop").count()).toBe(0);
    expect(await page.getByRole("button", { name: /^Acknowledge/ }).count()).toBe(0);
  });
});
