// A group after its accounts were read: the venue's figures, the reason of an end that was not ours, and entry and profit as
// the trades have them, which are in the order in which they happened. And when it is to be read again. Pure.
import { decimalString } from "#domain/decimal.ts";
import type { AccountsDue, ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { type AccountsGround, groupAccounts, INCOME_SETTLE_MS, isComplete } from "./group-accounts.ts";
import { hasKnownEntry, ownReckoning } from "./own-reckoning.ts";

const HOUR_MS = 3_600_000;
/** To the next try of accounts that are not whole: soon after the end, then the seldomer the older it is. */
const SOONEST_RETRY_MS = 20_000;
const LATEST_RETRY_MS = 600_000;
const RETRY_SHARE = 4;
/** After this a group stays an estimate: the venue will not say more. */
export const GIVE_UP_AFTER_MS = 24 * HOUR_MS;

export function accountGroup(group: Group, ground: AccountsGround): Group {
  const { walk, orders } = ground;
  const accounts = groupAccounts(group, ground);
  const exitReason =
    group.exitReason === "reconcile" && walk.endedBy !== null ? walk.endedBy : group.exitReason;
  const counted = { ...group, accounts, exitReason };
  if (walk.trades.length === 0 || !isComplete(group, walk, orders)) return counted;
  // A position that was taken over at no known price has no entry to reckon with.
  if (!hasKnownEntry(group) && !group.costEstimated && !walk.hasOutside) return counted;
  const own = ownReckoning(group, walk.trades);
  return {
    ...counted,
    costEstimated: false,
    averageEntryUsd: text(own.averageEntryUsd) ?? group.averageEntryUsd,
    entryNotionalUsd: decimalString(own.entryNotionalUsd.toDecimalPlaces(12)),
    realizedPnlUsd: decimalString(own.realizedUsd.toDecimalPlaces(12)),
  };
}

function text(amount: ReturnType<typeof ownReckoning>["averageEntryUsd"]): string | null {
  return amount === null ? null : decimalString(amount.toDecimalPlaces(12));
}

/** The group's next reading; null when nothing is left to read. */
export function nextDue(group: Group, isWhole: boolean, nowMs: number): AccountsDue | null {
  const { symbol, endedAtMs } = group;
  if (!isGroupEnded(group.status)) {
    const dueAtMs = isWhole ? nextFundingReadMs(nowMs) : nowMs + SOONEST_RETRY_MS;
    return { symbol, dueAtMs, endedAtMs: null };
  }
  const ageMs = nowMs - (endedAtMs ?? nowMs);
  if (group.accounts?.settled || ageMs >= GIVE_UP_AFTER_MS) return null;
  return { symbol, dueAtMs: nowMs + retryInMs(ageMs), endedAtMs };
}

/** The next reading of a group of which a document cannot be read: never given up, since a person mends it. */
export function dueUnread(due: AccountsDue, nowMs: number): AccountsDue {
  return { ...due, dueAtMs: nowMs + retryInMs(nowMs - (due.endedAtMs ?? nowMs)) };
}

function retryInMs(ageMs: number): number {
  return Math.min(LATEST_RETRY_MS, Math.max(SOONEST_RETRY_MS, Math.round(ageMs / RETRY_SHARE)));
}

/** Funding is charged on full hours only. */
function nextFundingReadMs(nowMs: number): number {
  return (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS + INCOME_SETTLE_MS;
}

/** Groups to be read now, those that have ended first. */
export function dueGroups(
  { accountsDue }: Pick<ControlState, "accountsDue">,
  nowMs: number,
): readonly string[] {
  return Object.entries(accountsDue)
    .filter(([, { dueAtMs }]) => dueAtMs <= nowMs)
    .toSorted(
      ([, a], [, b]) => (a.endedAtMs ?? Number.MAX_SAFE_INTEGER) - (b.endedAtMs ?? Number.MAX_SAFE_INTEGER),
    )
    .map(([groupId]) => groupId);
}

export function withNextDue(
  due: ControlState["accountsDue"],
  groupId: string,
  next: AccountsDue | null,
): ControlState["accountsDue"] {
  const { [groupId]: _before, ...others } = due;
  return next === null ? others : { ...others, [groupId]: next };
}
