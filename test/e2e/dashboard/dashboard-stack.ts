// What a test of the page needs: the local Firestore under the project's rules, the auth emulator with two users, the
// built page under the project's headers, and a browser that looks at it.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { launchBrowser } from "#test/support/browser.ts";
import { type LocalFirestore, startFirestore } from "#test/support/local-firestore.ts";
import { type AuthEmulator, startAuthEmulator } from "./auth-emulator.ts";
import { type CommandsFunction, startCommandsFunction } from "./commands-function.ts";
import { type Hosting, serveDashboard } from "./hosting.ts";
import { ACCOUNT } from "./order-rows.ts";

export const READER = { email: "reader@example.test", password: "reads-only" };
/** Reads and commands every account. */
export const OPERATOR = { email: "operator@example.test", password: "reads-all-of-it" };
/** Signs in, but no account is granted. */
export const STRANGER = { email: "stranger@example.test", password: "reads-none" };

/** How long a loaded machine may take to show what it will show. What must be fast is measured by itself. */
const EVENTUALLY_MS = 15_000;

/** Polls until the matcher holds. */
export function eventually<T>(read: () => T, timeoutMs = EVENTUALLY_MS) {
  return expect.poll(read, { timeout: timeoutMs, interval: 25 });
}

export interface DashboardStack extends AsyncDisposable {
  readonly firestore: LocalFirestore;
  readonly auth: AuthEmulator;
  readonly hosting: Hosting;
  readonly commands: CommandsFunction;
  readonly browser: Browser;
  /** A page in a context of its own; `faults` collects what went wrong in it, also policy violations. */
  openPage(options?: BrowserContextOptions): Promise<OpenPage>;
}

interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  readonly faults: string[];
}

export async function startDashboardStack(): Promise<DashboardStack> {
  const firestore = await startFirestore();
  const auth = await startAuthEmulator(firestore.projectId);
  await auth.addUser(READER.email, READER.password, { role: "viewer", accounts: [ACCOUNT] });
  await auth.addUser(STRANGER.email, STRANGER.password, {});
  await auth.addUser(OPERATOR.email, OPERATOR.password, { role: "operator" });
  const commands = await startCommandsFunction(firestore, auth);
  const settings = {
    "/__/firebase/init.json": { projectId: firestore.projectId, apiKey: "fake-api-key" },
    "/local.json": { firestore: { host: "127.0.0.1", port: firestore.port }, auth: { url: auth.url } },
  };
  const hosting = await serveDashboard(settings, commands.handle);
  const browser = await launchBrowser();
  return {
    firestore,
    auth,
    hosting,
    commands,
    browser,
    async openPage(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
      // Below the runner's own limit, so that a failure names the step.
      context.setDefaultTimeout(EVENTUALLY_MS);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      return { page, faults, [Symbol.asyncDispose]: () => context.close() };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await hosting[Symbol.asyncDispose]();
      await auth[Symbol.asyncDispose]();
      await firestore[Symbol.asyncDispose]();
    },
  };
}

export async function signIn(
  page: Page,
  url: string,
  who: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.goto(url);
  await page.getByTestId("sign-in-email").fill(who.email);
  await page.getByTestId("sign-in-password").fill(who.password);
  await page.getByTestId("sign-in-submit").click();
}
