// The banner speaks of conditions that hold now: an alert whose condition is seen to be over leaves it, and one of which
// the page cannot know stays.
import { describe, expect, it } from "vitest";
import { isOver } from "#hosting/model/alert-ends.ts";
import type { AlertRow } from "#hosting/model/rows.ts";
import { verdictOf } from "#hosting/model/safety.ts";
import { nothingYet } from "#hosting/model/state.ts";
import { knownValue, type Watched } from "#hosting/model/watched.ts";
import { latchWith, throttlesWith } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const TOLD_MS = NOW_MS - 60_000;

function alert(code: string, overrides: Partial<AlertRow> = {}): AlertRow {
  return {
    alertId: `a-${code}`,
    atMs: TOLD_MS,
    severity: "critical",
    code,
    message: `Told as ${code}`,
    remedy: "Mend it",
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    ...overrides,
  } as AlertRow;
}

function changed<T>(watched: Watched<T>, change: Partial<T>): Watched<T> {
  const value = knownValue(watched);
  if (value === null) throw new Error("nothing to change");
  return { kind: "value", value: { ...value, ...change }, fromCache: false };
}

const base = accountData();
const FLATTEN = {
  flattenId: "f",
  orderedBy: "watchdog",
  reason: "data frozen",
  orderedAtMs: TOLD_MS,
  step: 1,
  lastTriedAtMs: null,
};
const missing = { kind: "missing" } as const;
const after = TOLD_MS + 1;
const latched = (stateWord: "ACTIVE" | "HALTED", atMs: number) =>
  changed(base.control, { updatedAtMs: after, tradingState: latchWith({ state: stateWord, atMs }) });
const banned = (untilMs: number) =>
  changed(base.control, { updatedAtMs: after, throttles: throttlesWith({ venueBannedUntilMs: untilMs }) });

interface Case {
  readonly code: string;
  readonly over: ReturnType<typeof accountData>;
  readonly holds: ReturnType<typeof accountData>;
}

const valued = (asOfMs: number, stale = false) => accountData({ nav: changed(base.nav, { asOfMs, stale }) });
const peaked = (asOfMs: number) => accountData({ peak: changed(base.peak, { asOfMs }) });

describe.each<Case>([
  { code: "VENUE_KEYS_MISSING", over: valued(after), holds: valued(TOLD_MS) },
  { code: "VENUE_KEYS_MISSING", over: valued(after), holds: valued(after, true) },
  { code: "PEAK_MISSING", over: peaked(after), holds: accountData({ peak: missing }) },
  { code: "PEAK_STALE", over: peaked(after), holds: peaked(TOLD_MS - 400_000) },
  {
    code: "TELEMETRY_HALT",
    over: accountData({ control: latched("ACTIVE", after) }),
    holds: accountData({ control: latched("HALTED", after) }),
  },
  {
    code: "DAILY_LOSS",
    over: accountData({ control: latched("ACTIVE", after) }),
    holds: accountData({ control: latched("ACTIVE", TOLD_MS) }),
  },
  {
    code: "VENUE_BAN",
    over: accountData({ control: banned(NOW_MS - 1) }),
    holds: accountData({ control: banned(NOW_MS + 1) }),
  },
  {
    code: "FLATTEN_SLOW",
    over: accountData({ control: changed(base.control, { updatedAtMs: after, flatten: null }) }),
    holds: accountData({ control: changed(base.control, { updatedAtMs: after, flatten: FLATTEN }) }),
  },
  {
    code: "FLATTEN_BLOCKED",
    over: accountData({ control: changed(base.control, { updatedAtMs: after, flatten: null }) }),
    holds: accountData({ control: changed(base.control, { updatedAtMs: TOLD_MS, flatten: null }) }),
  },
])("an alert $code", ({ code, over, holds }) => {
  it("is over once the page shows that", () => expect(isOver(alert(code), state(over))).toBe(true));
  it("holds while it lasts", () => expect(isOver(alert(code), state(holds))).toBe(false));
  it("holds while nothing is known", () => expect(isOver(alert(code), state(nothingYet()))).toBe(false));
});

it("an alert of which the page cannot know the end stays in the banner", () => {
  expect(isOver(alert("POSITION_UNKNOWN"), state())).toBe(false);
});

it("the banner leaves out an alert that is over, and speaks of the next one", () => {
  const rows = [alert("VENUE_KEYS_MISSING"), alert("POSITION_UNKNOWN", { atMs: TOLD_MS - 1 })];
  const alerts = { kind: "value", value: { rows, unreadable: 0 }, fromCache: false } as const;
  const said = (nav: typeof base.nav) =>
    verdictOf(state(accountData({ nav, alerts }))).faults.map(({ text }) => text);
  expect(said(changed(base.nav, { asOfMs: TOLD_MS }))).toContain(
    "Told as VENUE_KEYS_MISSING (and 1 more below).",
  );
  expect(said(changed(base.nav, { asOfMs: after }))).toEqual(["Told as POSITION_UNKNOWN."]);
});
