// The offset's config and plan as stored. A plan that cannot be read makes the control document unreadable, so that nothing
// acts on a half of it.
import { z } from "zod";
import { DENIAL_UNITS } from "#domain/documents/denial.ts";
import type {
  OffsetConfig,
  OffsetDecision,
  OffsetLeg,
  OffsetPlan,
  OffsetRefusal,
  OffsetRow,
} from "#domain/documents/offset.ts";
import { OFFSET_POOL_RULES, OFFSET_REFUSALS, SIDES } from "#domain/documents/words.ts";
import {
  basisPoints,
  count,
  decimalString,
  derivedId,
  durationMs,
  epochMs,
  positiveDecimalString,
  symbol,
} from "./primitives.ts";

/** Each winner is two commits and three requests; the lease of a pass lasts thirty seconds. */
const MAX_WINNERS = 5;
/** No strategy of those that are known sends more entries for one position. */
const MAX_ENTRIES = 50;
/** A plan is made on prices of a moment: within minutes they are another market's. */
const MAX_VALID_MS = 10 * 60_000;
/** Ten times the highest fee of a venue: a larger one is a slip of the decimal point. */
const MAX_FEE_BPS = 100;
/** Further away a limit is no limit: half a percent of slippage is a thin book already. */
const MAX_SLIPPAGE_BPS = 500;

const waitMs = count.max(366 * 24 * 3_600_000);

export const offsetConfigSchema: z.ZodType<OffsetConfig> = z.strictObject({
  minLossBps: basisPoints.min(1),
  minAgeMs: waitMs,
  minEntries: z.int().min(1).max(MAX_ENTRIES),
  quietAfterEntryMs: waitMs,
  poolRule: z.enum(OFFSET_POOL_RULES),
  maxWinners: z.int().min(1).max(MAX_WINNERS),
  feeBps: basisPoints.max(MAX_FEE_BPS),
  slippageBps: basisPoints.max(MAX_SLIPPAGE_BPS),
  maxPriceMoveBps: basisPoints.min(1),
  validForMs: durationMs.max(MAX_VALID_MS),
});

const offsetLegSchema: z.ZodType<OffsetLeg> = z.strictObject({
  groupId: derivedId,
  symbol,
  side: z.enum(SIDES),
  heldBase: positiveDecimalString,
  enteredBase: decimalString,
  realizedBeforeUsd: decimalString,
  priceUsd: positiveDecimalString,
  targetBase: decimalString,
  netUsd: decimalString,
});

export const offsetPlanSchema: z.ZodType<OffsetPlan> = z.strictObject({
  offsetId: derivedId,
  startedBy: z.string().min(1),
  startedAtMs: epochMs,
  expiresAtMs: epochMs,
  feeBps: basisPoints,
  slippageBps: basisPoints,
  maxPriceMoveBps: basisPoints,
  loser: offsetLegSchema,
  winners: z.array(offsetLegSchema).min(1).max(MAX_WINNERS),
});

const offsetRefusalSchema: z.ZodType<OffsetRefusal> = z.strictObject({
  code: z.enum(OFFSET_REFUSALS),
  limit: z.string().nullable(),
  actual: z.string().nullable(),
  unit: z.enum(DENIAL_UNITS).nullable(),
  groupId: derivedId.nullable(),
});

const offsetRowSchema: z.ZodType<OffsetRow> = z.strictObject({
  groupId: derivedId,
  symbol,
  side: z.enum(SIDES),
  heldBase: positiveDecimalString,
  averageEntryUsd: positiveDecimalString,
  priceUsd: positiveDecimalString,
  limitUsd: positiveDecimalString,
  profitUsd: decimalString,
  profitBps: z.int(),
});

export const offsetDecisionSchema: z.ZodType<OffsetDecision> = z.strictObject({
  plan: offsetPlanSchema.nullable(),
  refusals: z.array(offsetRefusalSchema),
  rows: z.array(offsetRowSchema),
});
