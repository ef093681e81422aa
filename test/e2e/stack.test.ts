// The whole product on one machine, as its operator meets it: alerts and their fills, the page and its commands, outages
// and power cuts. One stack for all: starting one costs more than most of what is asked of it here.
// Proves: adapters/auth/app-auth.ts, entry/
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { START_TIMEOUT_MS } from "#test/support/stack.ts";
import { commandPage } from "./stack/command-page.ts";
import { failClosed } from "./stack/fail-closed.ts";
import { money } from "./stack/money.ts";
import { powerCuts } from "./stack/power-cut.ts";
import { type RunningStack, startRunningStack } from "./stack/running-stack.ts";
import { signals } from "./stack/signals.ts";

/** A flatten, two commands and schedules, on cold function processes. */
const READY_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 60_000;

let running: RunningStack | null = null;
let hasFailed = false;

function started(): RunningStack {
  if (running === null) throw new Error("The stack did not start");
  return running;
}

beforeAll(async () => {
  running = await startRunningStack();
}, START_TIMEOUT_MS);

beforeEach(() => started().makeReady(), READY_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  const end = await running?.end();
  if (!hasFailed) running?.stack.remove();
  expect(end).toEqual({ exitCode: 0, leftBehind: [] });
}, STOP_TIMEOUT_MS);

signals(started);
commandPage(started);
failClosed(started);
money(started);
powerCuts(started);
