// The answers of Binance's USD-M endpoints, as far as Ballast uses them. Amounts are read as decimal strings,
// never as numbers; ids as strings. An answer of another shape is refused.
import { z } from "zod";
import { amount, digits, timeMs } from "./venue-shapes.ts";

const id = digits.transform(String);
const side = z.enum(["BUY", "SELL"]).transform((text) => (text === "BUY" ? "buy" : "sell"));

export const serverTimeShape = z.object({ serverTime: timeMs });

export const bookTickerShape = z.object({
  symbol: z.string(),
  bidPrice: amount,
  askPrice: amount,
  time: timeMs,
});

const accountPositionShape = z.object({
  symbol: z.string(),
  positionSide: z.enum(["BOTH", "LONG", "SHORT"]),
  positionAmt: amount,
  notional: amount,
  unrealizedProfit: amount,
  maintMargin: amount.optional(),
  /** Zero for a cross position. */
  isolatedWallet: amount.optional(),
  isolatedMargin: amount.optional(),
});
export type RawAccountPosition = z.output<typeof accountPositionShape>;

/** `GET /fapi/v3/account`: wallet by asset and what is held, in one answer. */
export const accountShape = z.object({
  assets: z.array(z.object({ asset: z.string().min(1), walletBalance: amount })),
  positions: z.array(accountPositionShape),
  /** In the settlement currency, and in USD in multi-assets mode. */
  totalCrossWalletBalance: amount.optional(),
  totalCrossUnPnl: amount.optional(),
});
export type RawAccount = z.output<typeof accountShape>;

export const incomeShape = z.object({
  symbol: z.string(),
  incomeType: z.string().min(1),
  income: amount,
  asset: z.string().min(1),
  time: timeMs,
  tranId: id,
  /** Empty, or left out, for what belongs to no trade. */
  tradeId: z
    .union([z.literal(""), id])
    .nullish()
    .transform((text) => text ?? ""),
});
export type RawIncome = z.output<typeof incomeShape>;

export const positionShape = z.object({
  symbol: z.string(),
  positionSide: z.enum(["BOTH", "LONG", "SHORT"]),
  positionAmt: amount,
  entryPrice: amount,
});

export const orderShape = z.object({
  clientOrderId: z.string(),
  orderId: id,
  symbol: z.string(),
  side,
  status: z.enum([
    "NEW",
    "PARTIALLY_FILLED",
    "FILLED",
    "CANCELED",
    "REJECTED",
    "EXPIRED",
    "EXPIRED_IN_MATCH",
  ]),
  type: z.string(),
  price: amount,
  origQty: amount,
  executedQty: amount,
  /** Answers to a new order and to a cancel may lack both. */
  avgPrice: amount.optional(),
  cumQuote: amount.optional(),
  reduceOnly: z.boolean(),
  updateTime: timeMs,
});
export type RawOrder = z.output<typeof orderShape>;

/**
 * A conditional order. A close-all order lacks a quantity of its own; a trailing one has its trigger price
 * only later.
 */
export const algoOrderShape = z.object({
  clientAlgoId: z.string(),
  symbol: z.string(),
  side,
  orderType: z
    .string()
    .nullish()
    .transform((type) => type ?? ""),
  algoStatus: z.enum(["NEW", "TRIGGERING", "TRIGGERED", "FINISHED", "CANCELED", "REJECTED", "EXPIRED"]),
  quantity: amount.nullish().transform((qty) => qty ?? "0"),
  triggerPrice: amount.nullish().transform((price) => price ?? "0"),
  /** Empty before it fired. */
  actualOrderId: z
    .union([z.literal("").transform(() => null), id])
    .nullish()
    .transform((text) => text ?? null),
  updateTime: timeMs,
});
export type RawAlgoOrder = z.output<typeof algoOrderShape>;

export const tradeShape = z.object({
  id,
  orderId: id,
  symbol: z.string(),
  side,
  qty: amount,
  price: amount,
  commission: amount,
  commissionAsset: z.string(),
  realizedPnl: amount,
  maker: z.boolean(),
  time: timeMs,
});
export type RawTrade = z.output<typeof tradeShape>;

/** Open time, open, high, low, close, and what nothing here asks for. */
export const candleShape = z.tuple([timeMs, amount, amount, amount, amount]).rest(z.unknown());

export const symbolShape = z.object({
  symbol: z.string(),
  status: z.string(),
  contractType: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string(),
  orderTypes: z.array(z.string()),
  filters: z.array(z.record(z.string(), z.unknown())),
});

export const priceFilterShape = z.object({ tickSize: amount });
export const lotSizeShape = z.object({ stepSize: amount, minQty: amount, maxQty: amount });
export const minNotionalShape = z.object({ notional: amount });
