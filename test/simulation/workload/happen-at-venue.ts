// Lets an incident of the venue happen to a world (see incidents.ts).
import { createHmac } from "node:crypto";
import { cancelOrder } from "#local/exchange/engine/orders.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import { keysOf } from "#test/simulation/workload/account-keys.ts";
import type { World } from "../world.ts";
import type { Incident } from "./incidents.ts";

/** Past the three days after which the venue hides an unfilled ended order. */
const FORGOTTEN_AFTER_MS = 4 * 24 * 3_600_000;
/** Inside the venue's band around the mark price, and seldom reached. */
const BELOW = 0.96;

/** Asked for another time at every question, a list of trades could not go on with what it said last. */
const LAGGING: ReadonlySet<string> = new Set(["/fapi/v1/order", "/fapi/v1/algoOrder", "/fapi/v1/userTrades"]);

export function happenAtVenue(world: World, incident: Incident): undefined {
  const { exchange, queue, policy } = world;
  switch (incident.kind) {
    case "readIncident": {
      const { endpoint, lagMs, durationMs } = incident;
      const untilMs = queue.nowMs + durationMs;
      // A look-up by id and the list of trades do not know what is younger than their lag; other lists go on with what they
      // said last.
      if (LAGGING.has(endpoint)) policy.lags?.begin({ operation: `GET ${endpoint}`, lagMs, untilMs });
      else world.faultFor(durationMs, { effect: { kind: "stale" }, match: { path: endpoint } });
      return;
    }
    case "accountRefused": {
      const { code, durationMs } = incident;
      const effect = { kind: "venueError", when: "before", status: 400, code, msg: "Refused." } as const;
      return world.faultFor(durationMs, { effect, match: { method: "POST", path: "/fapi/v1/order" } });
    }
    case "purged":
      for (const order of exchange.engine.state.orders.values()) {
        if (order.accountId !== incident.accountId || !isOpen(order) || order.executedLots > 0) continue;
        const { symbol, orderId } = order;
        const reference = { symbol, orderId, clientOrderId: undefined };
        cancelOrder(exchange.engine, order.accountId, reference);
        (order as { timeMs: number }).timeMs = queue.nowMs - FORGOTTEN_AFTER_MS;
      }
      return;
    case "restsByHand":
      return restByHand(world, incident);
  }
}

function restByHand(
  { exchange, queue }: World,
  { accountId, symbol, id }: Extract<Incident, { kind: "restsByHand" }>,
): undefined {
  const spec = exchange.engine.specs.get(symbol);
  const state = exchange.engine.state.symbols.get(symbol);
  if (spec === undefined || state === undefined) return;
  const tickUsd = Number(spec.tickE8) / 1e8;
  const price = (Math.floor((state.midUsd * BELOW) / tickUsd) * tickUsd).toFixed(spec.pricePrecision);
  const lots = Math.max(1, Math.round(300 / (state.midUsd * spec.lotBase)));
  const quantity = (lots * spec.lotBase).toFixed(spec.qtyPrecision);
  const { apiKey, secret } = keysOf(accountId);
  const unsigned = `symbol=${symbol}&side=BUY&type=LIMIT&timeInForce=GTC&price=${price}&quantity=${quantity}&newClientOrderId=${id}&timestamp=${queue.nowMs}`;
  const signature = createHmac("sha256", secret).update(unsigned).digest("hex");
  exchange.handle({
    method: "POST",
    path: "/fapi/v1/order",
    query: "",
    body: `${unsigned}&signature=${signature}`,
    headers: { "x-mbx-apikey": apiKey },
  });
}
