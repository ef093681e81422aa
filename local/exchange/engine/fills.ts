// Books one fill: on the order, the position, the wallet and the records. Amounts are exact; the commission
// is rounded half up to 1e-8 USDT. Conservation: wallet = transfers + realized - fees + funding.
import { removeResting } from "./book.ts";
import { absE8, divideHalfUp } from "./decimal.ts";
import { accountOf, bookOf, type Engine, notionalUsdE8, positionOf, specOf, trimRing } from "./engine.ts";
import type { Account, EndCause, IncomeType, Order, OrderStatus, Position, Side } from "./state.ts";

const PPM = 1_000_000n;

/** One execution to be booked. `feePpm` overrides the account's rates (liquidations). */
interface Fill {
  readonly ticks: number;
  readonly lots: number;
  readonly maker: boolean;
}

export const signOf = (side: Side): 1 | -1 => (side === "BUY" ? 1 : -1);

/** The asset that margin is held in. */
export const SETTLEMENT_ASSET = "USDT";

/** A change of a wallet and what explains it. */
interface BookedIncome {
  readonly type: IncomeType;
  readonly amountE8: bigint;
  readonly symbol: string;
  readonly tradeId?: string;
  readonly info?: string;
  /** USDT unless told otherwise. */
  readonly asset?: string;
}

/** Changes a wallet and writes the income record that explains it. Zero amounts leave no record. */
export function bookIncome(engine: Engine, account: Account, income: BookedIncome): void {
  const { type, amountE8 } = income;
  if (amountE8 === 0n) return;
  const asset = income.asset ?? SETTLEMENT_ASSET;
  if (asset === SETTLEMENT_ASSET) account.walletUsdE8 += amountE8;
  else account.otherE8.set(asset, (account.otherE8.get(asset) ?? 0n) + amountE8);
  account.updateTimeMs = engine.nowMs;
  engine.state.incomes.push({
    tranId: engine.state.nextTranId++,
    accountId: account.id,
    symbol: income.symbol,
    type,
    asset,
    amountE8,
    info: income.info ?? type,
    tradeId: income.tradeId ?? "",
    timeMs: engine.nowMs,
  });
  trimRing(engine.state.incomes, engine.history.incomes);
  engine.revision += 1;
}

/** Takes `lots` (unsigned) out of a position at `valueUsdE8`; returns the realized profit. */
function reduce(position: Position, lots: number, valueUsdE8: bigint): bigint {
  const open = Math.abs(position.lots);
  const all = lots === open;
  const cost = all ? position.entryUsdE8 : (position.entryUsdE8 * BigInt(lots)) / BigInt(open);
  const released = all
    ? position.isolatedWalletUsdE8
    : (position.isolatedWalletUsdE8 * BigInt(lots)) / BigInt(open);
  const sign = position.lots > 0 ? 1n : -1n;
  position.entryUsdE8 -= cost;
  position.isolatedWalletUsdE8 -= released;
  position.lots -= Number(sign) * lots;
  return sign * valueUsdE8 - cost;
}

function extend(position: Position, signedLots: number, valueUsdE8: bigint): void {
  position.entryUsdE8 += signedLots > 0 ? valueUsdE8 : -valueUsdE8;
  position.lots += signedLots;
  if (position.marginType === "ISOLATED")
    position.isolatedWalletUsdE8 += valueUsdE8 / BigInt(position.leverage);
}

/**
 * Moves a position by a fill; one that crosses zero closes first and opens the rest on the other side.
 * Returns the realized profit in 1e-8 USDT.
 */
export function movePosition(position: Position, side: Side, lots: number, unitValueUsdE8: bigint): bigint {
  const sign = signOf(side);
  const opposes = position.lots !== 0 && Math.sign(position.lots) !== sign;
  const closing = opposes ? Math.min(lots, Math.abs(position.lots)) : 0;
  const realized = closing > 0 ? reduce(position, closing, unitValueUsdE8 * BigInt(closing)) : 0n;
  const opening = lots - closing;
  if (opening > 0) extend(position, sign * opening, unitValueUsdE8 * BigInt(opening));
  return realized;
}

/** Ends an order and takes it off the book; `endedBy` where the account did not ask for that. */
export function finishOrder(engine: Engine, order: Order, status: OrderStatus, endedBy?: EndCause): void {
  order.status = status;
  if (endedBy !== undefined) order.endedBy = endedBy;
  order.updateTimeMs = engine.nowMs;
  removeResting(bookOf(engine, order.symbol), order);
  engine.revision += 1;
}

/** Resting reduce-only orders that no longer have anything to reduce expire at once. */
export function expireStaleReduceOnly(engine: Engine, account: Account, symbol: string): void {
  const { lots } = positionOf(account, symbol);
  const book = bookOf(engine, symbol);
  for (const order of [...book.bids, ...book.asks]) {
    const reduces = lots !== 0 && Math.sign(lots) !== signOf(order.side);
    if (order.accountId === account.id && order.reduceOnly && !reduces)
      finishOrder(engine, order, "EXPIRED", "reduceOnly");
  }
}

/** Books one fill of an order. The caller has made sure that the lots are there and allowed. */
export function applyFill(engine: Engine, order: Order, fill: Fill): void {
  const spec = specOf(engine, order.symbol);
  const account = accountOf(engine, order.accountId);
  const position = positionOf(account, order.symbol);
  const quoteUsdE8 = notionalUsdE8(spec, fill.ticks, fill.lots);
  const feePpm = fill.maker ? engine.fees.makerPpm : engine.fees.takerPpm;
  const commissionUsdE8 = divideHalfUp(absE8(quoteUsdE8) * BigInt(feePpm), PPM);
  const realizedUsdE8 = movePosition(position, order.side, fill.lots, notionalUsdE8(spec, fill.ticks, 1));
  position.updateTimeMs = engine.nowMs;
  order.executedLots += fill.lots;
  order.cumQuoteUsdE8 += quoteUsdE8;
  order.updateTimeMs = engine.nowMs;
  const tradeId = engine.state.nextTradeId++;
  engine.state.trades.push({
    id: tradeId,
    orderId: order.orderId,
    accountId: account.id,
    symbol: order.symbol,
    side: order.side,
    priceTicks: fill.ticks,
    lots: fill.lots,
    quoteUsdE8,
    commissionUsdE8,
    realizedUsdE8,
    maker: fill.maker,
    timeMs: engine.nowMs,
  });
  trimRing(engine.state.trades, engine.history.trades);
  const detail = { symbol: order.symbol, tradeId: String(tradeId) };
  bookIncome(engine, account, { type: "REALIZED_PNL", amountE8: realizedUsdE8, ...detail });
  bookIncome(engine, account, { type: "COMMISSION", amountE8: -commissionUsdE8, ...detail });
  if (order.executedLots === order.lots) finishOrder(engine, order, "FILLED");
  else order.status = "PARTIALLY_FILLED";
  engine.revision += 1;
  expireStaleReduceOnly(engine, account, order.symbol);
}
