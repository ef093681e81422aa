// Resting orders of one symbol in price-time priority. Holds references into the engine's order table.
import type { Order, Side } from "./state.ts";

export interface RestingBook {
  /** Highest price first, then first in first out. */
  readonly bids: Order[];
  /** Lowest price first, then first in first out. */
  readonly asks: Order[];
}

export function emptyBook(): RestingBook {
  return { bids: [], asks: [] };
}

export function sideOf(book: RestingBook, side: Side): Order[] {
  return side === "BUY" ? book.bids : book.asks;
}

/** Whether `a` stands before `b` on their common side. */
function standsBefore(a: Order, b: Order): boolean {
  if (a.priceTicks === b.priceTicks) return a.queueSeq < b.queueSeq;
  return a.side === "BUY" ? a.priceTicks > b.priceTicks : a.priceTicks < b.priceTicks;
}

export function insertResting(book: RestingBook, order: Order): void {
  const orders = sideOf(book, order.side);
  let low = 0;
  let high = orders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = orders[middle];
    if (other !== undefined && standsBefore(other, order)) low = middle + 1;
    else high = middle;
  }
  orders.splice(low, 0, order);
}

export function removeResting(book: RestingBook, order: Order): void {
  const orders = sideOf(book, order.side);
  const place = orders.indexOf(order);
  if (place >= 0) orders.splice(place, 1);
}
