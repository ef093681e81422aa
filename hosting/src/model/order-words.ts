// Order states in words and in state colours, and the sentence that announces a change of one.
import type { OrderStatus } from "#domain/documents/order.ts";
import type { OrderRow } from "#domain/documents/views.ts";
import { refusalText, remedyOf } from "#domain/telling/refusal-words.ts";
import { formatPrice, formatQty } from "./amount.ts";

/** Tone of a state for the reader; every tone also has its symbol, so colour never speaks alone. */
export type Tone = "good" | "working" | "warning" | "danger" | "quiet";

export type SymbolName = "up" | "down" | "right" | "check" | "cross" | "bang" | "half" | "dash";

export const TONE_SYMBOL: Readonly<Record<Tone, SymbolName>> = {
  good: "check",
  working: "half",
  warning: "bang",
  danger: "cross",
  quiet: "dash",
};

const STATES: Readonly<Record<OrderStatus, readonly [Tone, string]>> = {
  SUBMITTING: ["working", "Stored; being sent"],
  SUBMIT_UNKNOWN: ["warning", "No answer: the venue is being asked whether it took the order"],
  ACCEPTED: ["working", "Resting or working at the venue"],
  PARTIALLY_FILLED: ["working", "Partly filled, the rest is working"],
  FILLED: ["good", "Filled in full"],
  CANCELED: ["quiet", "Cancelled; nothing more will fill"],
  EXPIRED: ["quiet", "Expired at the venue"],
  REJECTED: ["danger", "The venue refused it"],
  ABSENT: ["quiet", "The venue confirmed that it never took it"],
};

export function orderTone(status: OrderStatus): Tone {
  return STATES[status][0];
}

/** How it takes or rests. */
export function orderKind({ type, timeInForce }: OrderRow): string {
  if (timeInForce === "IOC") return "limit, at once";
  return timeInForce === "GTX" ? "limit, resting" : type;
}

export function orderMeaning(order: OrderRow): string {
  const { rejection, status, timeInForce } = order;
  const isCut = status === "EXPIRED" && timeInForce === "IOC";
  const meaning = isCut ? "No more to be had at its limit" : STATES[status][1];
  if (rejection === null) return meaning;
  const remedy = remedyOf(rejection);
  return `${meaning}: ${refusalText(rejection)}${remedy === null ? "" : `. ${remedy}`}`;
}

function sentence(order: OrderRow): string {
  const price = order.averagePriceUsd === null ? "" : ` at ${formatPrice(order.averagePriceUsd)} USD`;
  const did = order.side === "buy" ? "bought" : "sold";
  const of = `${formatQty(order.filledQtyBase)} of ${formatQty(order.qtyBase)} ${order.symbol}`;
  if (order.status === "FILLED")
    return `Filled: ${did} ${formatQty(order.filledQtyBase)} ${order.symbol}${price}`;
  if (order.status === "PARTIALLY_FILLED") return `Partly filled: ${did} ${of}${price}`;
  return `${order.side === "buy" ? "Buy" : "Sell"} ${formatQty(order.qtyBase)} ${order.symbol}: ${orderMeaning(order)}`;
}

/** States that pass within moments: not worth a word. */
const PASSING: readonly OrderStatus[] = ["SUBMITTING", "ACCEPTED"];

/**
 * Changes between two looks at the orders, as sentences for the event line and screen readers, oldest first.
 * The first look announces nothing, because its orders are no news.
 */
export function orderNews(before: readonly OrderRow[] | null, after: readonly OrderRow[]): string[] {
  if (before === null) return [];
  const known = new Map(before.map((order) => [order.clientOrderId, order]));
  return after
    .filter((order) => {
      const old = known.get(order.clientOrderId);
      const moved = old?.status !== order.status || old.filledQtyBase !== order.filledQtyBase;
      return moved && !PASSING.includes(order.status);
    })
    .map(sentence)
    .reverse();
}
