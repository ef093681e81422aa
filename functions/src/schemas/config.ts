// Account profile and account config as documents: a config that lacks a value is refused, never completed.
import { z } from "zod";
import type { AccountProfile, Environment } from "../domain/account.ts";
import type { AccountConfig } from "../domain/config.ts";
import { MIN_NAV_AGE_LIMIT_MS, MIN_PEAK_AGE_LIMIT_MS } from "../domain/navCadence.ts";
import { accountId, durationMs, epochMs, positiveDecimalString, strategyId, symbol } from "./primitives.ts";

export const environmentName: z.ZodType<Environment> = z.enum(["local", "test", "staging", "prod"]);

/** `meta/environment` */
export const environmentLabelSchema = z.strictObject({ name: environmentName });

export const accountProfileSchema: z.ZodType<AccountProfile> = z.strictObject({
  accountId,
  name: z.string().min(1).max(80),
  venue: z.enum(["binance-usdm", "bybit-linear"]),
  mode: z.enum(["paper", "live"]),
});

/** Bound of the send times kept in the control document. */
const MAX_ORDERS_PER_MINUTE = 300;
/** NAV reads one book ticker for all symbols; the control and NAV documents stay far below 1 MiB. */
const MAX_SYMBOLS = 200;

export const accountConfigSchema: z.ZodType<AccountConfig> = z.strictObject({
  version: z.int().min(1),
  author: z.string().min(1),
  createdAtMs: epochMs,
  symbols: z.array(symbol).min(1).max(MAX_SYMBOLS),
  strategies: z.record(
    strategyId,
    z.strictObject({
      strategyId,
      orderNotionalUsd: positiveDecimalString,
      entryRouting: z.enum(["market", "postOnly"]),
    }),
  ),
  maxOpenGroups: z.int().min(0).max(200),
  maxOrderNotionalUsd: positiveDecimalString,
  maxSymbolExposureUsd: positiveDecimalString,
  maxGrossExposureUsd: positiveDecimalString,
  maxOrdersPerMinute: z.int().min(1).max(MAX_ORDERS_PER_MINUTE),
  maxNavAgeMs: durationMs.min(MIN_NAV_AGE_LIMIT_MS),
  maxPeakAgeMs: durationMs.min(MIN_PEAK_AGE_LIMIT_MS),
  maxMarkAgeMs: durationMs.min(MIN_NAV_AGE_LIMIT_MS),
  maxIntentAgeMs: durationMs,
  workingLimitMs: durationMs,
});
