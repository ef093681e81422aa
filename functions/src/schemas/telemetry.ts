// How execution went: metrics of orders with their sums, and the health of the last hour.
import { z } from "zod";
import {
  EVIDENCE_SOURCES,
  EXECUTION_ALARMS,
  FIRST_STEPS,
  LIQUIDITIES,
  ORDER_SIDES,
  ORDER_STATUSES,
} from "#domain/documents/words.ts";
import {
  type ChoiceSums,
  MOST_CHOICES,
  MOST_EVIDENCE,
  type SymbolEvidence,
} from "#domain/telemetry/choice-evidence.ts";
import { MOST_OPEN_ENTRIES } from "#domain/telemetry/entry-outcomes.ts";
import type { OpenEntry } from "#domain/telemetry/entry-samples.ts";
import type { ExecutionHealth, HealthBucket } from "#domain/telemetry/execution-health.ts";
import type { Latencies, OrderMetrics } from "#domain/telemetry/order-metrics.ts";
import {
  LATENCY_BINS_MS,
  type LatencySums,
  type RouterSums,
  type Share,
} from "#domain/telemetry/router-sums.ts";
import {
  MOST_NEWEST,
  MOST_ROWS,
  type RouterRow,
  type RouterTelemetry,
} from "#domain/telemetry/router-telemetry.ts";
import {
  accountId,
  count,
  decimalString,
  derivedId,
  epochMs,
  positiveDecimalString,
  strategyId,
  symbol,
} from "./primitives.ts";
import { entryChoiceSchema } from "./tuning.ts";

/** Waits may last as long as an order rests or an entry waits in the queue. */
const waitMs = count;

const latenciesSchema: z.ZodType<Latencies> = z.strictObject({
  toDecided: waitMs.nullable(),
  toSent: waitMs.nullable(),
  toAccepted: waitMs.nullable(),
  toFilled: waitMs.nullable(),
});

const orderMetricsSchema: z.ZodType<OrderMetrics> = z.strictObject({
  clientOrderId: derivedId,
  symbol,
  strategyId,
  side: z.enum(ORDER_SIDES),
  reduceOnly: z.boolean(),
  status: z.enum(ORDER_STATUSES),
  wouldTake: z.boolean(),
  referenceUsd: positiveDecimalString.nullable(),
  limitUsd: positiveDecimalString.nullable(),
  filledBase: decimalString,
  notionalUsd: decimalString.nullable(),
  feeUsd: decimalString.nullable(),
  liquidity: z.enum(LIQUIDITIES).nullable(),
  makerUsd: decimalString.nullable(),
  isFallback: z.boolean(),
  isRepegged: z.boolean(),
  latencyMs: latenciesSchema,
  priceAfter1MinuteUsd: positiveDecimalString.nullable(),
  priceAfter5MinutesUsd: positiveDecimalString.nullable(),
  lastFillAtMs: epochMs.nullable(),
  endedAtMs: epochMs,
});

const shareSchema: z.ZodType<Share> = z.strictObject({ usd: decimalString, ofUsd: decimalString });

const latencySumsSchema: z.ZodType<LatencySums> = z.strictObject({
  count,
  sumMs: count,
  bins: z.array(count).length(LATENCY_BINS_MS.length + 1),
});

const routerSumsSchema: z.ZodType<RouterSums> = z.strictObject({
  orders: count,
  filled: count,
  rejected: count,
  wouldTake: count,
  fallbacks: count,
  repegs: count,
  filledBase: decimalString,
  notionalUsd: decimalString,
  makerUsd: decimalString,
  takerUsd: decimalString,
  slippage: shareSchema,
  fees: shareSchema,
  adverse1Minute: shareSchema,
  adverse5Minutes: shareSchema,
  latency: z.strictObject({
    toDecided: latencySumsSchema,
    toSent: latencySumsSchema,
    toAccepted: latencySumsSchema,
    toFilled: latencySumsSchema,
  }),
});

const routerRowSchema: z.ZodType<RouterRow> = z.strictObject({
  symbol,
  strategyId,
  updatedAtMs: epochMs,
  sums: routerSumsSchema,
});

const openEntrySchema: z.ZodType<OpenEntry> = z.strictObject({
  intentId: derivedId,
  symbol,
  side: z.enum(ORDER_SIDES),
  choice: entryChoiceSchema,
  referenceUsd: positiveDecimalString,
  boundUsd: positiveDecimalString,
  ownTouchUsd: positiveDecimalString.nullable(),
  filledBase: decimalString,
  paidUsd: decimalString,
  restedBase: decimalString,
  restedUsd: decimalString,
  feeUsd: decimalString,
  priceAfter1MinuteUsd: positiveDecimalString.nullable(),
  isUnknown: z.boolean(),
});

const choiceSumsSchema: z.ZodType<ChoiceSums> = z.strictObject({
  firstStep: z.enum(FIRST_STEPS),
  offsetTicks: count,
  source: z.enum(EVIDENCE_SOURCES).exclude(["reckoned"]),
  entries: count,
  cost: decimalString,
  squares: decimalString,
  filled: decimalString,
  rested: decimalString,
  restedCost: decimalString,
  updatedAtMs: epochMs,
});

const symbolEvidenceSchema: z.ZodType<SymbolEvidence> = z.strictObject({
  symbol,
  referenceUsd: positiveDecimalString.nullable(),
  makerFees: shareSchema,
  takerFees: shareSchema,
  choices: z.array(choiceSumsSchema).max(MOST_CHOICES),
  shadow: z
    .strictObject({
      firstStep: z.enum(FIRST_STEPS),
      offsetTicks: count,
      sinceMs: epochMs,
      entries: count,
      actual: decimalString,
      wouldBe: decimalString,
    })
    .nullable(),
});

export const routerTelemetrySchema: z.ZodType<RouterTelemetry> = z.strictObject({
  accountId,
  sinceMs: epochMs,
  foldedSeq: count,
  lostEntries: count,
  rows: z.array(routerRowSchema).max(MOST_ROWS),
  others: routerSumsSchema,
  newest: z.array(orderMetricsSchema).max(MOST_NEWEST),
  openEntries: z.array(openEntrySchema).max(MOST_OPEN_ENTRIES),
  evidence: z.array(symbolEvidenceSchema).max(MOST_EVIDENCE),
  updatedAtMs: epochMs,
});

const bucketSchema: z.ZodType<HealthBucket> = z.strictObject({
  startMs: epochMs,
  orders: count,
  rejections: count,
  unknowns: count,
  resends: count,
  resolved: count,
  resolveSumMs: count,
  longestResolveMs: count,
});

export const executionHealthSchema: z.ZodType<ExecutionHealth> = z.strictObject({
  accountId,
  foldedSeq: count,
  lostEntries: count,
  buckets: z.array(bucketSchema),
  doubtedSinceMs: z.record(derivedId, epochMs),
  alarms: z.partialRecord(z.enum(EXECUTION_ALARMS), epochMs),
  updatedAtMs: epochMs,
});
