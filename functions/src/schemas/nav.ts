// NAV, peak, series and universe documents.
import { z } from "zod";
import type { Market, TopOfBook, Universe } from "../domain/market.ts";
import type { MarkedPosition, Nav, NavSeries, Peak, SourceHealth } from "../domain/nav.ts";
import {
  accountId,
  basisPoints,
  decimalString,
  epochMs,
  positiveDecimalString,
  symbol,
} from "./primitives.ts";

const utcDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const topOfBookSchema: z.ZodType<TopOfBook> = z.strictObject({
  symbol,
  bidUsd: positiveDecimalString,
  askUsd: positiveDecimalString,
  asOfMs: epochMs,
});

const sourceHealthSchema: z.ZodType<SourceHealth> = z.strictObject({
  ok: z.boolean(),
  asOfMs: epochMs.nullable(),
  error: z.string().nullable(),
});

const markedPositionSchema: z.ZodType<MarkedPosition> = z.strictObject({
  symbol,
  side: z.enum(["long", "short"]),
  qtyBase: positiveDecimalString,
  entryPriceUsd: positiveDecimalString,
  markUsd: positiveDecimalString,
  notionalUsd: positiveDecimalString,
  unrealizedPnlUsd: decimalString,
});

export const navSchema: z.ZodType<Nav> = z.strictObject({
  accountId,
  navUsd: decimalString.nullable(),
  walletUsd: decimalString.nullable(),
  unrealizedPnlUsd: decimalString.nullable(),
  positions: z.array(markedPositionSchema),
  marks: z.record(symbol, topOfBookSchema),
  sources: z.strictObject({
    balances: sourceHealthSchema,
    positions: sourceHealthSchema,
    marks: sourceHealthSchema,
  }),
  stale: z.boolean(),
  asOfMs: epochMs.nullable(),
  checkedAtMs: epochMs,
  recent: z.array(z.strictObject({ atMs: epochMs, navUsd: decimalString })),
});

export const peakSchema: z.ZodType<Peak> = z.strictObject({
  accountId,
  baselineId: z.string().min(1),
  peakUsd: positiveDecimalString,
  peakAtMs: epochMs,
  drawdownBps: basisPoints,
  dayOpenUsd: decimalString,
  day: utcDay,
  dayPnlUsd: decimalString,
  asOfMs: epochMs,
});

export const navSeriesSchema: z.ZodType<NavSeries> = z
  .strictObject({
    accountId,
    day: utcDay,
    atMs: z.array(epochMs),
    navUsd: z.array(decimalString),
    updatedAtMs: epochMs,
  })
  .refine((series) => series.atMs.length === series.navUsd.length, {
    error: "atMs and navUsd differ in length",
  });

export const marketSchema: z.ZodType<Market> = z.strictObject({
  symbol,
  baseAsset: z.string().min(1),
  quoteAsset: z.string().min(1),
  tickSizeUsd: positiveDecimalString,
  stepSizeBase: positiveDecimalString,
  minQtyBase: positiveDecimalString,
  maxQtyBase: positiveDecimalString,
  maxMarketQtyBase: positiveDecimalString,
  minNotionalUsd: positiveDecimalString,
  venueMarket: z.record(z.string(), z.unknown()),
});

export const universeSchema: z.ZodType<Universe> = z.strictObject({
  asOfMs: epochMs,
  venue: z.string().min(1),
  markets: z.record(symbol, marketSchema),
});
