// Rule 3, the venue is right (docs/RULES.md), for money: profit, fees and funding of every settled group are the matching
// engine's own, to the last unit, and what no group holds is dust. Read from the engine's trades, orders and incomes; the
// only word taken from the books is which orders a group has.
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_STOP_ID, clientStopId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { Trade } from "#local/exchange/engine/state.ts";
import type { Evidence, Invariant } from "./invariant.ts";

const USD_PER_E8 = dec("0.00000001");
/** A group that ended later than this before the end of a run may still wait for incomes or for a minute's pass. */
const SETTLING_MS = 300_000;

export const accountsAreTheVenues: Invariant = {
  rule: 3,
  name: "accountsAreTheVenues",
  says: "After faults have ended, profit, fees and funding of every settled group equal the venue's own to the last unit, an old group is settled, and what is held without a group is the ledger's dust.",
  watch(evidence) {
    /** Ended before the run began: an earlier release kept no accounts. */
    const older = new Set<string>();
    return {
      found(documents) {
        for (const { path, after } of documents) {
          const group = after as unknown as Group;
          if (path.includes("/groups/") && isGroupEnded(group.status)) older.add(group.groupId);
        }
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) {
          if (profile.mode !== "paper") continue;
          checkAccounts(evidence, profile.accountId, older);
          checkDust(evidence, profile.accountId);
        }
      },
    };
  },
};

/** Trades by the group that they belong to: its orders', and those of no order of ours while it held something. */
function tradesOf(evidence: Evidence, accountId: string, groups: readonly Group[]): Map<string, Trade[]> {
  const { state } = evidence.exchange.engine;
  const owner = new Map<string, Group>();
  for (const group of groups) {
    for (const id of group.orderIds) owner.set(id, group);
    for (let step = 0; step <= (group.stop?.step ?? -1); step += 1)
      owner.set(clientStopId(accountId, group.groupId, step), group);
  }
  const byGroup = new Map<string, Trade[]>();
  const holder = new Map<string, string>();
  const held = new Map<string, number>();
  for (const trade of state.trades) {
    if (trade.accountId !== accountId) continue;
    const { symbol, lots } = trade;
    const own = owner.get(state.orders.get(trade.orderId)?.clientOrderId ?? "");
    const before = held.get(symbol) ?? 0;
    const after = before + (trade.side === "BUY" ? lots : -lots);
    held.set(symbol, after);
    const groupId = own?.groupId ?? (before === 0 ? undefined : holder.get(symbol));
    if (groupId !== undefined) byGroup.set(groupId, [...(byGroup.get(groupId) ?? []), trade]);
    if (own !== undefined) holder.set(symbol, own.groupId);
    // A hand may turn a position round: the other side is no group's.
    if (after === 0 || before * after < 0) holder.delete(symbol);
  }
  return byGroup;
}

/** Symbols in which somebody else traded: there a position may be only partly a group's. */
function symbolsByHand(evidence: Evidence, accountId: string): ReadonlySet<string> {
  const orders = [...evidence.exchange.engine.state.orders.values()];
  const isOurs = (id: string): boolean => /^b[a-z2-7]{30}$/.test(id) || CLIENT_STOP_ID.test(id);
  return new Set(
    orders.flatMap((order) =>
      order.accountId === accountId && order.executedLots > 0 && !isOurs(order.clientOrderId)
        ? [order.symbol]
        : [],
    ),
  );
}

function sum(amounts: readonly bigint[]): string {
  const total = amounts.reduce((before, amount) => before + amount, 0n);
  return decimalString(dec(String(total)).mul(USD_PER_E8));
}

function checkAccounts(evidence: Evidence, accountId: string, older: ReadonlySet<string>): void {
  const groups = evidence.below<Group>(`${paths.groups(accountId)}/`).map(([, group]) => group);
  const byGroup = tradesOf(evidence, accountId, groups);
  const byHand = symbolsByHand(evidence, accountId);
  for (const group of groups) {
    const trades = byGroup.get(group.groupId) ?? [];
    if (trades.length === 0 || !isGroupEnded(group.status) || older.has(group.groupId)) continue;
    const isOld = evidence.nowMs() - (group.endedAtMs ?? 0) > SETTLING_MS;
    if (!group.accounts?.settled) {
      if (isOld && !byHand.has(group.symbol))
        evidence.fail(`${group.groupId} ended long ago, and its accounts are not settled`);
      continue;
    }
    // A position that was taken over has trades of an earlier group, or of none.
    if (group.carriedBase === "0") compare(evidence, group, trades);
  }
}

function compare(evidence: Evidence, group: Group, trades: readonly Trade[]): void {
  const times = trades.map(({ timeMs }) => timeMs);
  const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
  const incomes = evidence.exchange.engine.state.incomes.filter(
    (income) =>
      income.accountId === group.accountId &&
      income.symbol === group.symbol &&
      income.timeMs >= fromMs &&
      income.timeMs <= toMs,
  );
  const of = (type: string) => sum(incomes.flatMap((each) => (each.type === type ? [each.amountE8] : [])));
  const wanted = {
    realizedUsd: sum(trades.map(({ realizedUsdE8 }) => realizedUsdE8)),
    feesUsd: sum(trades.map(({ commissionUsdE8 }) => commissionUsdE8)),
    fundingUsd: of("FUNDING_FEE"),
    otherUsd: of("INSURANCE_CLEAR"),
  };
  for (const [field, venue] of Object.entries(wanted)) {
    const booked = group.accounts?.[field as keyof typeof wanted];
    if (booked !== venue)
      evidence.fail(
        `${group.groupId} (${group.symbol}) has ${field} ${booked} in the books, ${venue} at the venue`,
      );
  }
}

function checkDust(evidence: Evidence, accountId: string): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  const { engine } = evidence.exchange;
  const withGroup = new Set(Object.values(control?.slots ?? {}).map(({ symbol }) => symbol));
  const alerts = evidence.below<Alert>(`${paths.alerts(accountId)}/`).map(([, alert]) => alert);
  for (const [symbol, spec] of engine.specs) {
    const lots = engine.state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0;
    const heldBase = decimalString(dec(String(spec.lotBase)).mul(lots));
    const bookedBase = control?.dust[symbol] ?? "0";
    const isTold = alerts.some(
      ({ code, message }) => code === "POSITION_UNKNOWN" && message.includes(symbol),
    );
    if (!withGroup.has(symbol) && !isTold && heldBase !== bookedBase)
      evidence.fail(
        `${accountId} holds ${heldBase} ${symbol} without a group, and the ledger of dust says ${bookedBase}`,
      );
    if (withGroup.has(symbol) && bookedBase !== "0")
      evidence.fail(`the ledger of ${accountId} has dust in ${symbol}, which a group holds`);
  }
}
