// Bybit's codes that the exchange answers with. Source: the pages "Error Codes" (docs/v5/error) and "Place Order"; where the
// venue's own message differs from the page's wording, the message. Clients classify on the numbers.
import type { RefusalName, VenueError } from "../codes.ts";

/** A refusal in the venue's words: {retCode, retMsg}, with HTTP 200 unless told otherwise. */
export class BybitError extends Error {
  override readonly name = "BybitError";
  readonly retCode: number;
  readonly result: unknown;

  constructor(retCode: number, message: string, result: unknown = {}) {
    super(message);
    this.retCode = retCode;
    this.result = result;
  }
}

const REFUSALS = {
  badKey: [10003, "API key is invalid."],
  badSign: [10004, "error sign! please check your signature generation algorithm."],
  keyMayNot: [10005, "Permission denied, please check your API key permissions."],
  tooMany: [10006, "Too many visits. Exceeded the API Rate Limit."],
  noAuthentication: [
    10001,
    "empty value: apiTimestamp[] apiKey[] apiSignature[]: openapi sign params error!",
  ],
  banned: [10027, "Transactions are banned."],
  badSymbol: [10001, "Not supported symbols"],
  badMode: [10001, "position idx not match position mode"],
  hedge: [10001, "positions of hedge mode are not made here"],
  badQty: [10001, "Qty invalid"],
  qtyTooSmall: [10001, "The number of contracts exceeds minimum limit allowed"],
  qtyTooLarge: [10001, "The number of contracts exceeds maximum limit allowed: too large"],
  badPrice: [10001, "Price invalid"],
  badLinkId: [10001, "OrderLinkId invalid: at most 36 letters, digits, dashes and underscores"],
  amendSame: [10001, "The order remains unchanged as the parameters entered match the existing ones."],
  noOrder: [110001, "order not exists or too late to cancel"],
  priceOutside: [110003, "Order price exceeds the allowable range."],
  noBalance: [110007, "ab not enough for new order"],
  tooManyStops: [110009, "The number of stop orders exceeds the maximum allowable limit."],
  leverageUncovered: [110012, "Insufficient available balance."],
  leverageTooHigh: [110013, "Cannot set leverage due to risk limit level."],
  noPositionToReduce: [110017, "current position is zero, cannot fix reduce-only order qty"],
  reducesNothing: [110017, "reduce-only order has same side with current position"],
  tooManyOrders: [110020, "Not allowed to have more than 500 active orders."],
  modeWithPosition: [110024, "You have an existing position, so the position mode cannot be switched."],
  modeSame: [110025, "Position mode is not modified"],
  modeWithOrders: [110028, "You have existing open orders, so the position mode cannot be switched."],
  leverageSame: [110043, "leverage not modified"],
  qtyExecuted: [
    110064,
    "The modified contract quantity cannot be less than or equal to the filled quantity.",
  ],
  duplicateLinkId: [110072, "OrderLinkedID is duplicate"],
  positionTooLarge: [110090, "Order placement failed as your position may exceed the max limit."],
  wouldRise: [110092, "expect Rising, but trigger_price[%s] <= current[%s]??%s"],
  wouldFall: [110093, "expect Falling, but trigger_price[%s] >= current[%s]??%s"],
  valueTooSmall: [110094, "Order does not meet minimum order value %sUSDT"],
} as const satisfies Record<string, readonly [number, string]>;

export type BybitRefusal = keyof typeof REFUSALS;

/** Builds a named refusal; `values` fill the %s places of its text in order. */
export function refuse(name: BybitRefusal, ...values: readonly string[]): BybitError {
  const [code, text] = REFUSALS[name];
  let message: string = text;
  for (const value of values) message = message.replace("%s", () => value);
  return new BybitError(code, message);
}

/** 10001: a parameter that is missing, malformed, or not served here. */
export function badParameter(name: string): BybitError {
  return new BybitError(10001, `params error: ${name} invalid`);
}

/** Refusals of the engine, which names them as Binance does. */
const OF_ENGINE: Partial<Record<RefusalName, BybitRefusal>> = {
  maxOpenOrders: "tooManyOrders",
  maxStopOrders: "tooManyStops",
  marginInsufficient: "noBalance",
  maxPosition: "positionTooLarge",
  leverageTooLow: "leverageUncovered",
  reduceOnlyRejected: "noPositionToReduce",
  closeWithoutPosition: "noPositionToReduce",
  duplicateClientId: "duplicateLinkId",
  unknownOrder: "noOrder",
  noSuchOrder: "noOrder",
  amendSame: "amendSame",
};

/** The engine's refusal in Bybit's words. Throws the refusal itself when there are none: that is a fault of the program. */
export function fromEngine(error: VenueError): BybitError {
  const name = error.reason === undefined ? undefined : OF_ENGINE[error.reason];
  if (name === undefined) throw error;
  return refuse(name);
}
