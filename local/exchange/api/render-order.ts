// Orders and trades as Binance writes them.
import { type Engine, specOf } from "../engine/engine.ts";
import type { Order, Trade } from "../engine/state.ts";
import { averageText, moneyText, priceText, qtyText, quoteText } from "./text.ts";

/** Fields that every order answer has. */
function common(engine: Engine, order: Order): Record<string, unknown> {
  const spec = specOf(engine, order.symbol);
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: priceText(spec, order.priceTicks),
    avgPrice: averageText(spec, order.cumQuoteUsdE8, order.executedLots),
    origQty: qtyText(spec, order.lots),
    executedQty: qtyText(spec, order.executedLots),
    cumQuote: quoteText(order.cumQuoteUsdE8),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: order.side,
    positionSide: "BOTH",
    stopPrice: priceText(spec, order.stopTicks),
    workingType: order.workingType,
    priceProtect: false,
    origType: order.origType,
    priceMatch: "NONE",
    selfTradePreventionMode: "EXPIRE_MAKER",
    goodTillDate: 0,
  };
}

/** A stored order, as GET answers it. */
export function renderOrder(engine: Engine, order: Order): Record<string, unknown> {
  return { ...common(engine, order), time: order.timeMs, updateTime: order.updateTimeMs };
}

/** An order just changed, as PUT and DELETE answer it. */
export function renderChanged(engine: Engine, order: Order): Record<string, unknown> {
  const spec = specOf(engine, order.symbol);
  return {
    ...common(engine, order),
    cumQty: qtyText(spec, order.executedLots),
    updateTime: order.updateTimeMs,
  };
}

/**
 * An order just placed. ACK, and RESULT of a resting limit order, say NEW whatever has happened since: Binance
 * returns the final result only for market orders and for limit orders that cannot rest.
 */
export function renderPlaced(engine: Engine, order: Order, result: boolean): Record<string, unknown> {
  const final =
    result && (order.type === "MARKET" || order.timeInForce === "IOC" || order.timeInForce === "FOK");
  if (final) return renderChanged(engine, order);
  const fresh: Order = {
    ...order,
    status: "NEW",
    executedLots: 0,
    cumQuoteUsdE8: 0n,
    updateTimeMs: order.timeMs,
  };
  return renderChanged(engine, fresh);
}

export function renderTrade(engine: Engine, trade: Trade): Record<string, unknown> {
  const spec = specOf(engine, trade.symbol);
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: trade.orderId,
    side: trade.side,
    price: priceText(spec, trade.priceTicks),
    qty: qtyText(spec, trade.lots),
    realizedPnl: moneyText(trade.realizedUsdE8),
    quoteQty: quoteText(trade.quoteUsdE8),
    commission: moneyText(trade.commissionUsdE8),
    commissionAsset: "USDT",
    time: trade.timeMs,
    positionSide: "BOTH",
    maker: trade.maker,
    buyer: trade.side === "BUY",
  };
}
