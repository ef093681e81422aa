// Rule 2, never beyond plan, and rule 14, exits before entries (docs/RULES.md), for safety entries: from the ladder as its first
// commit stored it, the alert's own text, the orders that the matching engine took, and the times of the closes that were sent.
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import { type Change, type Evidence, type Invariant, NEW_ORDER } from "./invariant.ts";

/** Ids of the intents of safety entries. */
const OF_LEG = /^e[a-z2-7]{30}$/;
const ROUNDING = 1e-9;
/** Statuses of a group that is over. */
const ENDED = new Set<Group["status"]>(["CLOSED", "CLOSED_WITH_DUST", "FAILED"]);
/** Receipts of exits that were looked at: whatever became of them, their strategy wanted to be out. */
const SEEN = new Set<Receipt["status"]>(["ORDERED", "DENIED", "WAITING", "EXPIRED"]);

export const laddersAreAsPlanned: Invariant = {
  rule: 2,
  name: "laddersAreAsPlanned",
  says: "A group's safety entries are those of its first commit and no more than its alert asks for; each is taken by the venue once and with its planned quantity, so that base and ladder never pass the plan's whole.",
  watch(evidence) {
    const planned = new Map<string, readonly EntryLeg[]>();
    return {
      landed({ changes }) {
        for (const change of changes) noteGroup(evidence, planned, change);
      },
      handled({ name, accountId, fields }) {
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        const order = evidence.read<Order>(paths.order(accountId, fields.get("newClientOrderId") ?? ""));
        if (order !== null && OF_LEG.test(order.intentId)) checkTaken(evidence, planned, order);
      },
    };
  },
};

function laddersOf(change: Change): { readonly before: Group | null; readonly after: Group } | null {
  if (!change.path.includes("/groups/") || change.after === null) return null;
  const after = change.after as unknown as Group;
  return Array.isArray(after.legs) ? { before: change.before as unknown as Group | null, after } : null;
}

function isSafety({ kind }: EntryLeg): boolean {
  return kind === "dca";
}

function noteGroup(evidence: Evidence, planned: Map<string, readonly EntryLeg[]>, change: Change): void {
  const found = laddersOf(change);
  if (found === null) return;
  const { before, after } = found;
  const known = planned.get(change.path);
  const legs = after.legs.filter(isSafety);
  if (known === undefined && before === null) {
    planned.set(change.path, legs);
    return;
  }
  if (known === undefined) return;
  const same = known.length === legs.length && known.every((leg, place) => isAsPlanned(leg, legs[place]));
  if (!same) evidence.fail(`the ladder of ${change.path} is not the one that it began with`);
}

function isAsPlanned(plan: EntryLeg, leg: EntryLeg | undefined): boolean {
  return leg?.place === plan.place && leg.qtyBase === plan.qtyBase && leg.priceUsd === plan.priceUsd;
}

function checkTaken(
  evidence: Evidence,
  planned: ReadonlyMap<string, readonly EntryLeg[]>,
  { accountId, groupId, request }: Order,
): void {
  const path = paths.group(accountId, groupId);
  const legs = planned.get(path);
  const group = evidence.read<Group>(path);
  const receipt = receiptOfBase(evidence, group);
  const text = receipt?.payload.fields as Readonly<Record<string, string>> | undefined;
  const most = Number(text?.safetyOrders ?? Number.POSITIVE_INFINITY);
  if (legs !== undefined && legs.length > most)
    evidence.fail(`${path} has ${legs.length} safety entries, and its alert asks for ${most}`);
  const { engine } = evidence.exchange;
  const lotBase = engine.specs.get(request.symbol)?.lotBase ?? 1;
  const taken = [...engine.state.orders.values()].filter(
    (order) =>
      order.accountId === accountId && order.clientOrderId !== null && isOfLadder(evidence, order, groupId),
  );
  const wholeBase = (legs ?? []).reduce((sum, { qtyBase }) => sum + Number(qtyBase), 0);
  // Of a leg that has several orders (routesStayWithinPlan) those that have ended count with what they filled.
  const intents = Map.groupBy(taken, ({ clientOrderId }) => intentOf(evidence, accountId, clientOrderId));
  const takenBase = [...intents.values()].reduce((sum, orders) => sum + lotsOf(orders) * lotBase, 0);
  if (legs !== undefined && (takenBase > wholeBase * (1 + ROUNDING) || intents.size > legs.length))
    evidence.fail(
      `the venue took ${takenBase} in ${intents.size} safety entries of ${path}, planned were ${wholeBase}`,
    );
}

type TakenOrder = Parameters<typeof isOpen>[0];

function lotsOf(orders: readonly TakenOrder[]): number {
  const [only] = orders;
  if (only !== undefined && orders.length === 1) return only.lots;
  return orders.reduce((sum, order) => sum + (isOpen(order) ? order.lots : order.executedLots), 0);
}

function intentOf(evidence: Evidence, accountId: string, id: string): string | undefined {
  return evidence.read<Order>(paths.order(accountId, id))?.intentId;
}

function isOfLadder(
  evidence: Evidence,
  { accountId, clientOrderId }: { readonly accountId: string; readonly clientOrderId: string },
  groupId: string,
): boolean {
  const order = evidence.read<Order>(paths.order(accountId, clientOrderId));
  return order?.groupId === groupId && OF_LEG.test(order.intentId);
}

function receiptOfBase(evidence: Evidence, group: Group | null): Receipt | null {
  const id = group?.orderIds[0];
  const base = group && id !== undefined ? evidence.read<Order>(paths.order(group.accountId, id)) : null;
  return base === null ? null : evidence.read<Receipt>(paths.receipt(base.accountId, base.signalId));
}

export const laddersEndWithTheirExit: Invariant = {
  rule: 14,
  name: "laddersEndWithTheirExit",
  says: "No safety entry is stored for a group that has ended or is being closed, nor after an exit of its strategy that was signalled after the base and was looked at; and one that was withdrawn never comes back.",
  watch(evidence) {
    return {
      landed({ changes }) {
        for (const change of changes) checkWithdrawn(evidence, change);
        const created = changes.find(({ path, before }) => path.includes("/orders/") && before === null);
        const order = (created?.after ?? null) as unknown as Order | null;
        if (order === null || !OF_LEG.test(order.intentId)) return;
        const path = paths.group(order.accountId, order.groupId);
        const before = changes.find((change) => change.path === path)?.before as unknown as Group | undefined;
        if (before === undefined || ENDED.has(before.status) || before.closing !== null)
          evidence.fail(
            `${order.request.clientOrderId} is a safety entry of ${path}, which is over or closing`,
          );
        const newer = exitAfterBase(evidence, before ?? null);
        if (newer !== null)
          evidence.fail(`${order.request.clientOrderId} adds to ${path} after its strategy's exit ${newer}`);
      },
    };
  },
};

function checkWithdrawn(evidence: Evidence, change: Change): void {
  const found = laddersOf(change);
  const gone = found?.before?.legs?.filter(({ status }) => status === "WITHDRAWN") ?? [];
  const back = gone.find(({ kind, place }) =>
    found?.after.legs.some((leg) => leg.kind === kind && leg.place === place && leg.status !== "WITHDRAWN"),
  );
  if (back !== undefined)
    evidence.fail(`safety entry ${back.place} of ${change.path} was withdrawn, and is back`);
}

/** The signal of an exit that its strategy made after the base, and that was looked at. */
function exitAfterBase(evidence: Evidence, group: Group | null): string | null {
  const base = receiptOfBase(evidence, group);
  const [opened, accountId] = [base?.intent ?? null, group?.accountId];
  if (opened === null || accountId === undefined) return null;
  const newer = evidence.below<Receipt>(`${paths.receipts(accountId)}/`).find(([, { intent, status }]) => {
    if (intent === null || intent.action === "open" || !SEEN.has(status)) return false;
    const isOfIt = intent.strategyId === opened.strategyId && intent.symbol === opened.symbol;
    const isOfSide = intent.side === null || intent.side === opened.side;
    return isOfIt && isOfSide && intent.signalledAtMs > opened.signalledAtMs;
  });
  return newer?.[1].signalId ?? null;
}
