// An account in mid-session as documents: every kind of row the first screen shows, accepted by the project's own
// schemas before it is written, so that the page is tested on what the functions really write.
import type { Firestore } from "firebase-admin/firestore";
import type { z } from "zod";
import { controlStateSchema, overviewSchema } from "#schemas/books.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";
import { navSchema, navSeriesSchema, peakSchema } from "#schemas/nav.ts";
import { alertSchema } from "#schemas/records.ts";
import { receiptSchema } from "#schemas/signal.ts";
import { config, control } from "./control-documents.ts";
import { nav, peak, seriesDays } from "./nav-documents.ts";
import { ACCOUNT, ACCOUNT_NAME, overview } from "./order-rows.ts";
import { receipts } from "./receipt-rows.ts";

const MINUTE_MS = 60_000;

export interface AccountDocuments {
  /** By path below the account, "" for the account itself. */
  readonly [path: string]: Readonly<Record<string, unknown>>;
}

/**
 * A document as the functions' own schema accepts it: one that they could not write fails here, before the
 * page.
 */
export function checked(schema: z.ZodType<object>, value: object): Record<string, unknown> {
  return schema.parse(value) as Record<string, unknown>;
}

/** The whole account at `nowMs`. */
export function accountDocuments(nowMs: number): AccountDocuments {
  const shown = overview(nowMs);
  const marked = nav(nowMs);
  return {
    "": checked(accountProfileSchema, {
      accountId: ACCOUNT,
      name: ACCOUNT_NAME,
      venue: "binance-usdm",
      mode: "paper",
    }),
    "config/current": checked(accountConfigSchema, config(nowMs)),
    "control/state": checked(controlStateSchema, control(nowMs)),
    "control/nav": checked(navSchema, marked),
    "control/peak": checked(peakSchema, peak(nowMs)),
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
      dedupeKey: "DOGEUSDT",
      atMs: nowMs - 4 * MINUTE_MS,
      acknowledgedAtMs: null,
      acknowledgedBy: null,
    }),
    "alerts/a-2": checked(alertSchema, {
      alertId: "a-2",
      accountId: ACCOUNT,
      severity: "critical",
      code: "NAV_STALE",
      message: "NAV stood still for 21 min: balances timed out",
      remedy: "Check the venue’s status; trading resumes by itself once NAV is fresh.",
      dedupeKey: "2026-01-02T03",
      atMs: nowMs - 96 * MINUTE_MS,
      acknowledgedAtMs: nowMs - 80 * MINUTE_MS,
      acknowledgedBy: "operator-1",
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
