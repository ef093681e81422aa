// Rule 3, the venue is right (docs/RULES.md), for adopted positions: what is adopted is what the command said and the matching
// engine holds, at its entry; and the settled accounts are the sums of the engine's trades of the group's own orders.
import { dec, decimalString } from "#domain/decimal.ts";
import type { Command } from "#domain/documents/command.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_ORDER_ID, CLIENT_STOP_ID, clientStopId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Trade } from "#local/exchange/engine/state.ts";
import type { Evidence, Invariant, Landed } from "./invariant.ts";

const USD_PER_E8 = dec("0.00000001");
/** The client ids that the venue itself gives to orders of forced closes. */
const FORCED = /^(?:autoclose-|adl_autoclose|settlement_autoclose-)/;
/** Relative; the engine's own entry is exact, and its answers are rounded. */
const ROUNDING = 1e-6;

export const adoptedCountFromAdoption: Invariant = {
  rule: 3,
  name: "adoptedCountFromAdoption",
  says: "A position is adopted by a command alone, at the quantity that it says and the engine's entry; settled, its profit and fees are those of its own orders' trades.",
  watch(evidence) {
    /** Signed lots at the engine when each group was adopted; of one that moved meanwhile they are not known. */
    const adoptedLots = new Map<string, number>();
    return {
      landed(commit) {
        for (const { path, accountId, before, after } of commit.changes) {
          if (accountId === null || !path.startsWith(`${paths.groups(accountId)}/`)) continue;
          const group = after as unknown as Group | null;
          if (before === null && group !== null && (group.adoptedEntryUsd ?? null) !== null)
            checkAdoption(evidence, commit, group, adoptedLots);
        }
      },
      healed() {
        for (const { profile } of evidence.setup.accounts)
          for (const [, group] of evidence.below<Group>(`${paths.groups(profile.accountId)}/`))
            if ((group.adoptedEntryUsd ?? null) !== null && group.accounts?.settled)
              checkAccounts(evidence, group, adoptedLots.get(group.groupId) ?? null);
      },
    };
  },
};

function checkAdoption(
  evidence: Evidence,
  { changes }: Landed,
  group: Group,
  adoptedLots: Map<string, number>,
): undefined {
  const { accountId, groupId, symbol, side, qtyBase } = group;
  const commands = changes.filter(({ path }) => path.startsWith(`${paths.commands(accountId)}/`));
  const [command] = commands.map(({ after }) => after as unknown as Command);
  if (command?.status !== "DONE" || command.request.kind !== "adopt_position")
    return evidence.fail(`${groupId} was adopted without a command`);
  const { request } = command;
  if (request.symbol !== symbol || request.side !== side || !dec(request.qtyBase).eq(dec(qtyBase)))
    return evidence.fail(
      `${groupId} is ${qtyBase} ${symbol} ${side}, and its command says ${request.qtyBase}`,
    );
  const { state, specs } = evidence.exchange.engine;
  const position = state.accounts.get(accountId)?.positions.get(symbol);
  const heldBase = (position?.lots ?? 0) * (specs.get(symbol)?.lotBase ?? 0);
  const isAsThen = Math.abs(Math.abs(heldBase) - Number(qtyBase)) < 1e-9;
  // A trade between the venue's answers and the commit is the next pass's to find.
  if (position === undefined || !isAsThen) return;
  adoptedLots.set(groupId, position.lots);
  const entryUsd = Math.abs(Number(position.entryUsdE8)) / 1e8 / Math.abs(heldBase);
  if (Math.abs(Number(group.adoptedEntryUsd) - entryUsd) > entryUsd * ROUNDING)
    evidence.fail(`${groupId} was adopted at ${group.adoptedEntryUsd}, and the venue's entry is ${entryUsd}`);
}

function ownIds({ accountId, groupId, orderIds, stop, takeProfits }: Group): ReadonlySet<string> {
  const last = Math.max(-1, ...[stop, ...takeProfits].map((exit) => exit?.step ?? -1));
  const stops = Array.from({ length: last + 1 }, (_, step) => clientStopId(accountId, groupId, step));
  return new Set([...orderIds, ...stops]);
}

/** Where the symbol was the group's alone since: another's trade is netted with the group's by the venue. */
function checkAccounts(evidence: Evidence, group: Group, adoptedLots: number | null): undefined {
  const { accountId, symbol, openedAtMs, groupId, accounts } = group;
  const { state } = evidence.exchange.engine;
  const ids = ownIds(group);
  const later = state.trades.filter(
    (trade) =>
      trade.accountId === accountId && trade.symbol === symbol && trade.timeMs >= openedAtMs - 60_000,
  );
  const idOf = (orderId: number) => state.orders.get(orderId)?.clientOrderId ?? "";
  const isForced = ({ orderId }: Trade): boolean => FORCED.test(idOf(orderId));
  if (adoptedLots === null && later.some(isForced)) return;
  const own = ownTrades(later, (trade) => ids.has(idOf(trade.orderId)), {
    adoptedLots: adoptedLots ?? 0,
    isForced,
  });
  const last = Math.max(0, ...own.map(({ id }) => id));
  const first = Math.min(...own.map(({ id }) => id));
  const isAlone = later.every((trade) => {
    const { id, orderId } = trade;
    const isOurs = CLIENT_ORDER_ID.test(idOf(orderId)) || CLIENT_STOP_ID.test(idOf(orderId));
    const isBefore = id < first && !isOurs && !isSince(evidence, group, orderId);
    return own.includes(trade) || id > last || isBefore;
  });
  if (own.length === 0 || !isAlone) return;
  const sum = (amounts: readonly bigint[]): string =>
    decimalString(dec(String(amounts.reduce((total, each) => total + each, 0n))).mul(USD_PER_E8));
  const wanted = {
    realizedUsd: sum(own.map(({ realizedUsdE8 }) => realizedUsdE8)),
    feesUsd: sum(own.map(({ commissionUsdE8 }) => commissionUsdE8)),
  };
  for (const [field, venue] of Object.entries(wanted)) {
    const booked = accounts?.[field as keyof typeof wanted];
    if (booked !== venue) evidence.fail(`${groupId} has ${field} ${booked}, and its own trades ${venue}`);
  }
}

interface Adopted {
  readonly adoptedLots: number;
  readonly isForced: (trade: Trade) => boolean;
}

/** Those of its orders, and what the venue closed by force after the first of them while something of the group was left. */
function ownTrades(
  trades: readonly Trade[],
  isOwn: (trade: Trade) => boolean,
  { adoptedLots, isForced }: Adopted,
): readonly Trade[] {
  let lots = adoptedLots;
  let hasBegun = false;
  return trades.filter((trade) => {
    hasBegun ||= isOwn(trade);
    const belongs = isOwn(trade) || (hasBegun && lots !== 0 && isForced(trade));
    if (belongs) lots += trade.side === "BUY" ? trade.lots : -trade.lots;
    return belongs;
  });
}

/** Whether a hand's order came after the adoption, by the venue's clock and with room for its difference. */
function isSince({ exchange }: Evidence, { openedAtMs }: Group, orderId: number): boolean {
  const trade = exchange.engine.state.trades.find((each) => each.orderId === orderId);
  return (trade?.timeMs ?? 0) >= openedAtMs - 3_000;
}
