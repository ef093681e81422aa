// "What was refused?": the newest denials, each with its limit against what was wanted, in a trader's words.

import { reasonsOf, sightOf, wantedText } from "#hosting/model/receipts.ts";
import type { ReceiptRow } from "#hosting/model/rows.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { cut, moreButton } from "../long-list.ts";
import { notice, noticeOf, panel, stateWord, time } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";

function denialItem(receipt: ReceiptRow, nowMs: number): VNode {
  const denied = receipt.status === "DENIED";
  return h(
    "li",
    { key: receipt.signalId },
    h(
      "span",
      { class: "stack" },
      h("b", {}, wantedText(receipt)),
      h("span", { class: "age" }, receipt.strategyId),
    ),
    h(
      "span",
      { class: "stack end" },
      stateWord(
        denied ? "danger" : "warning",
        receipt.status,
        denied ? "Our own risk check said no" : "Did not trade",
      ),
      time(nowMs, receipt.receivedAtMs, {}, true),
    ),
    h(
      "ul",
      { class: "why" },
      ...reasonsOf(receipt, sightOf(null, nowMs)).map((reason) => h("li", {}, `${reason}.`)),
    ),
  );
}

export function denialsPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const receipts = knownValue(data.receipts)?.rows ?? [];
  const denied = receipts.filter(({ status }) => status === "DENIED" || status === "EXPIRED");
  return panel(
    {
      id: "denials",
      title: "What was refused?",
      subject: "Denials, limit against actual",
      aside: denied.length === 0 ? null : `${denied.length} of the newest ${receipts.length} signals`,
    },
    noticeOf(data.receipts, [
      "No signals yet",
      "A signal that a limit refuses appears here with both numbers.",
    ]) ??
      (denied.length === 0
        ? notice("Nothing was refused", "A signal that a limit refuses appears here with both numbers.")
        : h(
            "div",
            { class: "scroll", tabindex: 0, role: "region", "aria-label": "Denials, newest first" },
            h(
              "ul",
              { class: "denial-list", "data-testid": "denial-list" },
              ...cut(state, "denials", denied).map((one) => denialItem(one, nowMs)),
            ),
          )),
    moreButton(state, controls, "denials", denied.length),
  );
}
