// Heartbeats: what the watchdog remembers of its last look, and when reconcile last ended a pass.
import { z } from "zod";
import {
  FINDING_CALLS,
  FINDING_CODES,
  type Finding,
  STALE_SOURCES,
  VERDICT_KINDS,
  type WatchdogRecord,
} from "#domain/watchdog/view.ts";
import { topOfBookSchema } from "./nav.ts";
import { accountId, count, epochMs, symbol } from "./primitives.ts";

const findingSchema: z.ZodType<Finding> = z.strictObject({
  code: z.enum(FINDING_CODES),
  subject: z.string(),
  message: z.string().min(1),
  calls: z.enum(FINDING_CALLS),
  source: z.enum(STALE_SOURCES).nullable(),
});

export const watchdogRecordSchema: z.ZodType<WatchdogRecord> = z.strictObject({
  accountId,
  lookedAtMs: epochMs,
  exposedSinceMs: epochMs.nullable(),
  quotes: z.record(symbol, topOfBookSchema),
  inbox: z.strictObject({ takenCount: count, sinceMs: epochMs }).nullable(),
  healthyLooks: count,
  verdict: z.enum(VERDICT_KINDS),
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
