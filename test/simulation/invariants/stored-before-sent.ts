// Rule 1, stored before sent (docs/RULES.md): an order is stored before it is sent, and goes out under no other id.
import { isDeepStrictEqual } from "node:util";
import { clientOrderId } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { type Invariant, NEW_ORDER } from "./invariant.ts";

export const orderIsStoredBeforeItIsSent: Invariant = {
  rule: 1,
  name: "orderIsStoredBeforeItIsSent",
  says: "No order leaves without its stored record, none under a second id for the same step, none more often than its record says.",
  watch(evidence) {
    const departures = new Map<string, number>();
    return {
      left({ name, accountId, fields, process }) {
        if (name !== NEW_ORDER) return;
        const id = fields.get("newClientOrderId") ?? "";
        const order = evidence.read<Order>(paths.order(accountId, id));
        if (order === null) return evidence.fail(`${process.id} sent ${id}, of which there is no record`);
        if (id !== clientOrderId(accountId, order.intentId, order.step)) {
          return evidence.fail(`${id} is not the id of step ${order.step} of ${order.intentId}`);
        }
        const wanted = [order.request.symbol, order.request.side, order.request.qtyBase];
        const sent = [
          fields.get("symbol"),
          fields.get("side")?.toLowerCase(),
          String(Number(fields.get("quantity"))),
        ];
        if (!isDeepStrictEqual(sent, wanted))
          evidence.fail(`${id} went out as ${sent.join(" ")}, stored as ${wanted.join(" ")}`);
        const count = (departures.get(id) ?? 0) + 1;
        departures.set(id, count);
        if (count > order.sends)
          evidence.fail(`${id} left ${count} times, but its record knows of ${order.sends}`);
      },
    };
  },
};
