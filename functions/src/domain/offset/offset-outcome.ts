// The end of a command about an offset: its status, and in words what would be closed, what is being closed, or every reason why
// nothing is. Pure.

import { dec, decimalString } from "#domain/decimal.ts";
import type { Command, OffsetRequest } from "#domain/documents/command.ts";
import type { OffsetDecision, OffsetLeg, OffsetPlan, OffsetRefusal } from "#domain/documents/offset.ts";

/** As a line on a phone can hold; the command's document has all of them. */
const MOST_REASONS = 6;
const CENTS = 2;

export function offsetOutcome(
  kind: OffsetRequest["kind"],
  decision: OffsetDecision | null,
): Pick<Command, "status" | "outcome"> {
  const isPreview = kind === "preview_offset";
  if (decision === null)
    return {
      status: "REFUSED",
      outcome: "The venue gave no prices, so nothing could be decided; try again in a minute",
    };
  const { plan } = decision;
  if (plan === null)
    return { status: isPreview ? "DONE" : "REFUSED", outcome: `No offset now: ${reasons(decision)}` };
  const verb = isPreview ? "Would close" : "Closing";
  return { status: "DONE", outcome: `${verb} ${planWords(plan)}` };
}

function planWords({ loser, winners, slippageBps }: OffsetPlan): string {
  const paid = winners.map(legWords).join(" and ");
  return `${paid}, then the loser ${legWords(loser)}, each at ${slippageBps} bps from the touch at worst`;
}

function legWords({ symbol, side, heldBase, targetBase, netUsd }: OffsetLeg): string {
  const part = decimalString(dec(heldBase).minus(dec(targetBase)));
  return `${part} of ${heldBase} ${symbol} ${side} (at least ${dec(netUsd).toFixed(CENTS)} USD)`;
}

/** Reasons of the account come before those of positions, as the decision gives them. */
function reasons({ refusals, rows }: OffsetDecision): string {
  const symbols = new Map(rows.map(({ groupId, symbol }) => [groupId, symbol]));
  const shown = refusals.slice(0, MOST_REASONS).map((each) => reasonWords(each, symbols));
  const left = refusals.length - shown.length;
  return [...shown, ...(left > 0 ? [`${left} more`] : [])].join("; ");
}

function reasonWords(
  { code, limit, actual, unit, groupId }: OffsetRefusal,
  symbols: ReadonlyMap<string, string>,
): string {
  const subject = groupId === null ? "" : ` of ${symbols.get(groupId) ?? groupId}`;
  const figures =
    actual === null && limit === null
      ? ""
      : ` (${actual ?? "unknown"}${limit === null ? "" : `, limit ${limit}`}${unit === null ? "" : ` ${unit}`})`;
  return `${code}${subject}${figures}`;
}
