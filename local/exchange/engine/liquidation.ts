// Liquidation: when collateral no longer covers maintenance margin, open orders are cancelled and the
// positions are taken over at the mark price for a fee. A loss beyond the collateral falls on the insurance
// fund, so no wallet ends below zero.
import { absE8, divideHalfUp } from "./decimal.ts";
import {
  clientKey,
  type Engine,
  notionalUsdE8,
  positionOf,
  restingOf,
  specOf,
  symbolStateOf,
  trimRing,
} from "./engine.ts";
import { bookIncome, expireStaleReduceOnly, finishOrder, movePosition } from "./fills.ts";
import { accountMargin, positionMargin } from "./margin.ts";
import type { Account, Order, Side } from "./state.ts";

/** Clearance fee on liquidated value: 1.25 %, Binance's liquidationFee. */
const LIQUIDATION_FEE_PPM = 12_500n;
const PPM = 1_000_000n;

/** Client ids of forced orders, as Binance documents them. */
export const LIQUIDATION_PREFIX = "autoclose-";
export const ADL_CLIENT_ID = "adl_autoclose";

/** A position that the exchange takes over from an account, and its price. */
interface TakenOver {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly lots: number;
  readonly ticks: number;
}

function forcedOrder(engine: Engine, account: Account, forced: TakenOver): Order {
  const { clientOrderId, symbol, side, lots, ticks } = forced;
  const { state } = engine;
  const order: Order = {
    orderId: state.nextOrderId++,
    accountId: account.id,
    symbol,
    clientOrderId,
    side,
    type: "LIMIT",
    origType: "LIMIT",
    timeInForce: "IOC",
    priceTicks: ticks,
    lots,
    executedLots: lots,
    cumQuoteUsdE8: notionalUsdE8(specOf(engine, symbol), ticks, lots),
    reduceOnly: false,
    closePosition: false,
    stopTicks: 0,
    workingType: "CONTRACT_PRICE",
    status: "FILLED",
    timeMs: engine.nowMs,
    updateTimeMs: engine.nowMs,
    queueSeq: state.nextQueueSeq++,
    restedStep: state.stepIndex,
  };
  state.orders.set(order.orderId, order);
  engine.byClientId.set(clientKey(account.id, symbol, order.clientOrderId), order.orderId);
  return order;
}

/** Books the trade of a forced order, and the incomes that explain it. */
function bookForced(
  engine: Engine,
  account: Account,
  { orderId, symbol, side, priceTicks, lots, cumQuoteUsdE8 }: Order,
  { realizedUsdE8, feeUsdE8 }: { readonly realizedUsdE8: bigint; readonly feeUsdE8: bigint },
) {
  const { state } = engine;
  positionOf(account, symbol).updateTimeMs = engine.nowMs;
  const tradeId = state.nextTradeId++;
  state.trades.push({
    id: tradeId,
    orderId,
    accountId: account.id,
    symbol,
    side,
    priceTicks,
    lots,
    quoteUsdE8: cumQuoteUsdE8,
    commissionUsdE8: feeUsdE8,
    realizedUsdE8,
    maker: false,
    timeMs: engine.nowMs,
  });
  trimRing(state.trades, engine.history.trades);
  const detail = { symbol, tradeId: String(tradeId) };
  bookIncome(engine, account, { type: "REALIZED_PNL", amountE8: realizedUsdE8, ...detail });
  bookIncome(engine, account, {
    type: "COMMISSION",
    amountE8: -feeUsdE8,
    ...detail,
    info: "LIQUIDATION_FEE",
  });
  return detail;
}

/** Auto-deleveraging: the exchange closes a part of a position at the mark price, without a fee. */
export function deleverage(engine: Engine, account: Account, symbol: string, share: number): number {
  const position = positionOf(account, symbol);
  const lots = Math.min(Math.abs(position.lots), Math.ceil(Math.abs(position.lots) * share));
  if (lots === 0) return 0;
  const spec = specOf(engine, symbol);
  const side: Side = position.lots > 0 ? "SELL" : "BUY";
  const ticks = Number(symbolStateOf(engine, symbol).markUsdE8 / spec.tickE8);
  const order = forcedOrder(engine, account, { clientOrderId: ADL_CLIENT_ID, symbol, side, lots, ticks });
  const realizedUsdE8 = movePosition(position, side, lots, notionalUsdE8(spec, ticks, 1));
  bookForced(engine, account, order, { realizedUsdE8, feeUsdE8: 0n });
  engine.revision += 1;
  expireStaleReduceOnly(engine, account, symbol);
  return lots;
}

/** Takes one position over at the mark price. `collateral` caps the fee. */
function takeOver(engine: Engine, account: Account, symbol: string, collateralUsdE8: bigint): void {
  const spec = specOf(engine, symbol);
  const position = positionOf(account, symbol);
  const lots = Math.abs(position.lots);
  const side: Side = position.lots > 0 ? "SELL" : "BUY";
  const ticks = Number(symbolStateOf(engine, symbol).markUsdE8 / spec.tickE8);
  const clientOrderId = LIQUIDATION_PREFIX + String(engine.nowMs);
  const order = forcedOrder(engine, account, { clientOrderId, symbol, side, lots, ticks });
  const realizedUsdE8 = movePosition(position, side, lots, notionalUsdE8(spec, ticks, 1));
  const left = collateralUsdE8 + realizedUsdE8;
  const fullFee = divideHalfUp(absE8(order.cumQuoteUsdE8) * LIQUIDATION_FEE_PPM, PPM);
  const feeUsdE8 = left <= 0n ? 0n : fullFee < left ? fullFee : left;
  const detail = bookForced(engine, account, order, { realizedUsdE8, feeUsdE8 });
  if (left < 0n) bookIncome(engine, account, { type: "INSURANCE_CLEAR", amountE8: -left, ...detail });
  engine.revision += 1;
  expireStaleReduceOnly(engine, account, symbol);
}

function cancelResting(engine: Engine, account: Account, symbol: string): void {
  for (const order of restingOf(engine, account.id, symbol))
    finishOrder(engine, order, "CANCELED", "liquidation");
}

function liquidateIsolated(engine: Engine, account: Account): void {
  for (const [symbol, position] of account.positions) {
    if (position.marginType !== "ISOLATED" || position.lots === 0) continue;
    const margin = positionMargin(engine, account, symbol);
    if (position.isolatedWalletUsdE8 + margin.unrealizedUsdE8 > margin.maintenanceUsdE8) continue;
    cancelResting(engine, account, symbol);
    takeOver(engine, account, symbol, position.isolatedWalletUsdE8);
  }
}

function liquidateCross(engine: Engine, account: Account): void {
  const margin = accountMargin(engine, account);
  if (margin.crossMaintenanceUsdE8 === 0n) return;
  if (margin.crossWalletUsdE8 + margin.crossUnrealizedUsdE8 > margin.crossMaintenanceUsdE8) return;
  const held = [...account.positions].filter(([, position]) => position.marginType === "CROSSED");
  for (const [symbol] of held) cancelResting(engine, account, symbol);
  const open = held.filter(([, position]) => position.lots !== 0);
  // Winners first, so that their profit is there before the losers' losses are counted.
  const byProfit = open
    .map(([symbol]) => ({ symbol, profit: positionMargin(engine, account, symbol).unrealizedUsdE8 }))
    .sort((a, b) =>
      a.profit === b.profit ? a.symbol.localeCompare(b.symbol) : a.profit > b.profit ? -1 : 1,
    );
  for (const { symbol } of byProfit)
    takeOver(engine, account, symbol, accountMargin(engine, account).crossWalletUsdE8);
}

/** Checks every account at the present mark prices and liquidates what is not covered. */
export function liquidateUncovered(engine: Engine): void {
  for (const account of engine.state.accounts.values()) {
    if (![...account.positions.values()].some((position) => position.lots !== 0)) continue;
    liquidateIsolated(engine, account);
    liquidateCross(engine, account);
  }
}
