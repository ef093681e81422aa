// The queue as the receipts, groups and orders of a run tell it, apart from the product's own list: who waits, since when,
// whether there is room, and who goes first. Written the simplest way, from what docs/queue.md promises.

import type { Command } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { Evidence } from "./invariant.ts";

const ENDED = new Set(["CLOSED", "CLOSED_WITH_DUST", "FAILED"]);

export interface WaitingEntry {
  readonly path: string;
  readonly intentId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: string;
  readonly signalledAtMs: number;
  readonly queuedAtMs: number;
}

/** Null for a receipt without an intent or a stay in the queue. */
export function entryOf(path: string, { intent, queue }: Receipt): WaitingEntry | null {
  if (intent === null || queue === null) return null;
  const { intentId, strategyId, symbol, side, signalledAtMs } = intent;
  return {
    path,
    intentId,
    strategyId,
    symbol,
    side: side ?? "",
    signalledAtMs,
    queuedAtMs: queue.queuedAtMs,
  };
}

export function waitingEntries(evidence: Evidence, accountId: string): readonly WaitingEntry[] {
  return evidence
    .below<Receipt>(`${paths.receipts(accountId)}/`)
    .flatMap(([path, receipt]) => (receipt.status === "QUEUED" ? (entryOf(path, receipt) ?? []) : []));
}

/** Groups that have not ended, without the one that a commit has just made. */
export function openGroups(
  evidence: Evidence,
  accountId: string,
  but: string | null = null,
): readonly Group[] {
  return evidence
    .below<Group>(`${paths.groups(accountId)}/`)
    .map(([, group]) => group)
    .filter(({ groupId, status }) => !ENDED.has(status) && groupId !== but);
}

export function hasRoom(config: AccountConfig, open: readonly Group[], symbol: string): boolean {
  if (open.some((group) => group.symbol === symbol)) return true;
  if (open.length >= config.maxOpenGroups) return false;
  return [...Object.values(config.tiers), ...Object.values(config.buckets)].every(
    ({ symbols, maxOpenGroups }) =>
      maxOpenGroups === null ||
      !symbols.includes(symbol) ||
      open.filter((group) => symbols.includes(group.symbol)).length < maxOpenGroups,
  );
}

/** Whether `a` must not go before `b`. Pairs that only a loss tells apart are left out: marks move between two looks. */
export function mustFollow(
  evidence: Evidence,
  accountId: string,
  open: readonly Group[],
  [a, b]: readonly [WaitingEntry, WaitingEntry],
): boolean {
  const isPreferred = ({ intentId }: WaitingEntry) =>
    evidence
      .below<Command>(`${paths.commands(accountId)}/`)
      .some(
        ([, { request, status }]) =>
          status === "DONE" && request.kind === "promote_queued" && request.intentId === intentId,
      );
  const addsToGroup = ({ strategyId, symbol, side }: WaitingEntry) =>
    open.some((each) => each.strategyId === strategyId && each.symbol === symbol && each.side === side);
  const hasReplaced = ({ intentId }: WaitingEntry) =>
    evidence
      .below<Receipt>(`${paths.receipts(accountId)}/`)
      .some(([, { queue }]) => queue?.end === "REPLACED" && queue.endedBy === intentId);
  if (isPreferred(a) !== isPreferred(b)) return isPreferred(b);
  if (addsToGroup(a) !== addsToGroup(b)) return addsToGroup(b);
  if (addsToGroup(a)) return false;
  if (hasReplaced(a) !== hasReplaced(b)) return hasReplaced(b);
  if (a.queuedAtMs !== b.queuedAtMs) return b.queuedAtMs < a.queuedAtMs;
  if (a.signalledAtMs !== b.signalledAtMs) return b.signalledAtMs < a.signalledAtMs;
  return b.intentId < a.intentId;
}
