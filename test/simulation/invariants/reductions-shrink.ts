// Rule 5, fresh ground (docs/RULES.md), its other half: an order stored as a reduction only ever shrinks a position at
// the venue. Read from the exchange's own trades, so that it holds whatever flag went out with the order.
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Trade } from "#local/exchange/engine/state.ts";
import type { Evidence, Invariant } from "./invariant.ts";

export const reductionsOnlyShrink: Invariant = {
  rule: 5,
  name: "reductionsOnlyShrink",
  says: "An order that was stored as a reduction never adds to a position, never opens one, and never turns one round.",
  watch(evidence) {
    const held = new Map<string, number>();
    let seenTradeId = 0;
    const look = (): undefined => {
      for (const trade of evidence.exchange.engine.state.trades) {
        if (trade.id <= seenTradeId) continue;
        seenTradeId = trade.id;
        const key = `${trade.accountId}/${trade.symbol}`;
        const before = held.get(key) ?? 0;
        const after = before + (trade.side === "BUY" ? trade.lots : -trade.lots);
        held.set(key, after);
        if (isReduction(evidence, trade)) checkShrinks(evidence, trade, before, after);
      }
    };
    return { handled: look, healed: look };
  },
};

function isReduction(evidence: Evidence, { orderId, accountId }: Trade): boolean {
  const id = evidence.exchange.engine.state.orders.get(orderId)?.clientOrderId;
  if (id === undefined) return false;
  return evidence.read<Order>(paths.order(accountId, id))?.request.reduceOnly === true;
}

function checkShrinks(evidence: Evidence, trade: Trade, before: number, after: number): undefined {
  const isShrunk = Math.abs(after) < Math.abs(before) && before * after >= 0;
  if (!isShrunk)
    evidence.fail(
      `a reduction of ${trade.accountId} took ${trade.symbol} from ${before} to ${after} lots (order ${trade.orderId})`,
    );
}
