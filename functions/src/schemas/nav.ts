// NAV, peak, series and universe documents.
import { z } from "zod";
import type { IncomeSums } from "#domain/documents/income.ts";
import type { Market, TopOfBook, Universe } from "#domain/documents/market.ts";
import type {
  Baseline,
  BaselineAdjustment,
  BoundCoin,
  MarginPool,
  MarkedPosition,
  Nav,
  NavBound,
  NavSeries,
  Peak,
  SourceHealth,
  ValuedAsset,
} from "#domain/documents/nav.ts";
import { ACCOUNT_MODES, COIN_COUNTS, HOLDING_PLACES, PEAK_SOURCES, SIDES } from "#domain/documents/words.ts";
import {
  accountId,
  basisPoints,
  count,
  decimalString,
  epochMs,
  positiveDecimalString,
  symbol,
  utcDay,
} from "./primitives.ts";

export const topOfBookSchema: z.ZodType<TopOfBook> = z.strictObject({
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
  side: z.enum(SIDES),
  qtyBase: positiveDecimalString,
  entryPriceUsd: positiveDecimalString,
  markUsd: positiveDecimalString,
  notionalUsd: positiveDecimalString,
  unrealizedPnlUsd: decimalString,
});

/** The venue's own name of a coin; some are not of letters and digits. */
const asset = z.string().min(1).max(40);

const valuedAssetSchema: z.ZodType<ValuedAsset> = z.strictObject({
  asset,
  qty: decimalString,
  heldIn: z.enum(HOLDING_PLACES),
  priceUsd: positiveDecimalString,
  valueUsd: decimalString,
  pricedAtMs: epochMs,
});

const boundCoinSchema: z.ZodType<BoundCoin> = z.strictObject({
  asset,
  qty: decimalString,
  heldIn: z.enum(HOLDING_PLACES),
  counts: z.enum(COIN_COUNTS),
  priceUsd: positiveDecimalString.nullable(),
  pricedAtMs: epochMs.nullable(),
});

const navBoundSchema: z.ZodType<NavBound> = z.strictObject({
  usd: decimalString,
  atMs: epochMs,
  walletUsd: decimalString,
  venueValued: z.array(symbol),
  coins: z.array(boundCoinSchema),
});

const baselineSchema: z.ZodType<Baseline> = z.strictObject({
  baselineId: z.string().min(1),
  sinceMs: epochMs,
});

const adjustmentSchema: z.ZodType<BaselineAdjustment> = z.strictObject({
  adjustmentId: z.string().min(1),
  amountUsd: decimalString,
  factor: decimalString,
  atMs: epochMs,
});

const incomeSumsSchema: z.ZodType<IncomeSums> = z.strictObject({
  sinceMs: epochMs,
  realizedUsd: decimalString,
  feesUsd: decimalString,
  fundingUsd: decimalString,
  otherUsd: decimalString,
  transfersUsd: decimalString,
});

const marginPoolSchema: z.ZodType<MarginPool> = z.strictObject({
  symbol: symbol.nullable(),
  balanceUsd: decimalString,
  maintenanceUsd: decimalString,
  notionalUsd: decimalString,
  ratioBps: count,
  roomBps: count.nullable(),
});

export const navSchema: z.ZodType<Nav> = z.strictObject({
  accountId,
  navUsd: decimalString.nullable(),
  walletUsd: decimalString.nullable(),
  assetsUsd: decimalString.nullable(),
  unrealizedPnlUsd: decimalString.nullable(),
  positions: z.array(markedPositionSchema),
  assets: z.array(valuedAssetSchema),
  marks: z.record(symbol, topOfBookSchema),
  sources: z.strictObject({
    balances: sourceHealthSchema,
    positions: sourceHealthSchema,
    marks: sourceHealthSchema,
    funding: sourceHealthSchema,
    fees: sourceHealthSchema,
    fx: sourceHealthSchema,
  }),
  stale: z.boolean(),
  asOfMs: epochMs.nullable(),
  checkedAtMs: epochMs,
  recent: z.array(z.strictObject({ atMs: epochMs, navUsd: decimalString })),
  baseline: baselineSchema.nullable(),
  unexplained: z
    .strictObject({ sinceMs: epochMs, amountUsd: decimalString, explainedAtMs: epochMs })
    .nullable(),
  bound: navBoundSchema.nullable(),
  margin: z.array(marginPoolSchema).nullable(),
});

export const peakSchema: z.ZodType<Peak> = z.strictObject({
  accountId,
  baselineId: z.string().min(1),
  baselineSinceMs: epochMs,
  peakUsd: positiveDecimalString,
  peakAtMs: epochMs,
  drawdownBps: basisPoints,
  dayOpenUsd: decimalString,
  day: utcDay,
  dayPnlUsd: decimalString,
  asOfMs: epochMs,
  lossAsOfMs: epochMs,
  candidate: z.strictObject({ usd: positiveDecimalString, atMs: epochMs }).nullable(),
  today: incomeSumsSchema,
  total: incomeSumsSchema,
  adjustments: z.array(adjustmentSchema),
  source: z.strictObject({
    kind: z.enum(PEAK_SOURCES),
    rebuiltAtMs: epochMs,
    sampleCount: count,
  }),
  ledger: z.strictObject({
    balances: z.record(asset, decimalString),
    reserves: z.record(asset, decimalString),
    cursorMs: epochMs,
    cursorIds: z.array(z.string().min(1)),
  }),
});

export const navSeriesSchema: z.ZodType<NavSeries> = z
  .strictObject({
    accountId,
    day: utcDay,
    atMs: z.array(epochMs),
    navUsd: z.array(decimalString),
    baseline: baselineSchema.nullable(),
    adjustments: z.array(adjustmentSchema),
    updatedAtMs: epochMs,
  })
  .refine((series) => series.atMs.length === series.navUsd.length, {
    error: "atMs and navUsd differ in length",
  });

const marketSchema: z.ZodType<Market> = z.strictObject({
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

const requestLimit = z.int().positive().nullable();

export const universeSchema: z.ZodType<Universe> = z.strictObject({
  asOfMs: epochMs,
  venue: z.string().min(1),
  markets: z.record(symbol, marketSchema),
  requestLimits: z
    .strictObject({
      askedAs: z.enum(ACCOUNT_MODES),
      weightPerMinute: requestLimit,
      ordersPerTenSeconds: requestLimit,
      ordersPerMinute: requestLimit,
    })
    .nullable()
    .exactOptional(),
});
