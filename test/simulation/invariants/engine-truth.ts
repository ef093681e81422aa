// The matching engine's own state as evidence: the touch of a book, and the position of an account at any time, followed
// back over the trades.
import { numberOf } from "#local/exchange/bybit/ids.ts";
import { bookOf, specOf, symbolStateOf } from "#local/exchange/engine/engine.ts";
import { remainingLadder } from "#local/exchange/engine/ladder.ts";
import type { Exchange } from "#local/exchange/exchange.ts";

export interface EngineTouch {
  readonly bidUsd: number;
  readonly askUsd: number;
}

/** Null where a side is empty. */
export function touchOfBook({ engine }: Exchange, symbol: string): EngineTouch | null {
  if (engine.specs.get(symbol) === undefined) return null;
  const spec = specOf(engine, symbol);
  const book = bookOf(engine, symbol);
  const quoted = (side: "bids" | "asks"): readonly number[] =>
    remainingLadder(engine.state, spec, symbolStateOf(engine, symbol), side)
      .filter(({ lots }) => lots > 0)
      .map(({ ticks }) => ticks);
  const bids = [...quoted("bids"), ...book.bids.map(({ priceTicks }) => priceTicks)];
  const asks = [...quoted("asks"), ...book.asks.map(({ priceTicks }) => priceTicks)];
  if (bids.length === 0 || asks.length === 0) return null;
  return { bidUsd: Math.max(...bids) * spec.tickUsd, askUsd: Math.min(...asks) * spec.tickUsd };
}

/** Signed quantities of the account in the symbol at `sinceMs` and after every trade since, `without` one order's. */
export function positionsSince(
  { engine }: Exchange,
  accountId: string,
  symbol: string,
  { sinceMs, without }: { readonly sinceMs: number; readonly without: number | null },
): readonly number[] {
  const { lotBase } = specOf(engine, symbol);
  const signed = ({ side, lots }: { side: "BUY" | "SELL"; lots: number }) => (side === "BUY" ? lots : -lots);
  const trades = engine.state.trades.filter(
    (trade) => trade.accountId === accountId && trade.symbol === symbol,
  );
  const ofOthers = trades.filter(({ orderId }) => orderId !== without);
  const own = trades.filter(({ orderId }) => orderId === without);
  const now = engine.state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0;
  let lots = own.reduce((left, trade) => left - signed(trade), now);
  const path = [lots];
  for (const trade of ofOthers.toReversed()) {
    if (trade.timeMs < sinceMs) break;
    lots -= signed(trade);
    path.push(lots);
  }
  return path.map((each) => each * lotBase);
}

/** The engine's own id of the new order that a request has just made; null when it was refused, or repeated one. */
export function justAccepted(
  { engine }: Exchange,
  accountId: string,
  fields: URLSearchParams,
  nowMs: number,
): number | null {
  const key = `${accountId}|${fields.get("symbol")}|${fields.get("newClientOrderId")}`;
  const orderId = engine.byClientId.get(key);
  if (orderId === undefined || engine.state.orders.get(orderId)?.timeMs !== nowMs) return null;
  return orderId;
}

/** The engine's number of an order by the venue's id of it, which is that number or, at Bybit, has it in its last group. */
export function engineIdOf(venueOrderId: string): number {
  return numberOf(venueOrderId) ?? Number(venueOrderId);
}

/** Whether the exchange gives old answers for new ones at the moment. */
export function answersAreFrozen(exchange: Exchange): boolean {
  return exchange.faults().some(({ effect }) => effect.kind === "stale");
}
