// An account in mid-session as documents: every kind of row the first screen shows, accepted by the project's own
// schemas before it is written, so that the page is tested on what the functions really write.
import type { Firestore } from "firebase-admin/firestore";
import type { z } from "zod";
import { controlStateSchema, overviewSchema } from "../../../functions/src/schemas/books.ts";
import { accountConfigSchema, accountProfileSchema } from "../../../functions/src/schemas/config.ts";
import { navSchema, navSeriesSchema, peakSchema } from "../../../functions/src/schemas/nav.ts";
import { alertSchema } from "../../../functions/src/schemas/records.ts";
import { receiptSchema } from "../../../functions/src/schemas/signal.ts";
import { nav, seriesDays } from "./nav-documents.ts";
import { ACCOUNT, overview } from "./order-rows.ts";
import { receipts } from "./receipt-rows.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface AccountDocuments {
  /** By path below the account, "" for the account itself. */
  readonly [path: string]: Readonly<Record<string, unknown>>;
}

function checked(schema: z.ZodType<object>, value: object): Record<string, unknown> {
  return schema.parse(value) as Record<string, unknown>;
}

const CONFIG = {
  version: 7,
  author: "ana@example.test",
  symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT"],
  strategies: { "trend-4h": { strategyId: "trend-4h", orderNotionalUsd: "720", entryRouting: "market" } },
  maxOpenGroups: 5,
  maxOrderNotionalUsd: "3000",
  maxSymbolExposureUsd: "5000",
  maxGrossExposureUsd: "12000",
  maxOrdersPerMinute: 10,
  maxNavAgeMs: 180_000,
  maxPeakAgeMs: 600_000,
  maxMarkAgeMs: 120_000,
  maxIntentAgeMs: 60_000,
  workingLimitMs: 600_000,
};

/** The whole account at `nowMs`. */
export function accountDocuments(nowMs: number): AccountDocuments {
  const shown = overview(nowMs);
  const marked = nav(nowMs);
  const day = new Date(nowMs).toISOString().slice(0, 10);
  return {
    "": checked(accountProfileSchema, {
      accountId: ACCOUNT,
      name: "Main",
      venue: "binance-usdm",
      mode: "paper",
    }),
    "config/current": checked(accountConfigSchema, { ...CONFIG, createdAtMs: nowMs - DAY_MS }),
    "control/state": checked(controlStateSchema, {
      accountId: ACCOUNT,
      lease: { holderId: null, fence: 41, expiresAtMs: 0 },
      tradingState: shown.tradingState,
      configVersion: CONFIG.version,
      throttles: { orderSentAtMs: [nowMs - 24_000], venueBannedUntilMs: 0 },
      slots: {},
      reservations: {},
      inbox: { storedCount: 50, takenCount: 50 },
      journalSeq: 212,
      updatedAtMs: nowMs - 20_000,
    }),
    "control/nav": checked(navSchema, marked),
    "control/peak": checked(peakSchema, {
      accountId: ACCOUNT,
      baselineId: "deposit-1",
      peakUsd: "10411.6",
      peakAtMs: nowMs - 31 * 3_600_000,
      drawdownBps: 67,
      dayOpenUsd: "10267.02",
      day,
      dayPnlUsd: "75.1675",
      asOfMs: nowMs - 12_000,
    }),
    "views/overview": checked(overviewSchema, shown),
    ...Object.fromEntries(
      seriesDays(nowMs).map((one) => [`navSeries/${one.day}`, checked(navSeriesSchema, one)]),
    ),
    ...Object.fromEntries(
      receipts(nowMs).map((one) => [`receipts/${one.signalId}`, checked(receiptSchema, one)]),
    ),
    "alerts/a-1": checked(alertSchema, {
      alertId: "a-1",
      accountId: ACCOUNT,
      severity: "warning",
      code: "ORDER_REJECTED",
      message: "Binance refused DOGEUSDT buy 12500: Margin is insufficient (-2019)",
      remedy: "Add margin or lower the order size of trend-4h.",
      atMs: nowMs - 4 * MINUTE_MS,
      acknowledgedAtMs: null,
    }),
    "alerts/a-2": checked(alertSchema, {
      alertId: "a-2",
      accountId: ACCOUNT,
      severity: "critical",
      code: "NAV_STALE",
      message: "NAV stood still for 21 min: balances timed out",
      remedy: "Check the venue’s status; trading resumes by itself once NAV is fresh.",
      atMs: nowMs - 96 * MINUTE_MS,
      acknowledgedAtMs: nowMs - 80 * MINUTE_MS,
    }),
  };
}

/** Writes the documents below an account, in one batch. */
export async function writeDocuments(
  admin: Firestore,
  documents: AccountDocuments,
  account = ACCOUNT,
): Promise<void> {
  const batch = admin.batch();
  for (const [path, data] of Object.entries(documents)) {
    batch.set(admin.doc(path === "" ? `accounts/${account}` : `accounts/${account}/${path}`), data);
  }
  await batch.commit();
}
