// Binance USD-M error codes the exchange answers with, each with its HTTP status and text.
// Source: developers.binance.com, USDS-margined futures, "Error Codes". Clients classify on these numbers.

/** A refusal in the venue's words: {code, msg} with an HTTP status. */
export class VenueError extends Error {
  override readonly name = "VenueError";
  readonly status: number;
  readonly code: number;
  /** Its name in the table below; none for one that is put together from parts. */
  readonly reason: RefusalName | undefined;

  constructor(code: number, message: string, status = 400, reason?: RefusalName) {
    super(message);
    this.code = code;
    this.status = status;
    this.reason = reason;
  }
}

type Refusal = readonly [code: number, message: string, status?: number];

const REFUSALS = {
  unknown: [-1000, "An unknown error occured while processing the request.", 500],
  timeoutUnknown: [
    -1007,
    "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    408,
  ],
  unsupportedOperation: [-1020, "This operation is not supported."],
  timestampBehind: [-1021, "Timestamp for this request is outside of the recvWindow."],
  timestampAhead: [-1021, "Timestamp for this request was 1000ms ahead of the server's time."],
  badSignature: [-1022, "Signature for this request is not valid."],
  startAfterEnd: [-1023, "Start time is greater than end time."],
  badPrecision: [-1111, "Precision is over the maximum defined for this asset."],
  noDepth: [-1112, "No orders on book for symbol."],
  tifNotRequired: [-1114, "TimeInForce parameter sent when not required."],
  badTimeInForce: [-1115, "Invalid timeInForce."],
  badOrderType: [-1116, "Invalid orderType."],
  badSide: [-1117, "Invalid side."],
  badInterval: [-1120, "Invalid interval."],
  badSymbol: [-1121, "Invalid symbol."],
  badRecvWindow: [-1131, "recvWindow must be less than 60000"],
  badRespType: [-1136, "Invalid newOrderRespType"],
  unknownOrder: [-2011, "Unknown order sent."],
  noSuchOrder: [-2013, "Order does not exist."],
  apiKeyFormat: [-2014, "API-key format invalid.", 401],
  apiKeyRejected: [-2015, "Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1", 401],
  balanceInsufficient: [-2018, "Balance is insufficient."],
  marginInsufficient: [-2019, "Margin is insufficient."],
  wouldTrigger: [-2021, "Order would immediately trigger."],
  reduceOnlyRejected: [-2022, "ReduceOnly Order is rejected."],
  maxOpenOrders: [-2025, "Reach max open order limit."],
  maxPosition: [-2027, "Exceeded the maximum allowable position at current leverage."],
  leverageTooLow: [-2028, "Leverage is smaller than permitted: insufficient margin balance."],
  priceNotPositive: [-4001, "Price less than 0."],
  priceAboveMax: [-4002, "Price greater than max price."],
  qtyNotPositive: [-4003, "Quantity less than or equal to zero."],
  qtyBelowMin: [-4004, "Quantity less than min quantity."],
  qtyAboveMax: [-4005, "Quantity greater than max quantity."],
  stopNotPositive: [-4006, "Stop price less than zero."],
  priceBelowMin: [-4013, "Price less than min price."],
  priceOffTick: [-4014, "Price not increased by tick size."],
  badClientId: [-4015, "Client order id is not valid. Client order id length should be less than 36 chars"],
  priceAboveCap: [-4016, "Limit price can't be higher than %s."],
  badDepthLimit: [-4021, "%s is not valid depth limit."],
  qtyOffStep: [-4023, "Qty not increased by step size."],
  priceBelowFloor: [-4024, "Limit price can't be lower than %s."],
  badLeverage: [-4028, "Leverage %s is not valid"],
  badWorkingType: [-4031, "Invalid parameter working type: %s"],
  maxStopOrders: [-4045, "Reach max stop order limit."],
  marginTypeSame: [-4046, "No need to change margin type."],
  marginTypeOpenOrders: [-4047, "Margin type cannot be changed if there exists open orders."],
  marginTypePosition: [-4048, "Margin type cannot be changed if there exists position."],
  marginNotIsolated: [-4049, "Add margin only support for isolated position."],
  crossInsufficient: [-4050, "Cross balance insufficient."],
  isolatedInsufficient: [-4051, "Isolated balance insufficient."],
  marginNoPosition: [-4054, "Cannot add position margin: position is 0."],
  amountNotPositive: [-4055, "Amount must be positive."],
  positionSideSame: [-4059, "No need to change position side."],
  badPositionSide: [-4060, "Invalid position side."],
  positionSideMismatch: [-4061, "Order's position side does not match user's setting."],
  badBatchSize: [-4082, "Invalid number of batch place orders."],
  duplicateClientId: [-4116, "ClientOrderId is duplicated."],
  useAlgoOrder: [
    -4120,
    "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
  ],
  marketPriceOutside: [-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."],
  closePositionQty: [-4137, "Quantity must be zero with closePosition equals true"],
  belowMinNotional: [-4164, "Order's notional must be no smaller than %s (unless you choose reduce only)."],
  closeWithoutPosition: [
    -4509,
    "Time in Force (TIF) GTE can only be used with open positions. Please ensure that positions are available.",
  ],
  fokRejected: [
    -5021,
    "Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history",
  ],
  postOnlyRejected: [
    -5022,
    "Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history",
  ],
  amendLimitOnly: [-5025, "Only limit order is supported."],
  amendSame: [-5027, "No need to modify the order."],
} as const satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof REFUSALS;

/** Builds a named refusal; `values` fill the %s places of its text in order. */
export function refuse(name: RefusalName, ...values: readonly string[]): VenueError {
  const [code, text, status] = REFUSALS[name] as Refusal;
  let message = text;
  for (const value of values) message = message.replace("%s", () => value);
  return new VenueError(code, message, status, name);
}

/** -1102: a mandatory parameter is missing or unreadable. */
export function missingParameter(parameter: string): VenueError {
  return new VenueError(
    -1102,
    `Mandatory parameter '${parameter}' was not sent, was empty/null, or malformed.`,
  );
}

/** -1102: one of two parameters has to be sent. */
export function missingEither(first: string, second: string): VenueError {
  return new VenueError(-1102, `Param '${first}' or '${second}' must be sent, but both were empty/null!`);
}

/** -1130: a parameter was sent with a value that makes no sense. */
export function invalidParameter(parameter: string): VenueError {
  return new VenueError(-1130, `Data sent for parameter '${parameter}' is not valid.`);
}

/** -1106: a parameter that this order type does not take. */
export function parameterNotRequired(parameter: string): VenueError {
  return new VenueError(-1106, `Parameter '${parameter}' sent when not required.`);
}
