// Rule 2, never beyond plan (docs/RULES.md), for entries of several orders: from the plan as its first commit stored it, the
// matching engine's orders and trades, and its own book when the entry was decided.

import { type AccountConfig, DEFAULT_ROUTER } from "#domain/documents/config.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import { answersAreFrozen, type EngineTouch, touchOfBook } from "./engine-truth.ts";
import { type Change, configOf, type Evidence, type Invariant, type Landed, NEW_ORDER } from "./invariant.ts";

const TOUCH = "GET /fapi/v1/ticker/bookTicker";
/** Between the question for the touch and the commit of the order: clocks that disagree, and a slow store. */
const ON_THE_WAY_MS = 15_000;
const ROUNDING = 1e-9;
const BPS = 10_000;
/** After its time a route has a minute's reconcile, and the answer to its last cancel. */
const ENDS_WITHIN_MS = 120_000;

/** An entry of several orders, as its first commit stored it. */
interface Plan {
  readonly qtyBase: string;
  readonly referenceUsd: string;
  readonly boundUsd: string;
  readonly expiresAtMs: number;
  /** The worst price that it may take, by the engine's books that its process had asked for; null: not known. */
  readonly worstUsd: number | null;
}

type Asked = { readonly atMs: number; readonly book: EngineTouch | null };

export const routesStayWithinPlan: Invariant = {
  rule: 2,
  name: "routesStayWithinPlan",
  says: "Of an entry of several orders, what has filled at the venue and what is open there never exceeds its plan together; the plan is that of its first commit; no order of it takes beyond the bound from the touch that it was decided on; and it ends in its time.",
  watch(evidence) {
    const plans = new Map<string, Plan>();
    const asked = new Map<string, Asked[]>();
    const ids = new Map<string, string>();
    return {
      landed(commit) {
        for (const { path, accountId, before, after } of commit.changes) {
          if (!path.includes("/orders/") || before !== null || after === null) continue;
          const { request, intentId } = after as unknown as Order;
          if (!request.reduceOnly)
            ids.set(`${accountId}/${request.clientOrderId}`, `${accountId}/${intentId}`);
        }
        for (const { leg, key, group } of routesIn(commit))
          notePlan(evidence, { plans, asked }, commit, { leg, key, group });
      },
      handled({ name, process, accountId, fields }) {
        const symbol = fields.get("symbol");
        if (symbol === null) return;
        if (name === TOUCH) {
          const key = `${process.id}|${accountId}|${symbol}`;
          const book = answersAreFrozen(evidence.exchange) ? null : touchOfBook(evidence.exchange, symbol);
          asked.set(key, [...(asked.get(key) ?? []), { atMs: evidence.nowMs(), book }]);
        }
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        const key = ids.get(`${accountId}/${fields.get("newClientOrderId")}`);
        const plan = key === undefined ? undefined : plans.get(key);
        if (key !== undefined && plan !== undefined) checkTaken(evidence, { plan, key, ids }, fields);
      },
      healed() {
        for (const [path, group] of evidence.below<Group>("accounts/")) {
          if (path.includes("/groups/")) checkEnded(evidence, path, group);
        }
      },
    };
  },
};

interface Found {
  readonly leg: EntryLeg;
  readonly key: string;
  readonly group: Group;
}

function routesIn({ changes }: Landed): readonly Found[] {
  return changes.flatMap(({ path, accountId, after }: Change) => {
    const group = after as unknown as Group | null;
    if (!path.includes("/groups/") || group === null || !Array.isArray(group.legs)) return [];
    return group.legs.flatMap((leg) =>
      (leg.route ?? null) === null ? [] : [{ leg, key: `${accountId}/${leg.route?.intentId}`, group }],
    );
  });
}

function notePlan(
  evidence: Evidence,
  seen: { readonly plans: Map<string, Plan>; readonly asked: ReadonlyMap<string, readonly Asked[]> },
  { process }: Landed,
  { leg, key, group }: Found,
): void {
  const { route, qtyBase } = leg;
  if (route === null) return;
  const { referenceUsd, boundUsd, expiresAtMs } = route;
  const known = seen.plans.get(key);
  if (known !== undefined) {
    const isSame =
      known.qtyBase === qtyBase && known.boundUsd === boundUsd && known.expiresAtMs === expiresAtMs;
    if (!isSame) evidence.fail(`the plan of the entry ${key} is not the one that it began with`);
    return;
  }
  const { accountId, symbol, side } = group;
  const sinceMs = evidence.nowMs() - ON_THE_WAY_MS;
  const young = (seen.asked.get(`${process?.id}|${accountId}|${symbol}`) ?? []).filter(
    ({ atMs }) => atMs >= sinceMs,
  );
  const books = young.map(({ book }) => book);
  const order = evidence.read<Order>(paths.order(accountId, leg.clientOrderId ?? ""));
  const config = configOf(evidence, accountId, order?.basis.configVersion ?? 0);
  const bound = boundBpsOf(config) / BPS;
  const taken = books.flatMap((book) => (book === null ? [] : [side === "long" ? book.askUsd : book.bidUsd]));
  const isKnown = taken.length > 0 && taken.length === books.length;
  const worst = side === "long" ? Math.max(...taken) * (1 + bound) : Math.min(...taken) * (1 - bound);
  seen.plans.set(key, { qtyBase, referenceUsd, boundUsd, expiresAtMs, worstUsd: isKnown ? worst : null });
}

function boundBpsOf(config: Partial<AccountConfig> | null): number {
  return config?.router?.boundBps ?? DEFAULT_ROUTER.boundBps;
}

function checkTaken(
  evidence: Evidence,
  {
    plan,
    key,
    ids,
  }: { readonly plan: Plan; readonly key: string; readonly ids: ReadonlyMap<string, string> },
  fields: URLSearchParams,
): void {
  const { engine } = evidence.exchange;
  const symbol = fields.get("symbol") ?? "";
  const spec = engine.specs.get(symbol);
  if (spec === undefined) return;
  const orders = [...engine.state.orders.values()].filter(
    (order) => order.symbol === symbol && ids.get(`${order.accountId}/${order.clientOrderId}`) === key,
  );
  const lots = orders.reduce((sum, order) => sum + (isOpen(order) ? order.lots : order.executedLots), 0);
  if (lots > Math.round(Number(plan.qtyBase) / spec.lotBase))
    evidence.fail(
      `the entry ${key} has ${lots} lots of ${spec.lotBase} filled or open, planned were ${plan.qtyBase}`,
    );
  if (plan.worstUsd === null) return;
  const own = new Set(orders.map(({ orderId }) => orderId));
  for (const trade of engine.state.trades) {
    if (!own.has(trade.orderId) || trade.maker) continue;
    const priceUsd = trade.priceTicks * spec.tickUsd;
    const isBuy = trade.side === "BUY";
    const isBeyond = isBuy
      ? priceUsd > plan.worstUsd * (1 + ROUNDING)
      : priceUsd < plan.worstUsd * (1 - ROUNDING);
    if (isBeyond) evidence.fail(`the entry ${key} took at ${priceUsd}, its bound was ${plan.worstUsd}`);
  }
}

function checkEnded(evidence: Evidence, path: string, { legs = [] }: Group): void {
  for (const { route, status, kind, place } of legs) {
    const isLive = status === "REROUTING" || status === "WORKING";
    if (!isLive || (route ?? null) === null || route === null) continue;
    if (evidence.nowMs() > route.expiresAtMs + ENDS_WITHIN_MS)
      evidence.fail(`${kind} ${place} of ${path} is ${status} long after its route's time`);
  }
}
