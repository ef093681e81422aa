// Orders looked up. Sources: the pages "Get Open & Closed Orders" (docs/v5/order/open-order): open ones and the 500 newest that
// are closed; "Get Order History" (docs/v5/order/order-list): closed ones, those without a fill for a day only.
import type { Engine } from "../engine/engine.ts";
import { badParameter } from "./codes.ts";
import { numberOf } from "./ids.ts";
import { type Page, pageByTime } from "./paging.ts";
import type { BybitParams } from "./params.ts";
import { renderOrder } from "./render-order.ts";
import type { BybitCall } from "./route.ts";
import {
  allOrders,
  openOrders,
  orderById,
  orderByLinkId,
  phaseOf,
  updatedMs,
  type VenueOrder,
} from "./venue-orders.ts";

const CLOSED_KEPT = 500;
const DAY_MS = 86_400_000;
const STATUSES = [
  "New",
  "PartiallyFilled",
  "Untriggered",
  "Rejected",
  "Filled",
  "Cancelled",
  "Triggered",
  "Deactivated",
] as const;

/** Fees of orders that have fills, from the trades that are remembered. */
function feesOf(engine: Engine, orders: readonly VenueOrder[]): ReadonlyMap<number, bigint> {
  const wanted = new Set(orders.filter(({ order }) => order?.executedLots).map(({ id }) => id));
  const fees = new Map<number, bigint>();
  if (wanted.size === 0) return fees;
  for (const { orderId, commissionUsdE8 } of engine.state.trades)
    if (wanted.has(orderId)) fees.set(orderId, (fees.get(orderId) ?? 0n) + commissionUsdE8);
  return fees;
}

function render(engine: Engine, page: Page<VenueOrder>): unknown {
  const fees = feesOf(engine, page.rows);
  return {
    list: page.rows.map((order) => renderOrder(engine, order, fees.get(order.id) ?? 0n)),
    nextPageCursor: page.cursor,
    category: "linear",
  };
}

/** The order that a request names by orderId, which prevails, or orderLinkId; null when it names none. */
export function namedOrder({ engine, params, accountId }: BybitCall): VenueOrder | undefined | null {
  const orderId = params.optional("orderId");
  const linkId = params.optional("orderLinkId");
  if (orderId !== undefined) {
    const id = numberOf(orderId);
    return id === undefined ? undefined : orderById(engine, accountId, id);
  }
  return linkId === undefined ? null : orderByLinkId(engine, accountId, linkId);
}

/** Whether an order is of the asked symbol, coins and kind. */
export function asked(
  engine: Engine,
  params: BybitParams,
): (order: Pick<VenueOrder, "symbol" | "order" | "algo">) => boolean {
  const symbol = params.optionalSymbol(engine.specs)?.symbol;
  const base = params.optional("baseCoin");
  const settle = params.optional("settleCoin");
  const filter = params.word("orderFilter", ["Order", "StopOrder", "OpenOrder"]);
  return (candidate) => {
    const conditional = candidate.algo !== undefined && candidate.order === undefined;
    if (filter !== undefined && (filter === "StopOrder") !== conditional) return false;
    if (symbol !== undefined) return candidate.symbol === symbol;
    if (base !== undefined) return engine.specs.get(candidate.symbol)?.base === base;
    return settle === undefined || settle === "USDT";
  };
}

/** Refuses a request that names neither symbol nor coin. */
export function requireScope(params: BybitParams): void {
  const scope = ["symbol", "baseCoin", "settleCoin"].find((name) => params.optional(name) !== undefined);
  if (scope === undefined) throw badParameter("symbol, baseCoin or settleCoin");
}

function recentlyClosed(engine: Engine, accountId: string): VenueOrder[] {
  const closed = allOrders(engine, accountId).filter((order) => phaseOf(order) === "closed");
  if (closed.length <= CLOSED_KEPT) return closed;
  const kept = new Set(closed.toSorted((a, b) => updatedMs(b) - updatedMs(a)).slice(0, CLOSED_KEPT));
  return closed.filter((order) => kept.has(order));
}

/** GET /v5/order/realtime */
export function realtime(call: BybitCall): unknown {
  const { engine, params, accountId } = call;
  params.linear();
  requireScope(params);
  const limit = params.limit(20, 50);
  const named = namedOrder(call);
  if (named !== null) {
    const seen =
      named !== undefined &&
      (phaseOf(named) !== "closed" || recentlyClosed(engine, accountId).some(({ id }) => id === named.id));
    return render(engine, { rows: seen ? [named] : [], cursor: "" });
  }
  const closed = (params.integer("openOnly") ?? 0) !== 0;
  const orders = closed ? recentlyClosed(engine, accountId) : openOrders(engine, accountId);
  return render(engine, pageByTime(orders.filter(asked(engine, params)), params, limit));
}

/** GET /v5/order/history. A named order is found without a time, too. */
export function history(call: BybitCall): unknown {
  const { engine, params, accountId, nowMs } = call;
  params.linear();
  const limit = params.limit(20, 50);
  const status = params.word("orderStatus", STATUSES);
  const { startMs, endMs } = params.timeRange(nowMs);
  const named = namedOrder(call);
  const timed = named === null || params.integer("startTime") !== undefined;
  const candidates = named === null ? allOrders(engine, accountId) : named === undefined ? [] : [named];
  const wanted = asked(engine, params);
  const rows = candidates.filter((order) => {
    if (phaseOf(order) !== "closed" || !wanted(order)) return false;
    if (!order.order?.executedLots && order.timeMs < nowMs - DAY_MS) return false;
    if (timed && (order.timeMs < startMs || order.timeMs > endMs)) return false;
    return status === undefined || renderOrder(engine, order, 0n).orderStatus === status;
  });
  return render(engine, pageByTime(rows, params, limit));
}
