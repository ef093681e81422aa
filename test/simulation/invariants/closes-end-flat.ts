// Rule 14, exits before entries (docs/RULES.md): a close that was carried out ends flat, however many orders that takes.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { Evidence, Invariant } from "./invariant.ts";

/** A closing that keeps being refused is tried every two minutes: a close younger than that may be on its way. */
const ON_ITS_WAY_MS = 180_000;

export const closesEndFlat: Invariant = {
  rule: 14,
  name: "closesEndFlat",
  says: "After faults have ended, no group is left of which a signal ordered the close and which could be closed since.",
  watch(evidence) {
    return {
      healed() {
        for (const { profile } of evidence.setup.accounts)
          if (profile.mode === "paper") checkAccount(evidence, profile.accountId);
      },
    };
  },
};

function checkAccount(evidence: Evidence, accountId: string): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  // Under a halt only an ordered flatten may shrink a position.
  if (
    control?.tradingState.state === "HALTED" ||
    evidence.nowMs() - (control?.tradingState.atMs ?? 0) < ON_ITS_WAY_MS
  )
    return;
  const closes = evidence
    .below<StoredIntent>(`${paths.intents(accountId)}/`)
    .filter(([, { status, intent, updatedAtMs }]) => {
      const isOld = evidence.nowMs() - updatedAtMs > ON_ITS_WAY_MS;
      return status === "DECIDED" && intent?.action === "close" && isOld;
    });
  const closing = new Set(closes.map(([, { intent }]) => intent.intentId));
  for (const [, order] of evidence.below<Order>(`${paths.orders(accountId)}/`)) {
    if (!closing.has(order.intentId) || !order.request.reduceOnly) continue;
    const group = evidence.read<Group>(paths.group(accountId, order.groupId));
    if (group !== null && !isGroupEnded(group.status))
      evidence.fail(
        `${order.intentId} ordered the close of ${order.groupId}, which still holds ${group.qtyBase}`,
      );
  }
}
