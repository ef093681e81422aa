// Order endpoints: place, amend, look up, cancel, alone and in batches.
import { missingEither, refuse, VenueError } from "../codes.ts";
import { bookOf } from "../engine/engine.ts";
import { priceToTicks, qtyToLots } from "../engine/filters.ts";
import {
  amendOrder,
  cancelAll,
  cancelOrder,
  findOrder,
  type OrderReference,
  placeOrder,
} from "../engine/orders.ts";
import { isOpen, type Order } from "../engine/state.ts";
import { readBatch, readNewOrder, readSide, wantsResult } from "./order-request.ts";
import { Params } from "./params.ts";
import { renderChanged, renderOrder, renderPlaced } from "./render-order.ts";
import type { Call } from "./route.ts";

function readReference(call: Call): OrderReference {
  const { symbol } = call.params.symbol(call.engine.specs);
  const orderId = call.params.integer("orderId");
  const clientOrderId = call.params.optional("origClientOrderId");
  if (orderId === undefined && clientOrderId === undefined)
    throw missingEither("origClientOrderId", "orderId");
  return { symbol, orderId, clientOrderId };
}

/** POST /fapi/v1/order */
export function postOrder(call: Call): unknown {
  const result = wantsResult(call.params);
  const order = placeOrder(call.engine, readNewOrder(call));
  return renderPlaced(call.engine, order, result);
}

/** POST /fapi/v1/order/test: every check, no order. */
export function testOrder(call: Call): unknown {
  wantsResult(call.params);
  readNewOrder(call);
  return {};
}

/** PUT /fapi/v1/order */
export function putOrder(call: Call): unknown {
  const { engine, params, nowMs, accountId } = call;
  const reference = readReference(call);
  const spec = params.symbol(engine.specs);
  const side = readSide(params);
  const order = findOrder(engine, accountId, reference, nowMs);
  if (order === undefined || order.side !== side) throw refuse("noSuchOrder");
  const lots = qtyToLots(spec, params.require("quantity"), false);
  const ticks = priceToTicks(spec, params.require("price"));
  return renderChanged(engine, amendOrder(engine, order, { priceTicks: ticks, lots }));
}

/** GET /fapi/v1/order */
export function getOrder(call: Call): unknown {
  const order = findOrder(call.engine, call.accountId, readReference(call), call.nowMs);
  if (order === undefined) throw refuse("noSuchOrder");
  return renderOrder(call.engine, order);
}

/** GET /fapi/v1/openOrder */
export function getOpenOrder(call: Call): unknown {
  const order = findOrder(call.engine, call.accountId, readReference(call), call.nowMs);
  if (order === undefined || !isOpen(order)) throw refuse("noSuchOrder");
  return renderOrder(call.engine, order);
}

/** DELETE /fapi/v1/order */
export function deleteOrder(call: Call): unknown {
  return renderChanged(call.engine, cancelOrder(call.engine, call.accountId, readReference(call)));
}

/** GET /fapi/v1/openOrders, of one symbol or all, oldest first. */
export function getOpenOrders(call: Call): unknown {
  const { engine, accountId } = call;
  const asked = call.params.optionalSymbol(engine.specs);
  const symbols = asked === undefined ? [...engine.specs.keys()] : [asked.symbol];
  const open: Order[] = [];
  for (const symbol of symbols) {
    const book = bookOf(engine, symbol);
    for (const order of [...book.bids, ...book.asks]) if (order.accountId === accountId) open.push(order);
  }
  return open.sort((a, b) => a.orderId - b.orderId).map((order) => renderOrder(engine, order));
}

/** GET /fapi/v1/allOrders: oldest first, from an id, or the newest within a time range. */
export function getAllOrders(call: Call): unknown {
  const { engine, params, accountId } = call;
  const { symbol } = params.symbol(engine.specs);
  const fromId = params.integer("orderId");
  const { startMs, endMs } = params.timeRange();
  const limit = params.limit(500, 1000);
  const rows: Order[] = [];
  for (const order of engine.state.orders.values()) {
    if (order.accountId !== accountId || order.symbol !== symbol) continue;
    if (fromId !== undefined && order.orderId < fromId) continue;
    if (startMs !== undefined && order.timeMs < startMs) continue;
    if (endMs !== undefined && order.timeMs > endMs) continue;
    rows.push(order);
  }
  const page = fromId === undefined && startMs === undefined ? rows.slice(-limit) : rows.slice(0, limit);
  return page.map((order) => renderOrder(engine, order));
}

/** DELETE /fapi/v1/allOpenOrders */
export function deleteAllOpenOrders(call: Call): unknown {
  cancelAll(call.engine, call.accountId, call.params.symbol(call.engine.specs).symbol);
  return { code: 200, msg: "The operation of cancel all open order is done." };
}

/** Runs each entry of a batch on its own; a refused one answers with its code in its place. */
function eachOf(
  call: Call,
  entries: readonly ReadonlyMap<string, string>[],
  run: (call: Call) => unknown,
): unknown[] {
  return entries.map((entry) => {
    try {
      return run({ ...call, params: new Params(entry) });
    } catch (error) {
      if (error instanceof VenueError) return { code: error.code, msg: error.message };
      throw error;
    }
  });
}

/** POST /fapi/v1/batchOrders, five at most. */
export function postBatch(call: Call): unknown {
  return eachOf(call, readBatch(call.params), postOrder);
}

/** PUT /fapi/v1/batchOrders */
export function putBatch(call: Call): unknown {
  return eachOf(call, readBatch(call.params), putOrder);
}

function readList(call: Call, names: readonly string[]): string[] {
  const text = call.params.optionalOf(...names);
  if (text === undefined) return [];
  return text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((entry) => entry.trim().replace(/^"|"$/g, ""));
}

/** DELETE /fapi/v1/batchOrders: by order ids or by client ids. */
export function deleteBatch(call: Call): unknown {
  const symbol = call.params.symbol(call.engine.specs).symbol;
  const ids = readList(call, ["orderIdList", "orderidlist"]);
  const clientIds = readList(call, ["origClientOrderIdList", "origclientorderidlist"]);
  if (ids.length === 0 && clientIds.length === 0) throw missingEither("orderIdList", "origClientOrderIdList");
  const entries =
    ids.length > 0
      ? ids.map(
          (id) =>
            new Map([
              ["symbol", symbol],
              ["orderId", id],
            ]),
        )
      : clientIds.map(
          (id) =>
            new Map([
              ["symbol", symbol],
              ["origClientOrderId", id],
            ]),
        );
  return eachOf(call, entries, deleteOrder);
}
