// The journal of a group as a timeline, the newest first: read only when somebody asks, and put away again by the same button.
import { formatPrice, formatQty, signOf } from "#hosting/model/amount.ts";
import { eventWords, type JournalOrder, type JournalRow } from "#hosting/model/history.ts";
import type { State } from "#hosting/model/state.ts";
import type { Controls } from "../controls.ts";
import { briefTime } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";
import type { Card } from "./card.ts";
import { pagesLine } from "./pages-line.ts";

function orderWords({ side, qtyBase, status, filledQtyBase, averagePriceUsd }: JournalOrder): string {
  const at = averagePriceUsd === null ? "" : ` at ${formatPrice(averagePriceUsd)} USD`;
  const filled = signOf(filledQtyBase) === 0 ? "" : `, ${formatQty(filledQtyBase)} filled${at}`;
  return `${side} ${formatQty(qtyBase)}: ${status}${filled}`;
}

function entryLine({ seq, atMs, actor, kind, group, order }: JournalRow, nowMs: number): VNode {
  const words = [
    order === null ? null : orderWords(order),
    group === null ? null : `holds ${formatQty(group.qtyBase)}, ${group.status}`,
    `by ${actor}`,
  ].filter((each) => each !== null);
  return h(
    "li",
    { key: String(seq), "data-seq": seq, "data-kind": kind },
    h("b", {}, eventWords(kind)),
    h("span", { class: "when" }, briefTime(nowMs, atMs)),
    h("span", { class: "age" }, words.join("; ")),
  );
}

export function journalLine({ group }: Card, { history, nowMs }: State, controls: Controls): VNode {
  const { groupId, symbol } = group;
  const journal = history.journals[groupId];
  const isOpen = journal !== undefined;
  return h(
    "div",
    { class: "journal" },
    h(
      "button",
      {
        type: "button",
        class: "small",
        "aria-expanded": String(isOpen),
        "aria-label": `Journal of ${symbol}`,
        "data-testid": "journal-toggle",
        onclick: () => (isOpen ? controls.closeJournal(groupId) : controls.moreJournal(groupId)),
      },
      isOpen ? "Hide journal" : "Journal",
    ),
    ...(isOpen
      ? [
          h(
            "ol",
            { class: "timeline", "aria-label": `Journal of ${symbol}`, "data-testid": "journal-list" },
            ...journal.rows.map((entry) => entryLine(entry, nowMs)),
          ),
          journal.rows.length === 0 && journal.phase !== "loading" && journal.fault === null
            ? h("p", { class: "age" }, "None of the entries looked at is about this position.")
            : null,
          pagesLine(journal, {
            title: "100 entries earlier",
            testId: "journal-more",
            onMore: () => controls.moreJournal(groupId),
          }),
        ]
      : []),
  );
}
