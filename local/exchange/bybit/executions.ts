// Executions: trades, forced ones under their own types, and funding. Source: the page "Get Trade History"
// (docs/v5/order/execution). Funding that is paid has a positive execFee; a trade's mark price is the price it was made at.
import { priceText, qtyText } from "../api/text.ts";
import { divideHalfUp } from "../engine/decimal.ts";
import { type Engine, specOf, symbolStateOf } from "../engine/engine.ts";
import type { Trade } from "../engine/state.ts";
import { type Booked, bookedOf, closedLots } from "./booked.ts";
import { uuidOf } from "./ids.ts";
import { namedOrder } from "./order-queries.ts";
import { pageByTime } from "./paging.ts";
import { createTypeOf } from "./render-order.ts";
import type { BybitCall } from "./route.ts";
import { moneyText, ppmText, rateText, sideText, timeText } from "./text.ts";
import { linkIdOf, type Maker, makerOf } from "./venue-orders.ts";

const TYPES = ["Trade", "Funding", "BustTrade", "AdlTrade"] as const;
type ExecType = (typeof TYPES)[number];
const OF_MAKER: Readonly<Record<Maker, ExecType>> = {
  account: "Trade",
  liquidation: "BustTrade",
  adl: "AdlTrade",
};
const PPM = 1_000_000n;

function execTypeOf(engine: Engine, { trade, income }: Booked): ExecType | undefined {
  if (trade === undefined)
    return income?.type === "FUNDING_FEE" && income.symbol !== "" ? "Funding" : undefined;
  return OF_MAKER[makerOf(engine.state.orders.get(trade.orderId))];
}

/** Rate and mark of a funding period, in 1e-8; those of a period that is long forgotten are unknown. */
export function fundingOf(engine: Engine, { symbol, timeMs, lotsAfter }: Booked) {
  const period = symbolStateOf(engine, symbol).fundingHistory.find((entry) => entry.timeMs === timeMs);
  const rateE8 = period?.rateE8 ?? 0;
  // A short sees the rate with the other sign.
  return { rateE8: lotsAfter < 0 ? -rateE8 : rateE8, markUsdE8: period?.markUsdE8 ?? 0n };
}

const EMPTY = {
  underlyingPrice: "",
  indexPrice: "",
  feeCurrency: "",
  execFeeV2: "",
  tradeIv: "",
  markIv: "",
  blockTradeId: "",
  extraFees: "",
};

function renderTrade(engine: Engine, booked: Booked, trade: Trade, leavesLots: number) {
  const spec = specOf(engine, trade.symbol);
  const order = engine.state.orders.get(trade.orderId);
  const algo = engine.state.algoOrders.get(trade.orderId);
  const ratePpm = divideHalfUp(trade.commissionUsdE8 * PPM, trade.quoteUsdE8 === 0n ? 1n : trade.quoteUsdE8);
  return {
    ...EMPTY,
    symbol: trade.symbol,
    orderId: uuidOf(trade.orderId),
    orderLinkId: linkIdOf(order),
    side: sideText(trade.side),
    orderPrice: priceText(spec, order?.priceTicks ?? trade.priceTicks),
    orderQty: qtyText(spec, order?.lots ?? trade.lots),
    leavesQty: qtyText(spec, leavesLots),
    createType: createTypeOf({ order, algo }),
    orderType: order?.type === "MARKET" ? "Market" : "Limit",
    stopOrderType: algo === undefined ? "" : "Stop",
    execFee: moneyText(trade.commissionUsdE8),
    execId: uuidOf(trade.id),
    execPrice: priceText(spec, trade.priceTicks),
    execQty: qtyText(spec, trade.lots),
    execType: execTypeOf(engine, booked),
    execValue: moneyText(trade.quoteUsdE8),
    execTime: timeText(trade.timeMs),
    isMaker: trade.maker,
    feeRate: ppmText(Number(ratePpm)),
    markPrice: priceText(spec, trade.priceTicks),
    closedSize: qtyText(spec, closedLots(booked)),
    seq: trade.id,
  };
}

function renderFunding(engine: Engine, booked: Booked): Record<string, unknown> {
  const { symbol, timeMs, lotsAfter, fundingE8, id } = booked;
  const spec = specOf(engine, symbol);
  const { rateE8, markUsdE8 } = fundingOf(engine, booked);
  const side = lotsAfter < 0 ? "Sell" : "Buy";
  const size = Math.abs(lotsAfter);
  const mark = moneyText(markUsdE8);
  return {
    ...EMPTY,
    symbol,
    orderId: `${Math.floor(timeMs / 1000)}-${symbol}-${side}`,
    orderLinkId: "",
    side,
    orderPrice: priceText(spec, 0),
    orderQty: qtyText(spec, 0),
    leavesQty: qtyText(spec, 0),
    createType: "",
    orderType: "UNKNOWN",
    stopOrderType: "UNKNOWN",
    execFee: moneyText(-fundingE8),
    execId: uuidOf(id),
    execPrice: mark,
    execQty: qtyText(spec, size),
    execType: "Funding",
    execValue: moneyText((markUsdE8 * BigInt(size) * spec.lotE8) / 100_000_000n),
    execTime: timeText(timeMs),
    isMaker: false,
    feeRate: rateText(rateE8),
    markPrice: mark,
    closedSize: qtyText(spec, 0),
    seq: id,
  };
}

/** Lots that each trade left of its order, walking back from those that the order has left now. */
function leavesByTrade(engine: Engine, booked: readonly Booked[]): ReadonlyMap<number, number> {
  const executed = new Map<number, number>();
  const leaves = new Map<number, number>();
  for (const { trade } of booked) {
    if (trade === undefined) continue;
    const order = engine.state.orders.get(trade.orderId);
    const after = executed.get(trade.orderId) ?? order?.executedLots ?? trade.lots;
    leaves.set(trade.id, (order?.lots ?? after) - after);
    executed.set(trade.orderId, after - trade.lots);
  }
  return leaves;
}

/** GET /v5/execution/list. A named order prevails over every other filter. */
export function executions(call: BybitCall): unknown {
  const { engine, params, accountId, nowMs } = call;
  params.linear();
  const limit = params.limit(50, 100);
  const type = params.word("execType", TYPES);
  const symbol = params.optionalSymbol(engine.specs)?.symbol;
  const base = params.optional("baseCoin");
  const { startMs, endMs } = params.timeRange(nowMs);
  const named = namedOrder(call);
  const booked = bookedOf(engine, accountId);
  const rows = booked.filter((row) => {
    const execType = execTypeOf(engine, row);
    if (execType === undefined) return false;
    if (named !== null) return named !== undefined && row.trade?.orderId === named.id;
    if (type !== undefined && execType !== type) return false;
    if (row.timeMs < startMs || row.timeMs > endMs) return false;
    if (symbol !== undefined) return row.symbol === symbol;
    return base === undefined || engine.specs.get(row.symbol)?.base === base;
  });
  const leaves = leavesByTrade(engine, booked);
  const page = pageByTime(rows, params, limit);
  const list = page.rows.map((row) =>
    row.trade === undefined
      ? renderFunding(engine, row)
      : renderTrade(engine, row, row.trade, leaves.get(row.trade.id) ?? 0),
  );
  return { nextPageCursor: page.cursor, category: "linear", list };
}
