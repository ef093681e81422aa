// Commanding the running stack from its own page: through Hosting's rewrite to the function, with the account's name
// typed in where that is asked, each followed on the page until it has taken effect at the venue.
import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { alertBody } from "#local/stack/alert.ts";
import { ACCOUNT_ID, origin } from "#local/stack/settings.ts";
import { START_TIMEOUT_MS, type TestStack } from "#test/support/stack.ts";
import { ACCOUNT_NAME, OUTCOME_TIMEOUT_MS } from "../operator.ts";
import { keepScreenshots, signedInPage } from "../operator-page.ts";
import { freshTimeText, postAlert } from "./alerts.ts";
import { type RunningStack, STEP_TIMEOUT_MS } from "./running-stack.ts";

/** Opens the command's form, gives the reason and, where it is asked, the account's name, and sends it. */
async function order(page: Page, kind: string, reason: string): Promise<void> {
  await page.getByTestId(`command-${kind}`).click();
  await page.getByTestId("command-reason").fill(reason);
  const name = page.getByTestId("command-accountName");
  if ((await name.count()) > 0) {
    await name.fill(ACCOUNT_NAME.toLowerCase());
    expect(await page.getByTestId("command-send").isEnabled()).toBe(false);
    await name.fill(ACCOUNT_NAME);
  }
  await page.getByTestId("command-send").click();
}

async function isFollowedTo(page: Page, number: string, end: RegExp): Promise<void> {
  const progress = page.getByTestId("command-progress");
  await expect.poll(() => progress.innerText(), { timeout: OUTCOME_TIMEOUT_MS }).toMatch(end);
  expect(await progress.innerText()).toContain(number);
}

async function receiptStatus(stack: TestStack): Promise<string> {
  const path = await postAlert(stack, "application/json", alertBody(freshTimeText(), stack.hookToken));
  return await stack.database.waitFor(path, "decision", STEP_TIMEOUT_MS, (receipt) =>
    receipt.status === "RECEIVED" ? null : String(receipt.status),
  );
}

async function heldAtVenue(stack: TestStack): Promise<number> {
  const { accounts } = await stack.exchangeState();
  return accounts.flatMap(({ positions }) => positions).filter(({ qtyBase }) => Number(qtyBase) !== 0).length;
}

async function isCommanded({ stack, browser }: { stack: TestStack; browser: Browser }): Promise<void> {
  const first = await stack.database.waitFor(
    paths.control(ACCOUNT_ID),
    "commands",
    STEP_TIMEOUT_MS,
    ({ commands }) => commands.storedCount + 1,
  );
  const page = await signedInPage(stack, browser, "#risk");
  const faults: string[] = [];
  const posted: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/commands")) posted.push(request.url());
  });
  const state = () => page.getByTestId("risk-trading-state").innerText();
  await expect.poll(state).toContain("ACTIVE");
  await keepScreenshots(page, "risk-active");
  await page.setViewportSize({ width: 390, height: 844 });

  await order(page, "pause", "CPI at 13:30");
  await isFollowedTo(page, `number ${first} in sequence`, /REDUCING/);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await expect.poll(state).toContain("REDUCING");
  expect(await page.getByTestId("needless").innerText()).not.toContain("Resume");
  expect(await receiptStatus(stack)).toBe("DENIED");

  await order(page, "resume", "The numbers are out");
  await isFollowedTo(page, `number ${first + 1} in sequence`, /ACTIVE/);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await expect
    .poll(() => receiptStatus(stack), { timeout: STEP_TIMEOUT_MS, interval: 1_000 })
    .toBe("ORDERED");
  await expect.poll(() => heldAtVenue(stack), { timeout: STEP_TIMEOUT_MS }).toBe(1);
  await expect.poll(() => page.getByTestId("limit-list").innerText()).toMatch(/Open positions\s*1 of/);

  await order(page, "flatten", "Going to bed");
  await isFollowedTo(page, `number ${first + 2} in sequence`, /Flat: nothing is held/);
  expect(await heldAtVenue(stack)).toBe(0);
  await expect.poll(state).toContain("HALTED");
  await keepScreenshots(page, "risk-flattened");
  expect(await page.getByTestId("commands-table").innerText()).toMatch(/Flatten[\s\S]*Resume[\s\S]*Pause/);
  const hosting = `${origin(stack.ports, "hosting")}/commands`;
  expect(posted.filter((url) => url === hosting)).toHaveLength(3);
  expect(posted.filter((url) => /\/commands\/[^/]+\/confirm$/.test(url))).toHaveLength(2);
  expect(faults).toEqual([]);
  await page.context().close();
}

export function commandPage(running: () => RunningStack): void {
  describe("an account commanded from the running stack's page", () => {
    it(
      "pauses, resumes and flattens through the real function, each followed to its end",
      () => isCommanded(running()),
      START_TIMEOUT_MS + 3 * OUTCOME_TIMEOUT_MS,
    );
  });
}
