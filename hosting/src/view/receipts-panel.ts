// "Why": every signal that arrived, what became of it, how long each step took. A refusal stands as large as a trade,
// with limit against actual in words.

import {
  askedText,
  isStuck,
  latenciesOf,
  reasonsOf,
  receiptTone,
  type Sight,
  sightOf,
  tally,
  wantedText,
} from "../model/receipts.ts";
import type { ReceiptRow } from "../model/rows.ts";
import type { State } from "../model/state.ts";
import { knownValue } from "../model/watched.ts";
import type { Controls } from "./controls.ts";
import { cut, moreButton } from "./long-list.ts";
import { stepText } from "./orders-panel.ts";
import { briefTime, notice, noticeOf, panel, type Row, stateWord, table } from "./parts.ts";
import { h, type VNode } from "./vnode.ts";

const COLUMNS = [
  { title: "Signal" },
  { title: "Outcome" },
  { title: "Decided", kind: "number" },
  { title: "Sent", kind: "number" },
  { title: "Answered", kind: "number" },
  { title: "Total", kind: "number" },
  { title: "Received", kind: "when" },
] as const;

const MEANINGS: Readonly<Record<ReceiptRow["status"], string>> = {
  RECEIVED: "Stored; waiting for its decision",
  REFUSED: "Turned away at the door",
  DENIED: "Our own risk check said no",
  ORDERED: "Became an order",
  EXPIRED: "Too old when its turn came",
  WAITING: "An exit that waits until it can be carried out",
  QUEUED: "An entry that waits for a place of the pool",
};

/** Not at an end. */
const OPEN: ReadonlySet<ReceiptRow["status"]> = new Set(["RECEIVED", "WAITING", "QUEUED"]);

/**
 * A signal that ended without an order skips this step for good, so it reads "none" in place of "not yet".
 */
function step(receipt: ReceiptRow, ms: number | null): VNode {
  const isOpen = OPEN.has(receipt.status);
  const ended = !isOpen && receipt.status !== "ORDERED";
  return ended && ms === null
    ? h("span", { class: "unknown", title: `${MEANINGS[receipt.status]}: no such step` }, "none")
    : stepText(ms);
}

function receiptRow(receipt: ReceiptRow, sight: Sight): Row {
  const { nowMs } = sight;
  const { decidedMs, sentMs, acknowledgedMs, totalMs } = latenciesOf(receipt);
  const reasons = reasonsOf(receipt, sight);
  const asked = askedText(receipt);
  const refused = receipt.status === "DENIED" || receipt.status === "REFUSED";
  return {
    key: receipt.signalId,
    attributes: {
      class: refused ? "refused" : isStuck(receipt, sight) ? "stuck" : "",
      title: `Receipt ${receipt.signalId}`,
    },
    cells: [
      h(
        "span",
        { class: "stack" },
        h("b", {}, wantedText(receipt)),
        h("span", { class: "age" }, `${receipt.strategyId}, ${receipt.source.mode}`),
        asked === null ? null : h("span", { class: "age" }, asked),
      ),
      stateWord(receiptTone(receipt, sight), receipt.status, MEANINGS[receipt.status]),
      step(receipt, decidedMs),
      step(receipt, sentMs),
      step(receipt, acknowledgedMs),
      step(receipt, totalMs),
      briefTime(nowMs, receipt.receivedAtMs),
    ],
    below:
      reasons.length === 0
        ? null
        : h("ul", { class: "why" }, ...reasons.map((reason) => h("li", {}, `${reason}.`))),
  };
}

export function receiptsPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const sight = sightOf(knownValue(data.overview), nowMs);
  const { rows = [], unreadable = 0 } = knownValue(data.receipts) ?? {};
  const counts = [tally(rows), unreadable > 0 ? `${unreadable} unreadable` : ""]
    .filter((part) => part !== "")
    .join(", ");
  return panel(
    { id: "receipts", title: "Why?", subject: "Signals and decisions", aside: counts === "" ? null : counts },
    noticeOf(data.receipts, [
      "No signals yet",
      "Every signal that arrives leaves a receipt here, traded or not.",
    ]) ??
      (rows.length === 0
        ? notice(
            "No signals yet",
            "Every signal that arrives leaves a receipt here, traded or not. Connect TradingView: docs/alerts.md has a message for every purpose; npm run ballast -- hook create makes a hook.",
          )
        : null),
    rows.length === 0
      ? h("table", { hidden: true, "data-testid": "receipts-table" })
      : table(
          "receipts-table",
          "Signals received, newest first, with the time of each step",
          COLUMNS,
          cut(state, "receipts", rows).map((row) => receiptRow(row, sight)),
        ),
    moreButton(state, controls, "receipts", rows.length),
  );
}
