// Alerts of an offset. A plan that ended between its winners and its loser is critical: profits are gone, the loser is not,
// and until a person has acknowledged it no other plan begins.

import type { AlertCondition } from "#app/telling";
import type { OffsetLeg, OffsetPlan } from "#domain/documents/offset.ts";
import type { Order } from "#domain/documents/order.ts";
import type { OffsetStep } from "#domain/offset/next-step.ts";

interface EndedPlan {
  readonly plan: OffsetPlan;
  /** Groups of which an order of the plan has closed a part. */
  readonly closedGroups: ReadonlySet<string>;
  /** Orders that have not ended, one of which the venue's word may be missing among them. */
  readonly orders: Readonly<Record<string, Order>>;
  readonly step: Extract<OffsetStep, { readonly kind: "end" }>;
}

export function alertOfEnd(
  accountId: string,
  { plan, closedGroups, orders, step }: EndedPlan,
): AlertCondition {
  const { loser, winners, offsetId } = plan;
  const closed = winners.filter(({ groupId }) => closedGroups.has(groupId));
  const doubtful = winners.filter(({ groupId }) =>
    Object.values(orders).some((order) => order.groupId === groupId && order.exitReason === "offset"),
  );
  const names = (legs: readonly OffsetLeg[]): string => legs.map(({ symbol }) => symbol).join(", ");
  const told = { accountId, dedupeKey: offsetId };
  const detail = step.detail === "" ? "" : `: ${step.detail}`;
  if (step.end === "DONE")
    return {
      ...told,
      severity: "info",
      code: "OFFSET_DONE",
      message: `The loser ${loser.symbol} was closed, paid for by ${names(winners)}${detail}`,
      remedy: "Nothing; the journal has each close",
    };
  if (closed.length === 0 && doubtful.length === 0)
    return {
      ...told,
      severity: "warning",
      code: "OFFSET_ENDED",
      message: `The offset of ${loser.symbol} was given up before it closed anything (${step.end})${detail}`,
      remedy: "Nothing; a new plan is made when its conditions hold again",
    };
  return {
    ...told,
    severity: "critical",
    code: "OFFSET_HALF_DONE",
    message: [
      `The offset of ${loser.symbol} was given up (${step.end})${detail}`,
      ...(closed.length === 0 ? [] : [`Of its winners it closed parts of ${names(closed)}`]),
      ...(doubtful.length === 0
        ? []
        : [`What its last order in ${names(doubtful)} came to is not known yet`]),
    ].join(". "),
    remedy: "Decide about the loser by hand, then acknowledge this: until then no offset begins",
  };
}
