// Rule 14, exits before entries (docs/RULES.md): no order of ours turns a position round, and no entry is netted against
// one of the other side. Read from the matching engine's own trades.
import type { Trade } from "#local/exchange/engine/state.ts";
import { isOurOrder } from "../in-our-name.ts";
import type { Evidence, Invariant } from "./invariant.ts";

export const noOrderTurnsAPosition: Invariant = {
  rule: 14,
  name: "noOrderTurnsAPosition",
  says: "The venue holds nothing of the other side that could be closed when an entry of ours fills: a reversal is flat between its two orders.",
  watch(evidence) {
    const held = new Map<string, number>();
    const byHand = new Set<string>();
    let seenTradeId = 0;
    const look = (): undefined => {
      for (const trade of evidence.exchange.engine.state.trades) {
        if (trade.id <= seenTradeId) continue;
        seenTradeId = trade.id;
        const key = `${trade.accountId}/${trade.symbol}`;
        const before = held.get(key) ?? 0;
        const moved = trade.side === "BUY" ? trade.lots : -trade.lots;
        held.set(key, before + moved);
        const whose = ownerOf(evidence, trade);
        if (whose === "hand") byHand.add(key);
        // Less than the venue's smallest order can be closed by no order.
        const isDust = Math.abs(before) < (evidence.exchange.engine.specs.get(trade.symbol)?.minLots ?? 0);
        if (whose === "entry" && !byHand.has(key) && before * moved < 0 && !isDust)
          evidence.fail(`an entry of ${key} filled ${moved} lots against ${before} (order ${trade.orderId})`);
      }
    };
    return { handled: look, healed: look };
  },
};

/** People who trade by hand, in our name or not, may turn what they like. */
function ownerOf(evidence: Evidence, { orderId }: Trade): "entry" | "exit" | "hand" {
  const order = evidence.exchange.engine.state.orders.get(orderId);
  if (order === undefined || order.reduceOnly) return "exit";
  return isOurOrder(order) ? "entry" : "hand";
}
