// Heartbeats: what the watchdog remembers of its last look, and when reconcile last ended a pass.
import { z } from "zod";
import { SIDES } from "#domain/documents/words.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import type { PoolFacts } from "#domain/nav/margin.ts";
import { STALE_SOURCES } from "#domain/watchdog/causes.ts";
import {
  FINDING_CALLS,
  FINDING_CODES,
  type Finding,
  type SeenAccount,
  VERDICT_KINDS,
  type WatchdogRecord,
} from "#domain/watchdog/view.ts";
import { topOfBookSchema } from "./nav.ts";
import { accountId, count, decimalString, epochMs, positiveDecimalString, symbol } from "./primitives.ts";

const findingSchema: z.ZodType<Finding> = z.strictObject({
  code: z.enum(FINDING_CODES),
  subject: z.string(),
  message: z.string().min(1),
  calls: z.enum(FINDING_CALLS),
  source: z.enum(STALE_SOURCES).nullable(),
});

const positionSchema: z.ZodType<AccountPosition> = z.strictObject({
  symbol,
  side: z.enum(SIDES),
  qtyBase: positiveDecimalString,
  notionalUsd: decimalString,
  unrealizedPnlUsd: decimalString,
  entryCostUsd: decimalString,
});

const poolSchema: z.ZodType<PoolFacts> = z.strictObject({
  symbol: symbol.nullable(),
  balanceUsd: decimalString,
  maintenanceUsd: decimalString,
  notionalUsd: decimalString,
});

const seenAccountSchema: z.ZodType<SeenAccount> = z.strictObject({
  walletUsd: decimalString,
  others: z.array(z.strictObject({ asset: z.string().min(1), qty: decimalString })),
  positions: z.array(positionSchema),
  margin: z.array(poolSchema).optional(),
  asOfMs: epochMs,
});

export const watchdogRecordSchema: z.ZodType<WatchdogRecord> = z.strictObject({
  accountId,
  lookedAtMs: epochMs,
  exposedSinceMs: epochMs.nullable(),
  blindSinceMs: epochMs.nullable(),
  account: seenAccountSchema.nullable(),
  quotes: z.record(symbol, topOfBookSchema),
  inbox: z.strictObject({ takenCount: count, sinceMs: epochMs }).nullable(),
  healthyLooks: count,
  verdict: z.enum(VERDICT_KINDS),
  findings: z.array(findingSchema),
  episodes: z.record(z.string(), z.strictObject({ sinceMs: epochMs, seenAtMs: epochMs })),
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
