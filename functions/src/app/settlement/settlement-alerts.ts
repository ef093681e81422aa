// Alerts about accounts: an end that was not ours with its true figures, accounts that do not come, and two ways to one profit
// that differ.
import type { AlertCondition } from "#app/telling";
import { dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { AlertSeverity } from "#domain/documents/records.ts";
import type { ExitReason } from "#domain/documents/words.ts";
import { netUsd } from "#domain/lifecycle/profit.ts";
import { type AccountsGround, isComplete } from "#domain/settlement/group-accounts.ts";
import { agrees, ownReckoning, venueRealizedUsd } from "#domain/settlement/own-reckoning.ts";

interface Words {
  readonly code: string;
  readonly severity: AlertSeverity;
  readonly what: string;
  readonly remedy: string;
}

const OUTSIDE: Readonly<Partial<Record<ExitReason, Words>>> = {
  liquidation: {
    code: "POSITION_LIQUIDATED",
    severity: "critical",
    what: "was liquidated by the venue",
    remedy: "Look at margin and leverage before trading goes on: the stop did not come first",
  },
  adl: {
    code: "POSITION_DELEVERAGED",
    severity: "warning",
    what: "was closed by the venue's auto-deleveraging",
    remedy: "Nothing to do: the venue chose it to balance another account's loss",
  },
  settlement: {
    code: "POSITION_SETTLED",
    severity: "warning",
    what: "was settled by the venue, as it does with a contract that ends",
    remedy: "Take the symbol out of the config",
  },
  external: {
    code: "POSITION_CLOSED_OUTSIDE",
    severity: "warning",
    what: "was closed by an order that is none of ours",
    remedy: "Find out who traded by hand or under the same keys",
  },
};

/** Null unless this reading explained the end. */
export function endedOutside(before: Group, after: Group, journalSeq: number): AlertCondition | null {
  const words = after.exitReason === null ? undefined : OUTSIDE[after.exitReason];
  if (words === undefined || before.exitReason === after.exitReason || after.accounts === null) return null;
  const { code, severity, what, remedy } = words;
  const { accountId, symbol, side, groupId } = after;
  const profit = netUsd(after.accounts) ?? after.accounts.realizedUsd;
  const message = `${symbol} ${side} ${what}: ${profit} USD of profit after fees by the venue's trades`;
  return { accountId, severity, code, message, remedy, dedupeKey: `${groupId}/${journalSeq}` };
}

export function unsettled({ accountId, groupId, symbol }: Group): AlertCondition {
  return {
    accountId,
    severity: "warning",
    code: "ACCOUNTS_UNSETTLED",
    message: `The venue's trades do not explain the ended ${symbol} group ${groupId}: its profit stays an estimate`,
    remedy: "Compare the symbol's trades at the venue with the group's orders",
    dedupeKey: groupId,
  };
}

/** Null while both ways agree, and while the trades are not all there. */
export function accountsDiffer(
  group: Group,
  { walk, orders, incomes }: AccountsGround,
): AlertCondition | null {
  if (group.accounts === null || !isComplete(group, walk, orders)) return null;
  const { accountId, groupId, symbol, accounts } = group;
  const own = ownReckoning(group, walk.trades);
  const venueUsd = venueRealizedUsd(walk.trades);
  const byTrades = agrees(group, venueUsd, own);
  const ids = new Set(walk.trades.map(({ atMs }) => atMs));
  const listed = (incomes ?? []).filter(({ kind, atMs }) => kind === "realizedPnl" && ids.has(atMs));
  const byIncome = listed.reduce((sum, { amount }) => sum.plus(dec(amount)), dec("0"));
  const incomeAgrees = incomes === null || !accounts.settled || byIncome.eq(venueUsd);
  if (byTrades && incomeAgrees) return null;
  return {
    accountId,
    severity: "warning",
    code: "ACCOUNTS_DIFFER",
    message: `${symbol} ${groupId}: the venue's trades realised ${venueUsd.toFixed(8)} USD, by price ${own.realizedUsd.toFixed(8)}${incomes === null ? "" : `, by income ${byIncome.toFixed(8)}`}; booked is ${accounts.realizedUsd}`,
    remedy:
      "Look for somebody else's position in the symbol, which the venue nets with the group's; else compare its trades and incomes at the venue",
    dedupeKey: groupId,
  };
}
