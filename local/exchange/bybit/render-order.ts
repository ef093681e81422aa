// Orders as Bybit writes them. Sources: the pages "Get Open & Closed Orders" (docs/v5/order/open-order) and "Enums Definitions"
// (docs/v5/enum). Fields that mean nothing for an order are empty text, as in answers of a unified account.
import { averageText, priceText, qtyText } from "../api/text.ts";
import { type Engine, notionalUsdE8, specOf } from "../engine/engine.ts";
import { type AlgoOrder, type EndCause, isOpen, type Order, type TimeInForce } from "../engine/state.ts";
import { uuidOf } from "./ids.ts";
import { moneyText, sideText, timeText } from "./text.ts";
import { type Maker, makerOf, updatedMs, type VenueOrder } from "./venue-orders.ts";

const TIMES_IN_FORCE: Readonly<Record<TimeInForce, string>> = {
  GTC: "GTC",
  IOC: "IOC",
  FOK: "FOK",
  GTX: "PostOnly",
};

const TRIGGER_BY = {
  CONTRACT_PRICE: "LastPrice",
  MARK_PRICE: "MarkPrice",
  INDEX_PRICE: "IndexPrice",
} as const;

const REJECT_REASONS: Partial<Record<EndCause, string>> = {
  postOnly: "EC_PostOnlyWillTakeLiquidity",
  noLiquidity: "EC_NoImmediateQtyToFill",
  noFullFill: "EC_CancelForNoFullFill",
};
const CANCEL_TYPES: Partial<Record<EndCause, string>> = {
  reduceOnly: "CancelByReduceOnly",
  selfMatch: "CancelBySmp",
  liquidation: "CancelByPrepareLiq",
};

function statusOf({ order, algo }: VenueOrder): string {
  if (order !== undefined) {
    if (order.status === "NEW") return "New";
    if (order.status === "PARTIALLY_FILLED") return "PartiallyFilled";
    return order.status === "FILLED" ? "Filled" : "Cancelled";
  }
  if (algo?.status === "NEW") return "Untriggered";
  // An order that found its margin, or its position, gone when it was triggered is cancelled.
  return algo?.status === "CANCELED" ? "Deactivated" : "Cancelled";
}

function cancelTypeOf({ order, algo }: VenueOrder): string {
  if (order?.status === "CANCELED" && order.endedBy === undefined) return "CancelByUser";
  if (order !== undefined)
    return (order.endedBy === undefined ? undefined : CANCEL_TYPES[order.endedBy]) ?? "UNKNOWN";
  if (algo?.status === "CANCELED") return "CancelByUser";
  return algo?.status !== "NEW" && algo?.reduceOnly ? "CancelByReduceOnly" : "UNKNOWN";
}

const CREATE_TYPES: Readonly<Record<Maker, string>> = {
  account: "CreateByUser",
  liquidation: "CreateByTakeOver_PassThrough",
  adl: "CreateByAdl_PassThrough",
};

export function createTypeOf({ order, algo }: Pick<VenueOrder, "order" | "algo">): string {
  return algo === undefined ? CREATE_TYPES[makerOf(order)] : "CreateByStopOrder";
}

/** 1: the market has to rise to the trigger; 2: to fall. */
function triggerDirection({ orderType, side }: AlgoOrder): 1 | 2 {
  return orderType.startsWith("STOP") === (side === "BUY") ? 1 : 2;
}

function triggerFields(engine: Engine, algo: AlgoOrder | undefined): Record<string, unknown> {
  if (algo === undefined)
    return { stopOrderType: "", triggerPrice: "", triggerDirection: 0, triggerBy: "", closeOnTrigger: false };
  return {
    stopOrderType: "Stop",
    triggerPrice: priceText(specOf(engine, algo.symbol), algo.triggerTicks),
    triggerDirection: triggerDirection(algo),
    triggerBy: TRIGGER_BY[algo.workingType],
    closeOnTrigger: algo.closePosition,
  };
}

interface Terms {
  readonly market: boolean;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: number;
  readonly lots: number;
  readonly reduceOnly: boolean;
  readonly side: Order["side"];
}

function termsOf({ order, algo }: VenueOrder): Terms {
  if (order !== undefined) return { ...order, market: order.type === "MARKET" };
  if (algo === undefined) throw new Error("An order is neither placed nor conditional");
  return { ...algo, market: algo.orderType.endsWith("_MARKET") };
}

function executedFields(
  engine: Engine,
  { symbol, order }: VenueOrder,
  feeUsdE8: bigint,
): Record<string, unknown> {
  const spec = specOf(engine, symbol);
  const executed = order?.executedLots ?? 0;
  const leaves = order !== undefined && isOpen(order) ? order.lots - executed : 0;
  return {
    avgPrice: executed === 0 ? "" : averageText(spec, order?.cumQuoteUsdE8 ?? 0n, executed),
    leavesQty: qtyText(spec, leaves),
    leavesValue: moneyText(notionalUsdE8(spec, order?.priceTicks ?? 0, leaves)),
    cumExecQty: qtyText(spec, executed),
    cumExecValue: moneyText(order?.cumQuoteUsdE8 ?? 0n),
    cumExecFee: moneyText(feeUsdE8),
    cumFeeDetail: executed === 0 ? {} : { USDT: moneyText(feeUsdE8) },
  };
}

export function renderOrder(
  engine: Engine,
  venueOrder: VenueOrder,
  feeUsdE8: bigint,
): Record<string, unknown> {
  const { id, linkId, symbol, order, algo, timeMs } = venueOrder;
  const spec = specOf(engine, symbol);
  const terms = termsOf(venueOrder);
  return {
    orderId: uuidOf(id),
    orderLinkId: linkId,
    blockTradeId: "",
    symbol,
    price: priceText(spec, terms.priceTicks),
    qty: qtyText(spec, terms.lots),
    side: sideText(terms.side),
    isLeverage: "",
    positionIdx: 0,
    orderStatus: statusOf(venueOrder),
    createType: createTypeOf(venueOrder),
    cancelType: cancelTypeOf(venueOrder),
    rejectReason: (order?.endedBy === undefined ? undefined : REJECT_REASONS[order.endedBy]) ?? "EC_NoError",
    ...executedFields(engine, venueOrder, feeUsdE8),
    timeInForce: terms.market ? "IOC" : TIMES_IN_FORCE[terms.timeInForce],
    orderType: terms.market ? "Market" : "Limit",
    ...triggerFields(engine, algo),
    orderIv: "",
    marketUnit: "",
    takeProfit: "",
    stopLoss: "",
    tpslMode: "",
    ocoTriggerBy: "",
    tpLimitPrice: "0",
    slLimitPrice: "0",
    tpTriggerBy: "",
    slTriggerBy: "",
    lastPriceOnCreated: "",
    reduceOnly: terms.reduceOnly || (algo?.closePosition ?? false),
    placeType: "",
    slippageToleranceType: "UNKNOWN",
    slippageTolerance: "",
    smpType: "None",
    smpGroup: 0,
    smpOrderId: "",
    createdTime: timeText(timeMs),
    updatedTime: timeText(updatedMs(venueOrder)),
    extraFees: "",
  };
}
