// Alerts about execution: a limit that is passed, and that it is kept again; and telemetry that cannot be kept.
import type { AlertCondition } from "#app/telling";
import { utcHour } from "#domain/nav/nav-book.ts";
import type { AlarmName } from "#domain/telemetry/execution-health.ts";
import { ALARM_LIMITS, type AlarmNews, WINDOW_MINUTES } from "#domain/telemetry/health-alarms.ts";

interface Words {
  readonly code: string;
  readonly of: string;
  readonly remedy: string;
}

const BPS_PER_PERCENT = 100;
const MS_PER_SECOND = 1_000;

const ENTRIES = "The venue's codes stand with the orders";
const WORDS: Readonly<Record<AlarmName, Words>> = {
  rejectionBps: {
    code: "EXECUTION_REJECTIONS_HIGH",
    of: "Orders that the venue refused",
    remedy: `${ENTRIES}: size, margin, price filter or permission. Change the config of the strategy that sends them`,
  },
  unknownBps: {
    code: "EXECUTION_UNKNOWN_HIGH",
    of: "Orders of which the venue gave no answer",
    remedy: "Look at the venue's status, and at the way from the functions to it",
  },
  resendBps: {
    code: "EXECUTION_RESENDS_HIGH",
    of: "Exits that had to be sent again",
    remedy: "Look at the venue's status; what is held is closed later than decided while it lasts",
  },
  resolveMs: {
    code: "EXECUTION_DOUBT_LONG",
    of: "Longest doubt about an order",
    remedy: "Look at the venue which of our orders it shows; the books follow it by themselves",
  },
};

export function alarmAlert(accountId: string, { name, sinceMs, figure, has }: AlarmNews): AlertCondition {
  const { code, of, remedy } = WORDS[name];
  const { limit, clear } = ALARM_LIMITS[name];
  const said = (amount: number): string => (name === "resolveMs" ? seconds(amount) : percent(amount));
  const whole = name === "resolveMs" ? "" : " of the orders";
  const inWindow = (amount: number): string => `${said(amount)}${whole} within ${WINDOW_MINUTES} minutes`;
  if (has === "begun")
    return {
      accountId,
      severity: "warning",
      code,
      message: `${of}: ${inWindow(figure ?? 0)}, limit ${said(limit)}`,
      remedy,
      dedupeKey: String(sinceMs),
    };
  return {
    accountId,
    severity: "info",
    code: "EXECUTION_WITHIN_LIMITS",
    message: `${of}: ${inWindow(figure ?? 0)}, below ${said(clear)} again since ${code}`,
    remedy: "Nothing is to be done",
    dedupeKey: `${name}/${sinceMs}`,
  };
}

function percent(bps: number): string {
  return `${bps / BPS_PER_PERCENT} %`;
}

/** Rounded up: a doubt past its limit is not shown as one at it. */
function seconds(ms: number): string {
  return `${Math.ceil(ms / MS_PER_SECOND)} s`;
}

/** Once an hour while it lasts. */
export function failingAlert(accountId: string, cause: string, nowMs: number): AlertCondition {
  return {
    accountId,
    severity: "warning",
    code: "EXECUTION_TELEMETRY_FAILING",
    message: `How orders went is not counted for now: ${cause}. Orders and exits go on`,
    remedy:
      "Look at what is named. A telemetry document that cannot be read may be deleted: it begins anew, without the sums so far",
    dedupeKey: utcHour(nowMs),
  };
}
