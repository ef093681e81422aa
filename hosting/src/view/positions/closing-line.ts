// The order to shrink a group, while it is being carried out: to which quantity, why, and since when.
import { formatQty, signOf } from "#hosting/model/amount.ts";
import { exitReasonWords } from "#hosting/model/exit-reason-words.ts";
import type { State } from "#hosting/model/state.ts";
import { symbol, time } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";
import type { Card } from "./card.ts";

export function closingLine({ group: { closing } }: Card, { nowMs }: State): VNode | null {
  if (closing === null) return null;
  const { targetBase, exitReason, sinceMs } = closing;
  const aim =
    signOf(targetBase) === 0 ? "It is being closed" : `It is being shrunk to ${formatQty(targetBase)}`;
  return h(
    "p",
    { class: "closing", "data-testid": "closing", "data-target-base": targetBase, "data-reason": exitReason },
    symbol("half"),
    ` ${aim}: ${exitReasonWords(exitReason)}, ordered `,
    time(nowMs, sinceMs),
  );
}
