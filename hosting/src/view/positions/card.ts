// The parts that every card of a position has: its head, its facts, and the figures that its sections are made from.
import type { Group } from "#domain/documents/group.ts";
import { elapsedText } from "#hosting/model/age.ts";
import type { EntryRow } from "#hosting/model/entry-rows.ts";
import type { ExitRow } from "#hosting/model/exit-rows.ts";
import type { GroupMoney } from "#hosting/model/group-money.ts";
import type { PositionRow } from "#hosting/model/positions.ts";
import { stateWord, symbol } from "../parts.ts";
import { GROUP_STATES } from "../positions-panel.ts";
import { type Child, h, type VNode } from "../vnode.ts";

export interface Card {
  readonly group: Group;
  readonly row: PositionRow;
  readonly entries: readonly EntryRow[];
  readonly exits: readonly ExitRow[];
  readonly money: GroupMoney;
  readonly isStale: boolean;
}

export function cardHead(row: PositionRow, titleId: string, nowMs: number): VNode {
  const [tone, meaning] = GROUP_STATES[row.status];
  return h(
    "div",
    { class: "card-head" },
    h(
      "span",
      { class: "stack" },
      h(
        "h3",
        { id: titleId },
        row.symbol,
        h("span", { class: "side" }, symbol(row.side === "long" ? "up" : "down"), ` ${row.side}`),
      ),
      h("span", { class: "age" }, row.strategyId ?? "no strategy"),
    ),
    h(
      "span",
      { class: "stack end" },
      stateWord(tone, row.status, meaning),
      row.sinceMs === null
        ? null
        : h(
            "time",
            {
              class: "age",
              datetime: new Date(row.sinceMs).toISOString(),
              title: `since ${new Date(row.sinceMs).toISOString()}`,
            },
            `for ${elapsedText(nowMs - row.sinceMs)}`,
          ),
    ),
  );
}

export function fact(name: string, value: Child, key = name): VNode {
  return h("div", { class: "fact", key }, h("dt", {}, name), h("dd", {}, value));
}

export function signedQty({ side, qtyBase }: PositionRow): string {
  return side === "short" && !/^[0.]+$/.test(qtyBase) ? `-${qtyBase}` : qtyBase;
}
