// The answers of Bybit's v5 endpoints, as far as Ballast uses them. Amounts are decimal strings, and an empty one stands for
// a figure that does not apply. An answer of another shape is refused. Source: bybit-exchange.github.io, docs/v5.
import { z } from "zod";
import { amount, digits, read, timeMs } from "./venue-shapes.ts";

const side = z.enum(["Buy", "Sell"]).transform((text) => (text === "Buy" ? "buy" : "sell"));
const id = z.string().min(1);
/** Null where it is empty or left out. */
const amountIfAny = z
  .union([z.literal("").transform(() => null), amount])
  .nullish()
  .transform((text) => text ?? null);
const amountOrZero = amountIfAny.transform((text) => text ?? "0");

/** The part of an answer that tells what was asked. */
export function resultOf<Output>(shape: z.ZodType<Output>, answer: unknown, what: string): Output {
  return read(z.object({ result: shape }), answer, what).result;
}

/** The venue's own time of an answer. */
export const answerTimeShape = z.object({ time: timeMs });

export const pageShape = z.object({
  list: z.array(z.unknown()),
  /** Empty on the last page, or left out. */
  nextPageCursor: z
    .string()
    .nullish()
    .transform((cursor) => cursor ?? ""),
});

export const idsShape = z.object({ orderId: id, orderLinkId: z.string() });

export const tickerShape = z.object({ symbol: z.string(), bid1Price: amount, ask1Price: amount });

export const instrumentShape = z.object({
  symbol: z.string(),
  baseCoin: z.string(),
  quoteCoin: z.string(),
  priceFilter: z.object({ tickSize: amount }),
  lotSizeFilter: z.object({
    qtyStep: amount,
    minOrderQty: amount,
    maxOrderQty: amount,
    maxMktOrderQty: amount,
    minNotionalValue: amount,
  }),
});

/** `GET /v5/account/wallet-balance`: figures of the whole account are empty where its margin mode has none. */
export const walletShape = z.object({
  totalWalletBalance: amountIfAny,
  totalMarginBalance: amountIfAny,
  coin: z.array(z.unknown()),
});
export const coinShape = z.object({ coin: z.string().min(1), walletBalance: amount });

export const positionShape = z.object({
  symbol: z.string(),
  /** 0: one-way mode; 1 and 2: the two sides of hedge mode. */
  positionIdx: z.int(),
  /** `None` or empty for a position of no size. */
  side: z.enum(["Buy", "Sell", "None", ""]),
  size: amount,
  avgPrice: amountOrZero,
  /** At the entry price: size times average price. */
  positionValue: amountOrZero,
  markPrice: amountOrZero,
  unrealisedPnl: amountOrZero,
  positionMM: amountIfAny,
});
export type RawPosition = z.output<typeof positionShape>;

/** An order, conditional or not: one list has both. */
export const orderShape = z.object({
  orderId: id,
  orderLinkId: z.string(),
  symbol: z.string(),
  side,
  orderType: z.string(),
  orderStatus: z.enum([
    "New",
    "PartiallyFilled",
    "Untriggered",
    "Rejected",
    "PartiallyFilledCanceled",
    "Filled",
    "Cancelled",
    "Triggered",
    "Deactivated",
  ]),
  createType: z.string().nullish(),
  cancelType: z.string().nullish(),
  rejectReason: z.string().nullish(),
  timeInForce: z.string().nullish(),
  price: amountOrZero,
  qty: amountOrZero,
  cumExecQty: amountOrZero,
  cumExecValue: amountOrZero,
  avgPrice: amountOrZero,
  stopOrderType: z.string().nullish(),
  triggerPrice: amountOrZero,
  /** 1: fires as the price rises; 2: as it falls; 0: is not conditional. */
  triggerDirection: z.int().nullish(),
  reduceOnly: z.boolean(),
  closeOnTrigger: z.boolean().nullish(),
  updatedTime: timeMs,
});
export type RawOrder = z.output<typeof orderShape>;

export const executionShape = z.object({
  execId: id,
  orderId: id,
  symbol: z.string(),
  side,
  execType: z.string(),
  execQty: amount,
  execPrice: amount,
  execFee: amountOrZero,
  feeCurrency: z.string().nullish(),
  isMaker: z.boolean(),
  /** How much of it shrank the position; null where the venue does not say. */
  closedSize: amountIfAny,
  leavesQty: amountOrZero,
  seq: digits.nullish(),
  execTime: timeMs,
});
export type RawExecution = z.output<typeof executionShape>;

/** One movement of one coin: change = cashFlow + funding - fee. */
export const logShape = z.object({
  id: z.string(),
  type: z.string().min(1),
  category: z.string().nullish(),
  symbol: z.string().nullish(),
  currency: z.string().min(1),
  transactionTime: timeMs,
  cashFlow: amountOrZero,
  funding: amountOrZero,
  fee: amountOrZero,
  change: amount,
  tradeId: z.string().nullish(),
  orderId: z.string().nullish(),
});
export type RawLog = z.output<typeof logShape>;

/** Open time, open, high, low, close, and what nothing here asks for. */
export const candleShape = z.tuple([timeMs, amount, amount, amount, amount]).rest(z.unknown());

/** In seconds and nanoseconds, both as digits. */
export const serverTimeShape = z.object({
  timeNano: z
    .string()
    .regex(/^\d{16,20}$/)
    .transform((nanos) => Number(BigInt(nanos) / 1_000_000n)),
});
