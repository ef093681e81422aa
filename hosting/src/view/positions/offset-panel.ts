// "Is a loser being offset?": the plan in the order in which it is carried out, each position with what is left of it, the sum
// that it brings at worst, and its time; without one, the conditions under which there would be one.
import { formatUsd } from "#hosting/model/amount.ts";
import { BPS } from "#hosting/model/basis-points.ts";
import {
  type OffsetRow,
  offsetConditions,
  offsetNetUsd,
  offsetRows,
  stretchText,
} from "#hosting/model/offset-words.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import { change, countdown, panel, stateWord, symbol, time } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";

function offsetLine(row: OffsetRow, isNext: boolean): VNode {
  const { groupId, role, symbol: name, side, isDone, doneBps, netUsd } = row;
  const state = isDone
    ? stateWord("good", "done", "Closed as far as planned")
    : isNext
      ? stateWord("working", "being closed", "Its closes go out one after the other, each at a limit")
      : stateWord("quiet", "waits", "Its turn comes after the one before it");
  return h(
    "li",
    {
      key: groupId,
      class: "leg",
      "data-role": role,
      "data-group": groupId,
      "data-done-bps": doneBps,
      "data-open-base": row.openBase,
    },
    h(
      "span",
      { class: "leg-name" },
      h("b", {}, `${role === "loser" ? "Loser" : "Winner"} ${side} ${name}`),
      state,
    ),
    h("span", { class: "leg-price num" }, change(netUsd, "USD")),
    h("span", { class: "meter", "aria-hidden": "true" }, h("span", { "--part": String(doneBps / BPS) })),
    h("span", { class: "leg-way num" }, `open ${stretchText(row)}`),
  );
}

/** Null where the account has neither a plan nor a config that would make one. */
export function offsetPanel(state: State): VNode | null {
  const { data, nowMs } = state;
  const plan = knownValue(data.control)?.offset ?? null;
  const config = knownValue(data.config)?.offset ?? null;
  if (plan === null && config === null) return null;
  const head = { id: "offset", title: "Is a loser being offset?", subject: "Offset plan" } as const;
  if (plan === null)
    return panel(
      { ...head, aside: null },
      h("p", { class: "quiet-line", "data-testid": "no-offset" }, symbol("check"), "No plan is under way."),
      config === null ? null : h("p", { class: "age offset-terms" }, offsetConditions(config)),
    );
  const groups = knownValue(data.overview)?.groups ?? [];
  const rows = offsetRows(plan, groups);
  const next = rows.find(({ isDone }) => !isDone);
  return panel(
    {
      ...head,
      aside: h(
        "span",
        {},
        "begun ",
        time(nowMs, plan.startedAtMs),
        ", void in ",
        countdown(nowMs, plan.expiresAtMs),
      ),
    },
    h(
      "ol",
      { class: "offset-list", "data-testid": "offset-list" },
      ...rows.map((row) => offsetLine(row, row === next)),
    ),
    h(
      "p",
      { class: "age offset-terms" },
      `At worst ${formatUsd(offsetNetUsd(plan), true)} USD after fees; by ${plan.startedBy}. Winners go first: the loser is closed only while they have paid for it.`,
    ),
  );
}
