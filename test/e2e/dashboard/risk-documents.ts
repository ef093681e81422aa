// An account in mid-session for the risk view: a session armed, brakes on, limits close and reached, commands in every
// state; and the same account in its bad hours.
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Peak } from "#domain/documents/nav.ts";
import type { Alert } from "#domain/documents/records.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { commandSchema } from "#schemas/command.ts";
import { navSchema, peakSchema } from "#schemas/nav.ts";
import { alertSchema } from "#schemas/records.ts";
import { type AccountDocuments, accountDocuments, checked } from "./account-documents.ts";
import { control } from "./control-documents.ts";
import { nav, peak } from "./nav-documents.ts";
import { ACCOUNT } from "./order-rows.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function command(part: Partial<Command> & Pick<Command, "commandId" | "receivedAtMs">): Command {
  return {
    accountId: ACCOUNT,
    sequence: 1,
    request: { kind: "pause" },
    reason: "CPI at 13:30",
    actor: "ana@example.test",
    confirmedBy: null,
    byOperator: true,
    status: "DONE",
    expiresAtMs: part.receivedAtMs + HOUR_MS,
    outcome: "Trading state REDUCING; 2 positions stay open",
    denial: null,
    offset: null,
    endedAtMs: part.receivedAtMs + 700,
    ...part,
  };
}

function commands(nowMs: number): Command[] {
  return [
    command({
      commandId: "c-4",
      sequence: 4,
      receivedAtMs: nowMs - 2 * MINUTE_MS,
      request: { kind: "clear_cooldown", symbol: "ETHUSDT" },
      reason: "Stop was a fat finger",
      status: "REFUSED",
      outcome: "No brake holds ETHUSDT",
    }),
    command({
      commandId: "c-3",
      sequence: 3,
      receivedAtMs: nowMs - 190 * MINUTE_MS,
      request: { kind: "start", horizonAtMs: nowMs + 134 * MINUTE_MS, stopLossNavUsd: "10000" },
      reason: "Start of session",
      outcome: "Session armed; trading state ACTIVE",
    }),
    command({ commandId: "c-2", sequence: 2, receivedAtMs: nowMs - 320 * MINUTE_MS }),
    command({
      commandId: "c-1",
      sequence: 0,
      receivedAtMs: nowMs - 330 * MINUTE_MS,
      request: { kind: "flatten" },
      reason: "Test of the switch",
      status: "EXPIRED",
      outcome: "Not confirmed within 2 min; nothing was done",
    }),
  ];
}

/** Brakes of every kind but the venue's ban; a session with horizon and stop-loss. */
export function brakedControl(nowMs: number, overrides: Partial<ControlState> = {}): ControlState {
  return control(nowMs, {
    session: {
      startedBy: "ana@example.test",
      startedAtMs: nowMs - 190 * MINUTE_MS,
      horizonAtMs: nowMs + 134 * MINUTE_MS,
      stopLossNavUsd: "10000",
    },
    throttles: {
      orderSentAtMs: Array.from({ length: 9 }, (_, place) => nowMs - 50_000 + place * 4_000),
      venueBannedUntilMs: 0,
      errorAtMs: [nowMs - 100_000, nowMs - 40_000],
      vetoedUntilMs: { "fade-15m/SOLUSDT": nowMs + 3 * MINUTE_MS + 12_000 },
    },
    protections: {
      trades: [],
      locks: [
        {
          protection: "CooldownPeriod",
          symbol: "ETHUSDT",
          side: null,
          sinceMs: nowMs - 4 * MINUTE_MS,
          untilMs: nowMs + 5 * MINUTE_MS + 48_000,
          reason: "Closed 4 min ago by its stop",
        },
        {
          protection: "StoplossGuard",
          symbol: null,
          side: "long",
          sinceMs: nowMs - 9 * MINUTE_MS,
          untilMs: nowMs + 21 * MINUTE_MS + 7_000,
          reason: "3 stop-losses within 1 h: BTCUSDT, ETHUSDT, DOGEUSDT",
        },
      ],
    },
    commands: { storedCount: 4, takenCount: 4 },
    ...overrides,
  });
}

function alert(part: Partial<Alert> & Pick<Alert, "alertId" | "atMs">): Alert {
  return alertSchema.parse({
    accountId: ACCOUNT,
    severity: "critical",
    code: "STOPLOSS_GUARD",
    message: "Entries long are locked: 3 stop-losses within 1 h",
    remedy: "Look at what stopped out before you clear the lock.",
    dedupeKey: part.alertId,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    ...part,
  });
}

export function riskDocuments(nowMs: number, overrides: Partial<ControlState> = {}): AccountDocuments {
  return {
    ...accountDocuments(nowMs),
    "control/state": checked(controlStateSchema, brakedControl(nowMs, overrides)),
    "control/peak": checked(peakSchema, rebuiltPeak(nowMs)),
    "alerts/a-0": { ...alert({ alertId: "a-0", atMs: nowMs - 9 * MINUTE_MS }) },
    ...Object.fromEntries(
      commands(nowMs).map((one) => [`commands/${one.commandId}`, { ...commandSchema.parse(one) }]),
    ),
  };
}

/** A peak that was lost and rebuilt three hours ago. */
function rebuiltPeak(nowMs: number): Peak {
  const source = { kind: "navSeries", rebuiltAtMs: nowMs - 3 * HOUR_MS - 30_000, sampleCount: 2880 } as const;
  return { ...peak(nowMs), source };
}

/** Halted by a drawdown of 10.4 %, peak and NAV to match. */
export function haltedByDrawdown(nowMs: number): AccountDocuments {
  const documents = riskDocuments(nowMs, {
    session: null,
    drawdownGrade: "HALT",
    drawdownBaselineId: peak(nowMs).baselineId,
    protections: { trades: [], locks: [] },
    tradingState: {
      state: "HALTED",
      cause: "drawdown",
      resumeAtMs: null,
      actor: "navEveryMinute",
      reason: "Drawdown of 10.40 % reached grade HALT at 10.00 %",
      atMs: nowMs - 7 * MINUTE_MS,
    },
  });
  return {
    ...documents,
    "control/nav": checked(navSchema, { ...nav(nowMs), navUsd: "9328.79" }),
    "control/peak": checked(peakSchema, { ...peak(nowMs), drawdownBps: 1_040, dayPnlUsd: "-938.23" }),
  };
}

/** Banned by the venue, with sources that fail for it, and a flatten that cannot get through. */
export function bannedWhileFlattening(nowMs: number): AccountDocuments {
  const documents = riskDocuments(nowMs, {
    session: null,
    throttles: {
      orderSentAtMs: [],
      venueBannedUntilMs: nowMs + 4 * MINUTE_MS + 30_000,
      errorAtMs: Array.from({ length: 6 }, (_, place) => nowMs - 30_000 - place * 9_000),
      vetoedUntilMs: {},
    },
    tradingState: {
      state: "HALTED",
      cause: "watchdog",
      resumeAtMs: null,
      actor: "watchdog",
      reason: "Market data frozen for 61 s while exposed; the venue answered",
      atMs: nowMs - 40_000,
    },
    flatten: {
      flattenId: "f-1",
      orderedBy: "watchdog",
      reason: "Market data frozen for 61 s while exposed; the venue answered",
      orderedAtMs: nowMs - 40_000,
      step: 3,
      lastTriedAtMs: nowMs - 4_000,
    },
  });
  const good = nav(nowMs);
  const asOfMs = nowMs - 5 * MINUTE_MS;
  const failed = { ok: false, asOfMs, error: "HTTP 418: banned until the venue’s own time" };
  return {
    ...documents,
    "control/nav": checked(navSchema, {
      ...good,
      stale: true,
      asOfMs,
      sources: {
        ...good.sources,
        balances: failed,
        positions: failed,
        marks: failed,
        funding: failed,
        fees: failed,
      },
    }),
  };
}
