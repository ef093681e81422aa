// "What is happening": the newest orders with their states. A rejection stands under its order in the venue's words.
import type { OrderRow } from "#domain/documents/views.ts";
import { formatCount, formatPrice, formatQty } from "../model/amount.ts";
import { orderKind, orderMeaning, orderTone } from "../model/order-words.ts";
import type { State } from "../model/state.ts";
import { knownValue } from "../model/watched.ts";
import type { Controls } from "./controls.ts";
import { cut, moreButton } from "./long-list.ts";
import { briefTime, notice, noticeOf, panel, type Row, stateWord, table } from "./parts.ts";
import { h, type VNode } from "./vnode.ts";

const COLUMNS = [
  { title: "Order" },
  { title: "State" },
  { title: "Filled", kind: "number" },
  { title: "Average USD", kind: "number" },
  { title: "Latency", kind: "number" },
  { title: "Updated", kind: "when" },
] as const;

/** A change this young is marked for the eye. */
const NEWS_MS = 3_000;

/** Milliseconds of a step, or the word for one that has not happened. */
export function stepText(ms: number | null): VNode {
  return ms === null
    ? h("span", { class: "unknown", title: "this step has not happened" }, "not yet")
    : h("span", { class: "num" }, formatCount(ms), h("span", { class: "unit" }, " ms"));
}

/** Received to answered, and its two parts: until it was sent, until the venue answered. */
function latencyCell({ toSentMs, toAcknowledgedMs }: OrderRow): VNode {
  if (toSentMs === null) return stepText(null);
  if (toAcknowledgedMs === null) {
    return h("span", { class: "stack" }, stepText(toSentMs), h("span", { class: "age" }, "sent, no answer"));
  }
  const parts = `Sent ${toSentMs} ms after it was received, answered ${toAcknowledgedMs} ms after that`;
  return h(
    "span",
    { class: "stack", title: parts },
    stepText(toSentMs + toAcknowledgedMs),
    h("span", { class: "age num" }, `${formatCount(toSentMs)} + ${formatCount(toAcknowledgedMs)}`),
  );
}

function orderRow(order: OrderRow, nowMs: number): Row {
  const { clientOrderId, side, status, averagePriceUsd } = order;
  const young = nowMs - order.updatedAtMs < NEWS_MS;
  return {
    key: clientOrderId,
    attributes: {
      "data-testid": `order-row-${clientOrderId}`,
      class: `${status === "REJECTED" ? "refused" : ""}${young ? " news" : ""}`,
      title: `Client order id ${clientOrderId}`,
    },
    cells: [
      h(
        "span",
        { class: "stack" },
        h("span", {}, h("b", {}, `${side === "buy" ? "Buy" : "Sell"} ${order.symbol}`)),
        h(
          "span",
          { class: "age" },
          `${orderKind(order)}${order.reduceOnly ? ", reduce only" : ""}, ${order.strategyId}`,
        ),
      ),
      stateWord(orderTone(status), status, orderMeaning(order)),
      h(
        "span",
        { class: "num" },
        formatQty(order.filledQtyBase),
        h("span", { class: "unit" }, ` of ${formatQty(order.qtyBase)}`),
      ),
      averagePriceUsd === null
        ? h("span", { class: "unknown", title: "nothing has filled" }, "no fill")
        : h("span", { class: "num" }, formatPrice(averagePriceUsd)),
      latencyCell(order),
      briefTime(nowMs, order.updatedAtMs),
    ],
    below: order.rejection === null ? null : h("span", { class: "why" }, orderMeaning(order)),
  };
}

export function ordersPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const orders = knownValue(data.overview)?.orders ?? [];
  return panel(
    {
      id: "orders",
      title: "What is happening?",
      subject: "Orders",
      aside: orders.length === 0 ? null : `${orders.length} newest orders`,
    },
    noticeOf(data.overview, [
      "No orders yet",
      "Post the alert that the stack or setup printed, or point a TradingView alert at your hook (docs/alerts.md).",
    ]) ??
      (orders.length === 0
        ? notice("No orders yet", "Accepted signals become orders; they appear here as they are sent.")
        : null),
    orders.length === 0
      ? h("table", { hidden: true, "data-testid": "orders-table" })
      : table(
          "orders-table",
          "Orders, newest first",
          COLUMNS,
          cut(state, "orders", orders).map((order) => orderRow(order, nowMs)),
        ),
    moreButton(state, controls, "orders", orders.length),
  );
}
