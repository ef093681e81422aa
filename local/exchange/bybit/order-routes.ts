// Orders placed, amended and cancelled. Each answer is an acknowledgement: it names the order, and says nothing of its fate.
// Sources: the pages "Place Order", "Amend Order", "Cancel Order" and "Cancel All Orders" (docs/v5/order).
import { VenueError } from "../codes.ts";
import { type NewAlgoOrder, placeAlgoOrder, workingTicks } from "../engine/algo-orders.ts";
import { formatTrimmedE8 } from "../engine/decimal.ts";
import { accountOf, type Engine, readPosition, specOf } from "../engine/engine.ts";
import { signOf } from "../engine/fills.ts";
import { amendOrder, placeOrder } from "../engine/orders.ts";
import type { Side } from "../engine/state.ts";
import { badParameter, refuse } from "./codes.ts";
import { uuidOf } from "./ids.ts";
import { asked, namedOrder, requireScope } from "./order-queries.ts";
import { readLots, readNewOrder, readTicks } from "./order-request.ts";
import type { BybitCall } from "./route.ts";
import { cancel, openOrders, phaseOf, type VenueOrder } from "./venue-orders.ts";

/** Messages about triggers count prices in 1e-4. */
const TRIGGER_SCALE_E8 = 10_000n;

interface Acknowledged {
  readonly orderId: string;
  readonly orderLinkId: string;
}

const acknowledge = ({ id, linkId }: Pick<VenueOrder, "id" | "linkId">): Acknowledged => ({
  orderId: uuidOf(id),
  orderLinkId: linkId,
});

function alreadyTriggered(engine: Engine, { symbol, workingType, triggerTicks, ...algo }: NewAlgoOrder) {
  const spec = specOf(engine, symbol);
  const text = (ticks: number): string => String((BigInt(ticks) * spec.tickE8) / TRIGGER_SCALE_E8);
  const current = text(workingTicks(engine, symbol, workingType));
  const rises = algo.orderType.startsWith("STOP") === (algo.side === "BUY");
  const by = workingType === "CONTRACT_PRICE" ? "LastPrice" : "MarkPrice";
  return refuse(rises ? "wouldRise" : "wouldFall", text(triggerTicks), current, by);
}

/** Refusals of the engine that say more here: by the trigger's direction, the position's side, the contract's minimum. */
function explained(
  engine: Engine,
  error: VenueError,
  order: { accountId: string; symbol: string; side: Side },
) {
  const spec = specOf(engine, order.symbol);
  if (error.reason === "belowMinNotional")
    return refuse("valueTooSmall", formatTrimmedE8(spec.minNotionalUsdE8));
  const { lots } = readPosition(accountOf(engine, order.accountId), order.symbol);
  const sameSide = lots !== 0 && Math.sign(lots) === signOf(order.side);
  return error.reason === "reduceOnlyRejected" && sameSide ? refuse("reducesNothing") : error;
}

/** POST /v5/order/create */
export function create(call: BybitCall): unknown {
  const { engine } = call;
  const request = readNewOrder(call);
  const wanted = "algo" in request ? request.algo : request.order;
  try {
    if ("algo" in request) {
      const { algoId, clientAlgoId } = placeAlgoOrder(engine, request.algo);
      return acknowledge({ id: algoId, linkId: clientAlgoId });
    }
    const { orderId, clientOrderId } = placeOrder(engine, request.order);
    return acknowledge({ id: orderId, linkId: clientOrderId });
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    if (error.reason === "wouldTrigger" && "algo" in request) throw alreadyTriggered(engine, request.algo);
    throw explained(engine, error, wanted);
  }
}

/** The open order of the asked symbol that a request names. 110001 when there is none. */
function openOrder(call: BybitCall): VenueOrder {
  const { symbol } = call.params.symbol(call.engine.specs);
  const named = namedOrder(call);
  if (named === null) throw badParameter("orderId or orderLinkId");
  if (named === undefined || named.symbol !== symbol || phaseOf(named) === "closed") throw refuse("noOrder");
  return named;
}

/** POST /v5/order/amend: price and quantity of a resting order. Waiting conditional orders are not amended here. */
export function amend(call: BybitCall): unknown {
  const { engine, params } = call;
  params.linear();
  const spec = params.symbol(engine.specs);
  const named = openOrder(call);
  const { order } = named;
  const [price, qty] = [params.optional("price"), params.optional("qty")];
  if (order === undefined || params.optional("triggerPrice") !== undefined)
    throw badParameter("triggerPrice");
  const priceTicks = price === undefined ? order.priceTicks : readTicks(spec, price);
  const lots = qty === undefined ? order.lots : readLots(spec, qty, false);
  if (lots <= order.executedLots) throw refuse("qtyExecuted");
  try {
    amendOrder(engine, order, { priceTicks, lots });
  } catch (error) {
    throw error instanceof VenueError ? explained(engine, error, order) : error;
  }
  return acknowledge(named);
}

/** POST /v5/order/cancel */
export function cancelOne(call: BybitCall): unknown {
  call.params.linear();
  const named = openOrder(call);
  cancel(call.engine, named);
  return acknowledge(named);
}

/** POST /v5/order/cancel-all: of a symbol, a base coin or a settlement coin; both kinds of orders, unless one is asked for. */
export function cancelAll({ engine, params, accountId }: BybitCall): unknown {
  params.linear();
  requireScope(params);
  const orders = openOrders(engine, accountId).filter(asked(engine, params));
  for (const order of orders) cancel(engine, order);
  return { list: orders.map(acknowledge), success: "1" };
}
