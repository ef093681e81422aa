// When a position has been held for as long as its plan allows, and the wish that closes it then. Pure.

import { dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { closingId } from "#domain/documents/ids.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { withUntriedClosing } from "./closing.ts";

/** Null without a limit. Counted from the decision that opened the group. */
export function timeLimitAtMs({ plan, openedAtMs }: Group): number | null {
  const limitMs = plan?.timeLimitMs ?? null;
  return limitMs === null ? null : openedAtMs + limitMs;
}

/** Whether it is to be closed for its age, and is not being closed yet. */
export function isOverdue(group: Group, nowMs: number): boolean {
  const atMs = timeLimitAtMs(group);
  if (atMs === null || nowMs < atMs || isGroupEnded(group.status)) return false;
  const isClosing = group.closing !== null && dec(group.closing.targetBase).isZero();
  return !isClosing && dec(group.qtyBase).gt(0);
}

export function withTimeLimitWish(group: Group, nowMs: number): Group {
  return withUntriedClosing(group, {
    causeId: closingId(group.accountId, `${group.groupId}/timeLimit`),
    exitReason: "timeLimit",
    targetBase: "0",
    sinceMs: nowMs,
  });
}
