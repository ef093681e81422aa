// "What has ended?": the history of trades, newest first, each with its reason, its profit after fees and funding, and its time.
// Read a page at a time, and only when somebody asks.
import type { Group } from "#domain/documents/group.ts";
import { durationText } from "#hosting/model/age.ts";
import { formatBps, formatPrice, formatQty, formatUsd } from "#hosting/model/amount.ts";
import { exitReasonWords } from "#hosting/model/exit-reason-words.ts";
import { groupMoney } from "#hosting/model/group-money.ts";
import type { State } from "#hosting/model/state.ts";
import type { Controls } from "../controls.ts";
import { briefTime, change, panel, type Row, stateWord, symbol, table, unknown } from "../parts.ts";
import { GROUP_STATES } from "../positions-panel.ts";
import { h, type VNode } from "../vnode.ts";
import { multipleText } from "./money-parts.ts";
import { pagesLine } from "./pages-line.ts";

const COLUMNS = [
  { title: "Symbol" },
  { title: "End" },
  { title: "Entered", kind: "number" },
  { title: "Entry USD", kind: "number" },
  { title: "P&L USD", kind: "number" },
  { title: "P&L %, R", kind: "number" },
  { title: "Ended", kind: "when" },
] as const;

function profitCell(group: Group, nowMs: number): VNode {
  const { profitUsd, isBeforeFees, feesUsd, fundingUsd } = groupMoney(group, null, nowMs);
  if (profitUsd === null) return unknown("what is left of it has no mark");
  const isSettled = group.accounts?.settled === true;
  const costs =
    feesUsd === null || fundingUsd === null
      ? "before fees"
      : `fees ${formatUsd(feesUsd)}, funding ${formatUsd(fundingUsd, true)}`;
  return h(
    "span",
    { class: "stack" },
    change(profitUsd),
    h("span", { class: "age" }, isSettled || isBeforeFees ? costs : `${costs}, estimated`),
  );
}

/** The reason, or that it never opened; dust that was left is part of the end. */
function endWord({ status, exitReason }: Group): string {
  if (exitReason === null) return status;
  return status === "CLOSED_WITH_DUST"
    ? `${exitReasonWords(exitReason)}, dust left`
    : exitReasonWords(exitReason);
}

function endedRow(group: Group, nowMs: number): Row {
  const { groupId, status, exitReason, endedAtMs, openedAtMs, averageEntryUsd, side } = group;
  const [tone, meaning] = GROUP_STATES[status];
  const { profitUsd, profitBps, profitR } = groupMoney(group, null, nowMs);
  const isNever = status === "FAILED";
  return {
    key: groupId,
    attributes: {
      "data-testid": `ended-${groupId}`,
      "data-profit-usd": profitUsd,
      "data-reason": exitReason,
    },
    cells: [
      h(
        "span",
        { class: "stack" },
        h("b", {}, group.symbol),
        h("span", { class: "age" }, symbol(side === "long" ? "up" : "down"), ` ${side}, ${group.strategyId}`),
      ),
      stateWord(tone, endWord(group), meaning),
      h(
        "span",
        { class: "stack" },
        h("span", { class: "num" }, formatQty(group.enteredBase)),
        endedAtMs === null
          ? null
          : h("span", { class: "age" }, `held ${durationText(endedAtMs - openedAtMs)}`),
      ),
      averageEntryUsd === null
        ? unknown("nothing filled")
        : h("span", { class: "num" }, formatPrice(averageEntryUsd)),
      isNever ? unknown("nothing filled") : profitCell(group, nowMs),
      profitBps === null || isNever
        ? unknown("nothing was entered at a known price")
        : h(
            "span",
            { class: "stack" },
            h("span", { class: "num" }, `${formatBps(profitBps, true)} %`),
            profitR === null ? null : h("span", { class: "age num" }, multipleText(profitR)),
          ),
      endedAtMs === null ? unknown("it has no time of its end") : briefTime(nowMs, endedAtMs),
    ],
  };
}

export function endedPanel({ history: { ended }, nowMs }: State, controls: Controls): VNode {
  const { rows, phase } = ended;
  const line = pagesLine(ended, {
    title: rows.length === 0 ? "Show the last 20" : "20 more",
    testId: "ended-more",
    onMore: controls.moreEnded,
  });
  return panel(
    {
      id: "ended",
      title: "What has ended?",
      subject: "History of trades",
      aside: rows.length === 0 ? null : `${rows.length} shown`,
    },
    rows.length > 0
      ? table(
          "ended-table",
          "Trades that have ended, newest first",
          COLUMNS,
          rows.map((group) => endedRow(group, nowMs)),
        )
      : phase === "end"
        ? h("p", { class: "quiet-line" }, "No trade has ended yet.")
        : null,
    line,
  );
}
