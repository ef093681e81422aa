// Documents of the intent path: intent, stored intent, receipt, denial.
import { z } from "zod";
import type { Denial } from "../domain/denial.ts";
import type { Intent, IntentSize, Receipt, StoredIntent } from "../domain/signal.ts";
import {
  accountId,
  basisPoints,
  derivedId,
  epochMs,
  hookId,
  positiveDecimalString,
  strategyId,
  symbol,
} from "./primitives.ts";

const size: z.ZodType<IntentSize> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("notionalUsd"), notionalUsd: positiveDecimalString }),
  z.strictObject({ kind: z.literal("qtyBase"), qtyBase: positiveDecimalString }),
  z.strictObject({ kind: z.literal("navBps"), navBps: basisPoints.min(1) }),
  z.strictObject({ kind: z.literal("strategyDefault") }),
]);

export const intentSchema: z.ZodType<Intent> = z.strictObject({
  intentId: derivedId,
  signalId: derivedId,
  accountId,
  strategyId,
  symbol,
  action: z.enum(["open", "reduce", "close"]),
  side: z.enum(["long", "short"]).nullable(),
  size,
  reduceBps: basisPoints.min(1).nullable(),
  signalledAtMs: epochMs,
  receivedAtMs: epochMs,
  expiresAtMs: epochMs,
});

export const denialSchema: z.ZodType<Denial> = z.strictObject({
  code: z.enum([
    "TRADING_HALTED",
    "TRADING_STATE_REDUCING",
    "NAV_MISSING",
    "NAV_STALE",
    "PEAK_MISSING",
    "PEAK_STALE",
    "MARK_MISSING",
    "MARK_STALE",
    "MARKET_UNKNOWN",
    "SYMBOL_NOT_CONFIGURED",
    "STRATEGY_NOT_CONFIGURED",
    "INTENT_EXPIRED",
    "NOTIONAL_BELOW_MINIMUM",
    "NOTIONAL_EXCEEDS_MAX_PER_ORDER",
    "QUANTITY_BELOW_MINIMUM",
    "QUANTITY_EXCEEDS_MAXIMUM",
    "SYMBOL_EXPOSURE_EXCEEDED",
    "GROSS_EXPOSURE_EXCEEDED",
    "RATE_LIMIT_EXCEEDED",
    "POOL_FULL",
    "OPPOSITE_POSITION_OPEN",
    "POSITION_NOT_OPEN",
    "ORDER_IN_FLIGHT",
    "VENUE_BANNED",
  ]),
  limit: z.string().nullable(),
  actual: z.string().nullable(),
  unit: z.enum(["usd", "base", "ms", "orders", "groups", "state", "symbol", "strategy", "side"]).nullable(),
  subject: z.string().nullable(),
});

export const storedIntentSchema: z.ZodType<StoredIntent> = z.strictObject({
  intent: intentSchema,
  status: z.enum(["INBOX", "DECIDED", "DENIED", "EXPIRED"]),
  denials: z.array(denialSchema),
  updatedAtMs: epochMs,
});

export const receiptSchema: z.ZodType<Receipt> = z.strictObject({
  signalId: derivedId,
  hookId,
  accountId,
  strategyId,
  status: z.enum(["RECEIVED", "REFUSED", "DENIED", "ORDERED", "EXPIRED"]),
  intent: intentSchema.nullable(),
  refusalCode: z.string().nullable(),
  denials: z.array(denialSchema),
  clientOrderId: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  source: z.strictObject({ address: z.string(), mode: z.enum(["signed", "tradingview"]) }),
  receivedAtMs: epochMs,
  decidedAtMs: epochMs.nullable(),
  sentAtMs: epochMs.nullable(),
  acknowledgedAtMs: epochMs.nullable(),
});
