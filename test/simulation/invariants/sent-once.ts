// Rule 2, never beyond plan (docs/RULES.md): an entry leaves once, no id has two accepted orders, no order that the venue
// took minutes ago is called absent, and nothing of ours rests that no book follows. Read from the wire and the engine.
import { CLIENT_ORDER_ID } from "#domain/documents/ids.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import { type Invariant, NEW_ORDER } from "./invariant.ts";

/** Twice the longest time after which a look-up of the real venue was reported to fail. */
const REPORTED_LAG_MS = 240_000;

export const entryLeavesOnce: Invariant = {
  rule: 2,
  name: "entryLeavesOnce",
  says: "An entry leaves for the venue once, whatever becomes of its answer, and no id has two accepted orders.",
  watch(evidence) {
    const left = new Set<string>();
    return {
      left({ name, accountId, fields, process }) {
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        const key = `${accountId}/${fields.get("newClientOrderId")}`;
        if (left.has(key)) evidence.fail(`${process.id} sent the entry ${key} a second time`);
        left.add(key);
      },
      handled({ name, accountId, fields }) {
        if (name !== NEW_ORDER) return;
        const id = fields.get("newClientOrderId") ?? "";
        const accepted = [...evidence.exchange.engine.state.orders.values()].filter(
          (order) => order.accountId === accountId && order.clientOrderId === id,
        );
        if (accepted.length > 1) evidence.fail(`the venue accepted ${accepted.length} orders under ${id}`);
      },
    };
  },
};

export const absenceTakesItsTime: Invariant = {
  rule: 3,
  name: "absenceTakesItsTime",
  says: "No order that the venue took is called absent before an incident of its look-ups has had time to end.",
  watch(evidence) {
    return {
      landed({ changes }) {
        for (const { path, accountId, before, after } of changes) {
          const order = after as unknown as Order | null;
          if (!path.includes("/orders/") || order?.status !== "ABSENT" || before?.status === "ABSENT")
            continue;
          const taken = [...evidence.exchange.engine.state.orders.values()].find(
            (each) => each.accountId === accountId && each.clientOrderId === order.request.clientOrderId,
          );
          const ageMs = taken === undefined ? 0 : evidence.nowMs() - taken.timeMs;
          if (taken !== undefined && ageMs < REPORTED_LAG_MS)
            evidence.fail(`${path} is called absent ${ageMs} ms after the venue took it`);
        }
      },
    };
  },
};

export const nothingRestsUnfollowed: Invariant = {
  rule: 3,
  name: "nothingRestsUnfollowed",
  says: "After faults have ended, no order rests at the venue under an id of ours that is not live in the books.",
  watch(evidence) {
    return {
      healed() {
        for (const order of evidence.exchange.engine.state.orders.values()) {
          const { accountId, clientOrderId: id } = order;
          if (!isOpen(order) || !CLIENT_ORDER_ID.test(id)) continue;
          const booked = evidence.read<Order>(paths.order(accountId, id));
          if (booked === null || isEnded(booked.status))
            evidence.fail(`${id} of ${accountId} rests, and is ${booked?.status ?? "unknown"} in the books`);
        }
      },
    };
  },
};
