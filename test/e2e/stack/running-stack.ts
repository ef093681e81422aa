// The stack that end-to-end tests share, and the way an operator would make an account on it ready for the
// next test. Every test finds the same start, in any order of the tests.
import { type App, deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { newControlState } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import { LOCAL_HOST } from "#local/ports.ts";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { ACCOUNT_ID, origin, PROJECT_ID } from "#local/stack/settings.ts";
import { launchBrowser } from "#test/support/browser.ts";
import { type ExchangePart, TestStack } from "#test/support/stack.ts";
import { outcomeOf, postCommand } from "../operator.ts";

/** Cold function processes on two cores that other suites share. */
export const STEP_TIMEOUT_MS = 90_000;
/** A refusal may stand on books of this age (REFUSING_BOOKS_LIMIT_MS of process-intent.ts). */
const OLD_BOOKS_MS = 1_000;
/** A hundred times the venue's own limit: no suite comes near it. */
const ENOUGH_WEIGHT_PER_MINUTE = 240_000;

export interface RunningStack {
  readonly stack: TestStack;
  readonly browser: Browser;
  /**
   * Restores the state that tests change: empty books, ACTIVE, the first config, brakes and faults cleared, a
   * fresh NAV.
   */
  makeReady(): Promise<void>;
  /** Ends the stack and says how it ended. */
  end(): Promise<Awaited<ReturnType<TestStack["stop"]>>>;
}

export async function startRunningStack(): Promise<RunningStack> {
  const stack = await TestStack.create();
  const [browser] = await Promise.all([launchBrowser(), stack.start()]);
  const app = initializeApp({ projectId: PROJECT_ID }, "running-stack");
  const store = getFirestore(app);
  store.settings({ host: `${LOCAL_HOST}:${stack.ports.firestore}`, ssl: false });
  const { schema: _stamp, ...firstConfig } = (await store.doc(paths.config(ACCOUNT_ID)).get()).data() ?? {};
  return {
    stack,
    browser,
    makeReady: () => makeReady(stack, store, firstConfig),
    async end() {
      await browser.close();
      await closeApp(app);
      return await stack.stop();
    },
  };
}

async function closeApp(app: App): Promise<void> {
  await getFirestore(app).terminate();
  await deleteApp(app);
}

async function makeReady(
  stack: TestStack,
  store: Firestore,
  firstConfig: Readonly<Record<string, unknown>>,
): Promise<void> {
  await mendExchange(stack);
  // Again for each: an exchange that was killed starts with the venue's own.
  await liftRequestLimit(stack);
  await runSchedule(stack.ports, "navEveryMinute");
  await forgetAlerts(store);
  const control = await store.doc(paths.control(ACCOUNT_ID)).get();
  if (isUntouched(control.data() as ControlState, firstConfig)) return;
  await commandDone(stack, { kind: "flatten" });
  await stack.database.waitFor(paths.control(ACCOUNT_ID), "end of the flatten", STEP_TIMEOUT_MS, (state) =>
    state.flatten === null && Object.keys(state.slots).length === 0 ? true : null,
  );
  expect(await isFlatAtVenue(stack)).toBe(true);
  const { throttles, protections } = newControlState(ACCOUNT_ID, 1, control.data()?.tradingState, 0);
  await store.doc(paths.control(ACCOUNT_ID)).update({ throttles, protections });
  const { version } = (await store.doc(paths.config(ACCOUNT_ID)).get()).data() ?? {};
  if (version !== firstConfig.version) {
    const config = { ...firstConfig, version };
    await commandDone(stack, { kind: "set_config", baseVersion: version, config });
  }
  await commandDone(stack, { kind: "resume" });
  const resumedAtMs = performance.now();
  await expect
    .poll(() => performance.now() - resumedAtMs, { timeout: STEP_TIMEOUT_MS })
    .toBeGreaterThan(OLD_BOOKS_MS);
  await runSchedule(stack.ports, "navEveryMinute");
}

/** A condition raises one alert an hour, and its message goes out once: another test's must not stand for this one's. */
async function forgetAlerts(store: Firestore): Promise<void> {
  const told = await Promise.all(
    [paths.alerts(ACCOUNT_ID), paths.outbox(ACCOUNT_ID)].map((path) =>
      store.collection(path).listDocuments(),
    ),
  );
  await Promise.all(told.flat().map((document) => document.delete()));
}

/** Books, latches and config are as at the stack's first start. */
function isUntouched(control: ControlState, firstConfig: Readonly<Record<string, unknown>>): boolean {
  const { tradingState, slots, protections, throttles, configVersion } = control;
  return (
    tradingState.state === "ACTIVE" &&
    Object.keys(slots).length === 0 &&
    protections.trades.length === 0 &&
    protections.locks.length === 0 &&
    throttles.errorAtMs.length === 0 &&
    configVersion === firstConfig.version
  );
}

export async function commandDone(stack: TestStack, request: object): Promise<void> {
  const commandId = await postCommand(stack, request, "as the test needs it");
  expect(await outcomeOf(stack, commandId)).toMatchObject({ status: "DONE" });
}

/** Tests ask far more often than a minute's schedules do; a ban by request weight is a subject of other suites. */
async function liftRequestLimit(stack: TestStack): Promise<void> {
  await atExchange(stack, "limits", { weightPerMinute: ENOUGH_WEIGHT_PER_MINUTE });
}

/** An admin action of an exchange (local/exchange/http/admin-routes.ts), and its answer. */
export async function atExchange(
  stack: TestStack,
  action: string,
  input: object,
  part: ExchangePart = "exchange",
): Promise<unknown> {
  const response = await fetch(`${origin(stack.ports, part)}/admin/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(200);
  return await response.json();
}

/** Resolves with the fault's id. */
export async function breakExchange(stack: TestStack, fault: object, part?: ExchangePart): Promise<number> {
  const { id } = (await atExchange(stack, "faults", fault, part)) as { readonly id: number };
  return id;
}

/** How many requests the fault has struck. */
export async function strikesOf(
  stack: TestStack,
  faultId: number,
  part: ExchangePart = "exchange",
): Promise<number> {
  const response = await fetch(`${origin(stack.ports, part)}/admin/faults`);
  const faults = (await response.json()) as readonly { readonly id: number; readonly strikes: number }[];
  const strikes = faults.find(({ id }) => id === faultId)?.strikes;
  if (strikes === undefined) throw new Error(`The exchange has no fault ${faultId} in force`);
  return strikes;
}

/** Ends one fault, or all of them. */
export async function mendExchange(
  stack: TestStack,
  faultId?: number,
  part: ExchangePart = "exchange",
): Promise<void> {
  const path = faultId === undefined ? "/admin/faults" : `/admin/faults/${faultId}`;
  const response = await fetch(`${origin(stack.ports, part)}${path}`, { method: "DELETE" });
  expect(response.status).toBe(200);
}

export async function isFlatAtVenue(stack: TestStack): Promise<boolean> {
  const { accounts } = await stack.exchangeState();
  return accounts.every(({ positions }) => positions.every(({ qtyBase }) => Number(qtyBase) === 0));
}

/** Journal kinds and alert codes of the account from a moment on. */
export async function toldSince(
  stack: TestStack,
  sinceMs: number,
): Promise<{ readonly kinds: readonly string[]; readonly codes: readonly string[] }> {
  const journal = await stack.database.documents(`accounts/${ACCOUNT_ID}/journal`);
  const alerts = await stack.database.documents(paths.alerts(ACCOUNT_ID));
  const isNew = ({ atMs }: Readonly<Record<string, unknown>>): boolean => Number(atMs) >= sinceMs;
  return {
    kinds: journal.filter(isNew).map(({ kind }) => String(kind)),
    codes: alerts.filter(isNew).map(({ code }) => String(code)),
  };
}
