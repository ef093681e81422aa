// The equity curve's frame: the question in the title, its answer beside it, the range, and the chart's own element.

import { signOf } from "../model/amount.ts";
import { changeOf, type EquityPoint } from "../model/equity.ts";
import { RANGES, type State } from "../model/state.ts";
import type { Controls } from "./controls.ts";
import { notice, panel, symbol } from "./parts.ts";
import { type Child, h, type VNode } from "./vnode.ts";

export function equityPanel(state: State, points: readonly EquityPoint[], controls: Controls): VNode {
  const found = changeOf(points);
  const loading = Object.values(state.data.series).some(({ kind }) => kind === "loading");
  const sign = found === null ? 0 : signOf(found.changeUsd);
  const answer: Child =
    found === null
      ? null
      : h(
          "span",
          { class: `num ${sign > 0 ? "gain" : sign < 0 ? "loss" : ""}` },
          sign === 0 ? null : symbol(sign > 0 ? "up" : "down"),
          found.text,
        );
  const ranges = h(
    "div",
    { class: "ranges", role: "group", "aria-label": "Range of the chart" },
    ...RANGES.map((range) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(range === state.range),
          onclick: () => controls.selectRange(range),
        },
        range,
      ),
    ),
  );
  const empty = points.length < 2 && !loading;
  return panel(
    { id: "equity", title: "Is the account growing?", subject: "Equity curve", aside: ranges },
    h("p", { class: "answer" }, answer),
    h(
      "div",
      { class: "chart-frame" },
      h("div", { class: "chart", key: "chart", own: true, "data-testid": "equity-chart" }),
      state.chartFault === null
        ? null
        : notice(
            "The curve cannot be drawn here",
            `The numbers above are right. ${state.chartFault}`,
            "fault",
          ),
      empty ? notice("No curve yet", "The NAV schedule adds a sample every minute; two make a line.") : null,
    ),
  );
}
