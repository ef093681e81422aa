// The running stack's own page in a real browser, signed in as its operator, and pictures of it for people.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { OPERATOR, origin } from "#local/stack/settings.ts";
import type { TestStack } from "#test/support/stack.ts";

const SCREENSHOTS = join(import.meta.dirname, "screenshots");
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const THEMES = ["light", "dark"] as const;
/** Cold function processes on two cores that other suites share. */
const STEP_TIMEOUT_MS = 60_000;

/** `address` is below the page's own. */
export async function signedInPage(stack: TestStack, browser: Browser, address = ""): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZES.desktop, timezoneId: "UTC" });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  await page.goto(`${origin(stack.ports, "hosting")}/${address}`);
  await page.getByTestId("sign-in-email").fill(OPERATOR.email);
  await page.getByTestId("sign-in-password").fill(OPERATOR.password);
  await page.getByTestId("sign-in-submit").click();
  await page.getByTestId("nav-value").getByText(/\d/).waitFor();
  return page;
}

/** Both sizes in both themes. */
export async function keepScreenshots(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of THEMES) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: theme });
      const path = join(SCREENSHOTS, `${name}-${size}-${theme}.png`);
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    }
  }
}
