// The wallet's log: one row a change, with the balance that it left. Source: the page "Get Transaction Log"
// (docs/v5/account/transaction-log). change = cashFlow + funding - fee; funding that is paid is negative here.
import { qtyText } from "../api/text.ts";
import { divideHalfUp } from "../engine/decimal.ts";
import { type Engine, specOf } from "../engine/engine.ts";
import type { IncomeType } from "../engine/state.ts";
import { type Booked, bookedOf } from "./booked.ts";
import { fundingOf } from "./executions.ts";
import { uuidOf } from "./ids.ts";
import { pageByTime } from "./paging.ts";
import type { BybitCall } from "./route.ts";
import { moneyText, ppmText, rateText, sideText, timeText } from "./text.ts";
import { linkIdOf, type Maker, makerOf } from "./venue-orders.ts";

const DAY_MS = 86_400_000;
const PPM = 1_000_000n;
const OF_MAKER: Readonly<Record<Maker, string>> = {
  account: "TRADE",
  liquidation: "LIQUIDATION",
  adl: "ADL",
};
/** Changes without a trade; those that are no transfers and no funding were made by hand. */
const OF_INCOME: Readonly<Record<Exclude<IncomeType, "TRANSFER">, string>> = {
  REALIZED_PNL: "TRADE",
  COMMISSION: "TRADE",
  FUNDING_FEE: "SETTLEMENT",
  INSURANCE_CLEAR: "LIQUIDATION",
};

function typeOf(engine: Engine, { trade, income, changeE8 }: Booked): string {
  if (trade !== undefined) return OF_MAKER[makerOf(engine.state.orders.get(trade.orderId))];
  if (income === undefined) throw new Error("A booked change is neither a trade nor an income");
  if (income.type !== "TRANSFER") return OF_INCOME[income.type];
  return changeE8 < 0n ? "TRANSFER_OUT" : "TRANSFER_IN";
}

/** Money that came or went is of no product; all else that the wallet books here comes of contracts. */
function categoryOf({ income }: Booked): string {
  return income?.type === "TRANSFER" ? "" : "linear";
}

/** Side, quantity, price and ids of a trade, of a funding, or of neither. */
function about(engine: Engine, booked: Booked): Record<string, unknown> {
  const { symbol, trade, income, lotsAfter } = booked;
  const none = {
    qty: "0",
    size: "0",
    tradePrice: "0",
    feeRate: "0",
    tradeId: "",
    orderId: "",
    orderLinkId: "",
  };
  if (symbol === "") return { ...none, side: "None" };
  const spec = specOf(engine, symbol);
  const size = qtyText(spec, lotsAfter);
  if (trade !== undefined) {
    const value = trade.quoteUsdE8 === 0n ? 1n : trade.quoteUsdE8;
    return {
      side: sideText(trade.side),
      qty: qtyText(spec, trade.lots),
      size,
      tradePrice: moneyText(BigInt(trade.priceTicks) * spec.tickE8),
      feeRate: ppmText(Number(divideHalfUp(trade.commissionUsdE8 * PPM, value))),
      tradeId: uuidOf(trade.id),
      orderId: uuidOf(trade.orderId),
      orderLinkId: linkIdOf(engine.state.orders.get(trade.orderId)),
    };
  }
  if (income?.type !== "FUNDING_FEE") return { ...none, side: "None", size };
  const { rateE8, markUsdE8 } = fundingOf(engine, booked);
  return {
    side: lotsAfter < 0 ? "Sell" : "Buy",
    qty: qtyText(spec, Math.abs(lotsAfter)),
    size,
    tradePrice: moneyText(markUsdE8),
    feeRate: rateText(rateE8),
    tradeId: uuidOf(booked.id),
    orderId: `${Math.floor(booked.timeMs / 1000)}-${symbol}`,
    orderLinkId: "",
  };
}

function render(engine: Engine, booked: Booked): Record<string, unknown> {
  const { symbol, asset, id, timeMs, fundingE8, feeE8, cashFlowE8, changeE8, balanceE8 } = booked;
  return {
    transSubType: "",
    id: `${symbol}_${id}`,
    symbol,
    category: categoryOf(booked),
    transactionTime: timeText(timeMs),
    type: typeOf(engine, booked),
    currency: asset,
    ...about(engine, booked),
    funding: fundingE8 === 0n ? "" : moneyText(fundingE8),
    fee: moneyText(feeE8),
    cashFlow: moneyText(cashFlowE8),
    change: moneyText(changeE8),
    cashBalance: moneyText(balanceE8),
    bonusChange: "",
    extraFees: "",
  };
}

/** GET /v5/account/transaction-log: the last 24 hours, unless a time is given. */
export function transactionLog({ engine, params, accountId, nowMs }: BybitCall): unknown {
  params.word("accountType", ["UNIFIED"]);
  const category = params.word("category", ["linear", "spot", "option", "inverse"]);
  const currency = params.optional("currency");
  const base = params.optional("baseCoin");
  const type = params.optional("type");
  const limit = params.limit(20, 50);
  const { startMs, endMs } = params.timeRange(nowMs, DAY_MS);
  const rows = bookedOf(engine, accountId).filter(
    (row) =>
      row.timeMs >= startMs &&
      row.timeMs <= endMs &&
      (category === undefined || category === categoryOf(row)) &&
      (currency === undefined || row.asset === currency) &&
      (base === undefined || engine.specs.get(row.symbol)?.base === base) &&
      (type === undefined || typeOf(engine, row) === type),
  );
  const page = pageByTime(rows, params, limit);
  return { nextPageCursor: page.cursor, list: page.rows.map((row) => render(engine, row)) };
}
