// "How does it trade?": of each strategy the size of its entries and the plan by which its positions are left, where a
// signal says nothing of either.
import { planText, strategySizeText } from "#hosting/model/exit-plan-words.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import { noticeOf, panel, type Row, table } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";

const COLUMNS = [{ title: "Strategy" }, { title: "Entry" }, { title: "Exits" }] as const;

export function strategiesPanel({ data }: State): VNode {
  const strategies = Object.values(knownValue(data.config)?.strategies ?? {});
  const rows = strategies.map(
    (strategy): Row => ({
      key: strategy.strategyId,
      attributes: {},
      cells: [
        h("b", {}, strategy.strategyId),
        h("span", {}, strategySizeText(strategy)),
        h("span", {}, strategy.exits === null ? "by signal" : planText(strategy.exits)),
      ],
      below: null,
    }),
  );
  return panel(
    { id: "strategies", title: "How does it trade?", subject: "Strategies", aside: null },
    noticeOf(data.config, ["No config yet", "Setup stores the first one."]),
    rows.length === 0
      ? h("table", { hidden: true, "data-testid": "strategies-table" })
      : table("strategies-table", "Size of entries and exit plan of each strategy", COLUMNS, rows),
  );
}
