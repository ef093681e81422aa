// Rule 2, never beyond plan (docs/RULES.md): the venue accepts no more for an intent than was planned for it.
import { isDeepStrictEqual } from "node:util";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { type Invariant, NEW_ORDER } from "./invariant.ts";

export const acceptedIsWithinPlan: Invariant = {
  rule: 2,
  name: "acceptedIsWithinPlan",
  says: "For every intent, the quantity that the venue accepted is at most the quantity planned, whatever is duplicated, reordered, delayed, lost or killed.",
  watch(evidence) {
    return {
      handled({ name, accountId, fields }) {
        if (name !== NEW_ORDER) return;
        const id = fields.get("newClientOrderId") ?? "";
        const planned = evidence.read<Order>(paths.order(accountId, id))?.request.qtyBase ?? "0";
        const { engine } = evidence.exchange;
        let lots = 0;
        let lotBase = 1;
        for (const order of engine.state.orders.values()) {
          if (order.accountId !== accountId || order.clientOrderId !== id) continue;
          lots += order.lots;
          lotBase = engine.specs.get(order.symbol)?.lotBase ?? lotBase;
        }
        if (lots > Math.round(Number(planned) / lotBase))
          evidence.fail(`the venue accepted ${lots} lots of ${lotBase} for ${id}, planned were ${planned}`);
      },
      landed({ changes }) {
        for (const { path, before, after } of changes) {
          if (before === null || !path.includes("/orders/")) continue;
          if (!isDeepStrictEqual(before.request, after?.request))
            evidence.fail(`what ${path} asks of the venue was changed after it was stored`);
        }
      },
    };
  },
};
