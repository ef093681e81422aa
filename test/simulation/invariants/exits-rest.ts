// Rules 2 (never beyond plan) and 14 (exits before entries), docs/RULES.md, for exits of several orders: from the wish as its
// commits stored it, the matching engine's orders, and its own book when the bounded order was decided.

import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import { answersAreFrozen, type EngineTouch, touchOfBook } from "./engine-truth.ts";
import { type Evidence, type Invariant, type Landed, NEW_ORDER } from "./invariant.ts";

const TOUCH = "GET /fapi/v1/ticker/bookTicker";
/** Between the question for the touch and the arrival of the order: clocks that disagree, and a slow store. */
const ON_THE_WAY_MS = 15_000;
/** The longest time for resting that a config allows, a minute's reconcile, and the answer to the cancel. */
const RESTS_AT_MOST_MS = 165_000;
const BPS = 10_000;
const ROUNDING = 1e-9;

/** A wish that began with an order which rests: the most that its orders may take, and which they are. */
interface Plan {
  readonly accountId: string;
  readonly symbol: string;
  readonly boundBps: number;
  plannedBase: number;
  readonly ids: Set<string>;
}

type Asked = { readonly atMs: number; readonly book: EngineTouch | null };

interface Seen {
  readonly plans: Map<string, Plan>;
  readonly keyOf: Map<string, string>;
  readonly filled: Map<string, number>;
}

export const exitsStayWithinPlan: Invariant = {
  rule: 2,
  name: "exitsStayWithinPlan",
  says: "Of an exit that may rest first, what has filled at the venue and what is open there never exceeds together what it was to take; one order of it rests at most; its bounded order is no worse than the bound from the touch; and nothing of it rests beyond its time once faults have ended.",
  watch(evidence) {
    const seen: Seen = { plans: new Map(), keyOf: new Map(), filled: new Map() };
    const asked = new Map<string, Asked[]>();
    return {
      landed: (commit) => note(seen, commit),
      handled({ name, process, accountId, fields }) {
        const symbol = fields.get("symbol");
        if (symbol === null) return;
        const key = `${process.id}|${accountId}|${symbol}`;
        if (name === TOUCH) {
          const book = answersAreFrozen(evidence.exchange) ? null : touchOfBook(evidence.exchange, symbol);
          asked.set(key, [...(asked.get(key) ?? []), { atMs: evidence.nowMs(), book }]);
        }
        if (name !== NEW_ORDER || fields.get("reduceOnly") !== "true") return;
        const planKey = seen.keyOf.get(`${accountId}/${fields.get("newClientOrderId")}`);
        const plan = planKey === undefined ? undefined : seen.plans.get(planKey);
        if (plan === undefined) return;
        checkSum(evidence, plan);
        if (fields.get("timeInForce") === "IOC") checkBound(evidence, plan, asked.get(key) ?? [], fields);
      },
      healed() {
        for (const plan of seen.plans.values()) checkRests(evidence, plan);
      },
    };
  },
};

function note({ plans, keyOf, filled }: Seen, { changes }: Landed): void {
  const orders = changes.flatMap(({ path, after }) =>
    path.includes("/orders/") && after !== null ? [after as unknown as Order] : [],
  );
  for (const { accountId, request, filledQtyBase } of orders)
    filled.set(`${accountId}/${request.clientOrderId}`, Number(filledQtyBase));
  for (const { path, accountId, after } of changes) {
    const group = after as unknown as Group | null;
    const closing = group?.closing ?? null;
    if (!path.includes("/groups/") || accountId === null || group === null || closing === null) continue;
    const key = `${path}/${closing.causeId}`;
    const route = closing.route ?? null;
    if (route !== null && !plans.has(key)) {
      const { symbol } = group;
      plans.set(key, { accountId, symbol, boundBps: route.boundBps, plannedBase: 0, ids: new Set() });
    }
    const plan = plans.get(key);
    if (plan === undefined) continue;
    for (const { request, groupId, status, exitReason } of orders) {
      // Every reduction that is stored while the wish is there is one of it. A flatten closes what the venue holds.
      if (groupId !== group.groupId || !request.reduceOnly || status !== "SUBMITTING") continue;
      if (exitReason === "flatten" && closing.exitReason !== "flatten") continue;
      plan.ids.add(request.clientOrderId);
      keyOf.set(`${accountId}/${request.clientOrderId}`, key);
    }
    const taken = [...plan.ids].reduce((sum, id) => sum + (filled.get(`${accountId}/${id}`) ?? 0), 0);
    // Entries that fill and a wish that goes further make it larger; a stop makes it no smaller.
    plan.plannedBase = Math.max(plan.plannedBase, taken + Number(group.qtyBase) - Number(closing.targetBase));
  }
}

function checkSum(evidence: Evidence, { accountId, symbol, plannedBase, ids }: Plan): void {
  const { engine } = evidence.exchange;
  const spec = engine.specs.get(symbol);
  if (spec === undefined) return;
  const orders = [...engine.state.orders.values()].filter(
    (order) => order.accountId === accountId && ids.has(order.clientOrderId),
  );
  if (orders.filter(({ timeInForce }) => timeInForce === "GTX").length > 1)
    evidence.fail(`an exit in ${symbol} of ${accountId} rests a second time`);
  const lots = orders.reduce((sum, order) => sum + (isOpen(order) ? order.lots : order.executedLots), 0);
  if (lots > Math.round(plannedBase / spec.lotBase))
    evidence.fail(
      `an exit in ${symbol} of ${accountId} has ${lots} lots of ${spec.lotBase} filled or open, it was to take ${plannedBase}`,
    );
}

function checkBound(
  evidence: Evidence,
  { symbol, boundBps }: Plan,
  asked: readonly Asked[],
  fields: URLSearchParams,
): void {
  const sinceMs = evidence.nowMs() - ON_THE_WAY_MS;
  const young = asked.filter(({ atMs }) => atMs >= sinceMs);
  const books = young.flatMap(({ book }) => (book === null ? [] : [book]));
  if (books.length === 0 || books.length < young.length) return;
  const sells = fields.get("side") === "SELL";
  const touches = books.map(({ bidUsd, askUsd }) => (sells ? -bidUsd : askUsd));
  // Signed, so that a higher figure is worse for either side.
  const worst = Math.max(...touches.map((usd) => usd + (Math.abs(usd) * boundBps) / BPS));
  const priceUsd = Number(fields.get("price"));
  if ((sells ? -priceUsd : priceUsd) > worst + Math.abs(worst) * ROUNDING)
    evidence.fail(`an exit in ${symbol} takes at ${priceUsd}, its bound was ${Math.abs(worst)}`);
}

function checkRests(evidence: Evidence, { accountId, symbol, ids }: Plan): void {
  for (const order of evidence.exchange.engine.state.orders.values()) {
    if (order.accountId !== accountId || !ids.has(order.clientOrderId) || !isOpen(order)) continue;
    const ageMs = evidence.nowMs() - order.timeMs;
    if (ageMs > RESTS_AT_MOST_MS)
      evidence.fail(`the exit ${order.clientOrderId} in ${symbol} has rested for ${ageMs} ms`);
  }
}
