// Rule 3, the venue is right (docs/RULES.md), for money: profit, fees and funding of every settled group are the matching
// engine's own, to the last unit, and what no group holds is dust. Read from the engine's trades, orders and incomes; the
// only word taken from the books is which orders a group has.
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_ORDER_ID, CLIENT_STOP_ID, clientStopId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { Order, Trade } from "#local/exchange/engine/state.ts";
import { isInOurName } from "../in-our-name.ts";
import { venueOf } from "../venues.ts";
import { engineIdOf } from "./engine-truth.ts";
import type { Evidence, Invariant } from "./invariant.ts";

const USD_PER_E8 = dec("0.00000001");
/** A group that ended later than this before the end of a run may still wait for incomes or for a minute's pass. */
const SETTLING_MS = 300_000;

export const accountsAreTheVenues: Invariant = {
  rule: 3,
  name: "accountsAreTheVenues",
  says: "After faults have ended, profit, fees and funding of every settled group equal the venue's own to the last unit, no group has booked an exit of its own side, an old group is settled, and what is held without a group is the ledger's dust.",
  watch(evidence) {
    /** Ended before the run began: an earlier release kept no accounts. */
    const older = new Set<string>();
    /** Symbols, with their accounts, of which a document could not be read for a time. */
    const wasUnreadable = new Set<string>();
    return {
      found(documents) {
        for (const { path, after } of documents) {
          const group = after as unknown as Group;
          if (path.includes("/groups/") && isGroupEnded(group.status)) older.add(group.groupId);
        }
      },
      landed() {
        for (const { accountId, symbol } of evidence.unreadable.values())
          wasUnreadable.add(`${accountId}/${symbol}`);
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) {
          if (profile.mode !== "paper") continue;
          checkAccounts(evidence, profile.accountId, { older, wasUnreadable });
          checkDust(evidence, profile.accountId);
        }
      },
    };
  },
};

/** The client ids that the venue itself gives to orders of forced closes. */
const FORCED = /^(?:autoclose-|adl_autoclose|settlement_autoclose-)/;

/** Trades of one group. */
interface GroupTrades {
  readonly trades: Trade[];
  /** Whether the account held more or less of the symbol than the group when one of them was made. */
  isShared: boolean;
  /** Whether one of them closed by force of the venue. */
  hasForced: boolean;
}

/** A group and what it holds in lots, while it holds something. */
interface Holding {
  readonly group: Group;
  lots: number;
}

/** Trades by the group that they belong to: its orders', and those of no order of ours while it held something itself. */
function tradesOf(evidence: Evidence, accountId: string, groups: readonly Group[]): Map<string, GroupTrades> {
  const { state, specs } = evidence.exchange.engine;
  const owner = ownersOf(accountId, groups);
  const byGroup = new Map<string, GroupTrades>();
  const holdings = new Map<string, Holding>();
  const held = new Map<string, number>();
  const lastEntries = lastEntriesOf(evidence, accountId, owner);
  for (const trade of state.trades) {
    if (trade.accountId !== accountId) continue;
    const { symbol } = trade;
    const before = held.get(symbol) ?? 0;
    const change = trade.side === "BUY" ? trade.lots : -trade.lots;
    held.set(symbol, before + change);
    const order = state.orders.get(trade.orderId);
    // A hand's order in our name: what it holds is beside the group, and no sign tells the product that it is a hand's.
    if (order !== undefined && isInOurName(order)) continue;
    const own = owner.get(order?.clientOrderId ?? "") ?? null;
    const holding = holderOf({ own, current: holdings.get(symbol) ?? null, trade, order });
    if (holding === null) continue;
    const belongs = tradesUnder(byGroup, holding.group.groupId);
    belongs.trades.push(trade);
    belongs.hasForced ||= isForced(order);
    belongs.isShared ||= before !== holding.lots;
    const lotsBefore = holding.lots;
    holding.lots += change;
    // A hand may turn a position round: the other side is no group's. And what a group has left as dust is its no more.
    const isOver = holding.lots === 0 || lotsBefore * holding.lots < 0;
    const leftBase = dec(String(specs.get(symbol)?.lotBase ?? 0)).mul(Math.abs(holding.lots));
    const left = { trade, base: decimalString(leftBase) };
    if (isOver || isDustOf(holding.group, left, lastEntries)) holdings.delete(symbol);
    else holdings.set(symbol, holding);
  }
  return byGroup;
}

interface Made {
  /** The group whose order made the trade; null: no order of ours. */
  readonly own: Group | null;
  /** It holds something of the symbol. */
  readonly current: Holding | null;
  readonly trade: Trade;
  readonly order: Order | undefined;
}

/** Null: no group's. A left exit takes from the group that came after its own: the venue's profit is that one's. */
function holderOf({ own, current, trade, order }: Made): Holding | null {
  if (own === null || own === current?.group) return current;
  if (!isLeftBehind(own, order)) return { group: own, lots: 0 };
  return current !== null && canTakeFrom(current.group, trade) ? current : null;
}

/** The id of the last fill of each group's entries. */
function lastEntriesOf(
  { exchange: { engine } }: Evidence,
  accountId: string,
  owner: ReadonlyMap<string, Group>,
): ReadonlyMap<Group, number> {
  const last = new Map<Group, number>();
  for (const { id, accountId: of, orderId } of engine.state.trades) {
    const order = engine.state.orders.get(orderId);
    const group = owner.get(order?.clientOrderId ?? "");
    if (of === accountId && group !== undefined && order?.reduceOnly === false && !isInOurName(order))
      last.set(group, id);
  }
  return last;
}

function tradesUnder(byGroup: Map<string, GroupTrades>, groupId: string): GroupTrades {
  const its = byGroup.get(groupId) ?? { trades: [], isShared: false, hasForced: false };
  byGroup.set(groupId, its);
  return its;
}

function isForced(order: Order | undefined): boolean {
  return FORCED.test(order?.clientOrderId ?? "");
}

/** A fill of an exit that another group left behind is booked here, too: only where its order can have taken from the group. */
function checkExits({ exchange, fail }: Evidence, group: Group): void {
  for (const id of group.stopVenueOrderIds ?? []) {
    const order = exchange.engine.state.orders.get(engineIdOf(id));
    if (order !== undefined && !canTakeFrom(group, order))
      fail(
        `${group.groupId} is ${group.side} in ${group.symbol}, and booked the ${order.side} of exit ${id}`,
      );
  }
}

function canTakeFrom(group: Group, { side }: Pick<Trade, "side">): boolean {
  return (group.side === "long") === (side === "SELL");
}

/**
 * A stop is reduce-only, so the venue lets it take from what is held and from nothing else. While no group holds anything, or
 * one of the side that the stop's order adds to, that is a hand's position: profit and fee of the trade are of that one. A
 * position that was taken over had no first trade.
 */
function isLeftBehind({ carriedBase }: Group, order: Order | undefined): boolean {
  return carriedBase === "0" && order?.reduceOnly === true && CLIENT_STOP_ID.test(order.clientOrderId);
}

function ownersOf(accountId: string, groups: readonly Group[]): Map<string, Group> {
  const owner = new Map<string, Group>();
  for (const group of groups) {
    for (const id of group.orderIds) owner.set(id, group);
    // An earlier release had no take-profits.
    const exits = [group.stop, ...((group as Partial<Group>).takeProfits ?? [])];
    const last = Math.max(-1, ...exits.map((exit) => exit?.step ?? -1));
    for (let step = 0; step <= last; step += 1)
      owner.set(clientStopId(accountId, group.groupId, step), group);
  }
  return owner;
}

/** Not before its last entry: until then it may hold as much for a moment, as entry or exit fill one by one. */
function isDustOf(
  group: Group,
  left: { readonly trade: Trade; readonly base: string },
  lastEntries: ReadonlyMap<Group, number>,
): boolean {
  const isEntered = left.trade.id >= (lastEntries.get(group) ?? 0);
  return isEntered && group.status === "CLOSED_WITH_DUST" && group.qtyBase === left.base;
}

/**
 * Symbols in which somebody else traded: there a position may be only partly a group's. An order by hand in our name is one of
 * them. Its trades count for no group, so a group that it netted away has none that closes it, and stays an estimate, which
 * its alert tells.
 */
function symbolsByHand(evidence: Evidence, accountId: string): ReadonlySet<string> {
  const orders = [...evidence.exchange.engine.state.orders.values()];
  const isOurs = (id: string): boolean => CLIENT_ORDER_ID.test(id) || CLIENT_STOP_ID.test(id);
  return new Set(
    orders.flatMap((order) =>
      order.accountId === accountId &&
      order.executedLots > 0 &&
      (!isOurs(order.clientOrderId) || isInOurName(order))
        ? [order.symbol]
        : [],
    ),
  );
}

function sum(amounts: readonly bigint[]): string {
  const total = amounts.reduce((before, amount) => before + amount, 0n);
  return decimalString(dec(String(total)).mul(USD_PER_E8));
}

interface Apart {
  readonly older: ReadonlySet<string>;
  readonly wasUnreadable: ReadonlySet<string>;
}

function checkAccounts(evidence: Evidence, accountId: string, { older, wasUnreadable }: Apart): void {
  const groups = evidence.below<Group>(`${paths.groups(accountId)}/`).map(([, group]) => group);
  const byGroup = tradesOf(evidence, accountId, groups);
  const byHand = symbolsByHand(evidence, accountId);
  for (const group of groups) {
    checkExits(evidence, group);
    const its = byGroup.get(group.groupId);
    if (its === undefined || !isGroupEnded(group.status) || older.has(group.groupId)) continue;
    const isOld = evidence.nowMs() - (group.endedAtMs ?? 0) > SETTLING_MS;
    if (!group.accounts?.settled) {
      const mayBeTaken = wasUnreadable.has(`${accountId}/${group.symbol}`);
      if (isOld && !byHand.has(group.symbol) && !(mayBeTaken && isTakenOver(group, groups)))
        evidence.fail(`${group.groupId} ended long ago, and its accounts are not settled`);
      continue;
    }
    // A position that was taken over has trades of an earlier group, or of none.
    if (group.carriedBase === "0") compare(evidence, group, its);
  }
}

/** Closed in another group's name, because its own document could not be read: its exit is among that one's trades. */
function isTakenOver({ groupId, symbol, openedAtMs, endedAtMs }: Group, groups: readonly Group[]): boolean {
  return groups.some(
    (each) =>
      each.groupId !== groupId &&
      each.symbol === symbol &&
      each.carriedBase !== "0" &&
      each.openedAtMs >= openedAtMs &&
      each.openedAtMs <= (endedAtMs ?? 0),
  );
}

/** Beside somebody else's position, up to this the venue's own rounding may stand: a cent, and a millionth of the turnover. */
const ROUNDING_USD = dec("0.01");
const ROUNDING_SHARE = dec("0.000001");

/**
 * The venue's word. Where it nets the group with a position of somebody else, its word is about both: then the group's
 * profit is the money that its trades brought in less the money that they cost. Null where it left something behind then.
 */
function realizedOf({ trades, isShared }: GroupTrades, booked: string | undefined): string | null {
  const venue = sum(trades.map(({ realizedUsdE8 }) => realizedUsdE8));
  if (!isShared) return venue;
  const lots = trades.reduce((total, trade) => total + (trade.side === "BUY" ? trade.lots : -trade.lots), 0);
  if (lots !== 0) return null;
  const cash = sum(trades.map(({ side, quoteUsdE8 }) => (side === "BUY" ? -quoteUsdE8 : quoteUsdE8)));
  const turnover = dec(sum(trades.map(({ quoteUsdE8 }) => quoteUsdE8)));
  const isRounding = dec(venue)
    .minus(dec(cash))
    .abs()
    .lte(ROUNDING_USD.plus(turnover.mul(ROUNDING_SHARE)));
  return isRounding && booked === venue ? venue : cash;
}

function compare(evidence: Evidence, group: Group, its: GroupTrades): void {
  const { trades } = its;
  const times = trades.map(({ timeMs }) => timeMs);
  const fromMs = Math.min(...times);
  // A rest that is too small to close is paid for until its group is called ended, which is no trade.
  const restUntilMs = group.status === "CLOSED_WITH_DUST" ? (group.endedAtMs ?? 0) : 0;
  const toMs = Math.max(...times, restUntilMs);
  const incomes = evidence.exchange.engine.state.incomes.filter(
    (income) =>
      income.accountId === group.accountId &&
      income.symbol === group.symbol &&
      income.timeMs >= fromMs &&
      income.timeMs <= toMs,
  );
  const of = (type: string) => sum(incomes.flatMap((each) => (each.type === type ? [each.amountE8] : [])));
  // It comes with a forced close. Of the same moment may be that of somebody else's part of the position.
  const insuranceUsd = its.hasForced ? of("INSURANCE_CLEAR") : "0";
  const realizedUsd = realizedOf(its, group.accounts?.realizedUsd);
  // Bybit's log has it in the cash flow of the trade, which then is not what the trades brought in: our own reckoning stands.
  const isOfTrade = venueOf(evidence.setup, group.accountId) === "bybit-linear";
  const wanted = {
    realizedUsd,
    feesUsd: sum(trades.map(({ commissionUsdE8 }) => commissionUsdE8)),
    fundingUsd: of("FUNDING_FEE"),
    otherUsd: isOfTrade ? "0" : insuranceUsd,
  };
  for (const [field, venue] of Object.entries(wanted)) {
    const booked = group.accounts?.[field as keyof typeof wanted];
    if (venue !== null && booked !== venue)
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
