// Heartbeats: what the watchdog remembers of its last look, and when reconcile last ended a pass.
import { z } from "zod";
import type { Finding, WatchdogRecord } from "#domain/watchdog/view.ts";
import { topOfBookSchema } from "./nav.ts";
import { accountId, count, epochMs, symbol } from "./primitives.ts";

const findingSchema: z.ZodType<Finding> = z.strictObject({
  code: z.enum([
    "SESSION_HORIZON",
    "SESSION_STOPLOSS",
    "GROUP_STOPLOSS",
    "GROUP_TIME_LIMIT",
    "NAV_MISSED",
    "MARKET_DATA_STALE",
    "QUOTES_FROZEN",
    "EXECUTOR_STUCK",
    "RECONCILE_MISSED",
  ]),
  subject: z.string(),
  message: z.string().min(1),
  calls: z.enum(["flatten", "closeGroup", "stale"]),
  source: z.enum(["nav", "marketData", "venueClock", "executor", "reconcile"]).nullable(),
});

export const watchdogRecordSchema: z.ZodType<WatchdogRecord> = z.strictObject({
  accountId,
  lookedAtMs: epochMs,
  exposedSinceMs: epochMs.nullable(),
  quotes: z.record(symbol, topOfBookSchema),
  inbox: z.strictObject({ takenCount: count, sinceMs: epochMs }).nullable(),
  healthyLooks: count,
  verdict: z.enum(["none", "alert", "reduce", "closeGroup", "flatten"]),
  findings: z.array(findingSchema),
});

/** `accounts/{a}/telemetry/reconcile` */
export interface ReconcileRecord {
  readonly accountId: string;
  readonly endedAtMs: number;
}
export const reconcileRecordSchema: z.ZodType<ReconcileRecord> = z.strictObject({
  accountId,
  endedAtMs: epochMs,
});
