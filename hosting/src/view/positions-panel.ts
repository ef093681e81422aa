// "What do I hold": open groups with signed quantities, marks and their age, and what the venue holds beyond them.
import { CLOCK_TOLERANCE_MS } from "../model/age.ts";
import { formatPrice, formatQty, formatUsd } from "../model/amount.ts";
import { SILENCE_AFTER_MS } from "../model/connection.ts";
import type { Tone } from "../model/order-words.ts";
import { type BookedFigures, type PositionRow, positionRows, unrealizedPnlUsd } from "../model/positions.ts";
import type { State } from "../model/state.ts";
import { knownValue } from "../model/watched.ts";
import {
  briefTime,
  change,
  notice,
  noticeOf,
  panel,
  type Row,
  stateWord,
  symbol,
  table,
  unknown,
} from "./parts.ts";
import { type Child, h, type VNode } from "./vnode.ts";

const COLUMNS = [
  { title: "Symbol" },
  { title: "State" },
  { title: "Quantity", kind: "number" },
  { title: "Entry USD", kind: "number" },
  { title: "Mark USD", kind: "number" },
  { title: "Value USD", kind: "number" },
  { title: "P&L USD", kind: "number" },
] as const;

export const GROUP_STATES: Readonly<Record<PositionRow["status"], readonly [Tone, string]>> = {
  OPENING: ["working", "First entry is working"],
  ACTIVE: ["good", "Open"],
  REDUCING: ["working", "Being reduced"],
  CLOSED: ["quiet", "Closed"],
  CLOSED_WITH_DUST: ["quiet", "Closed; a rest below the venue’s step remains"],
  FAILED: ["danger", "Never opened"],
  UNBOOKED: ["danger", "The venue holds it, the books do not know it"],
};

type Marked = Pick<PositionRow, "markUsd" | "markAsOfMs">;

/** Age from which on a mark looks stale: the config's own limit, as the functions apply it. */
export function markLimitMs({ data }: Pick<State, "data">): number {
  return knownValue(data.config)?.maxMarkAgeMs ?? SILENCE_AFTER_MS;
}

export function isMarkStale({ markUsd, markAsOfMs }: Marked, nowMs: number, limitMs: number): boolean {
  if (markUsd === null || markAsOfMs === null) return false;
  const age = nowMs - markAsOfMs;
  return age > limitMs || age < -CLOCK_TOLERANCE_MS;
}

export function markCell(row: Marked, nowMs: number, limitMs: number): Child {
  if (row.markUsd === null || row.markAsOfMs === null) {
    return row.markUsd === null
      ? unknown("no quote for this symbol yet")
      : h("span", { class: "num" }, formatPrice(row.markUsd));
  }
  const stale = isMarkStale(row, nowMs, limitMs);
  return h(
    "span",
    { class: stale ? "stale" : "" },
    h("span", { class: "num" }, formatPrice(row.markUsd)),
    h("span", { class: "age" }, stale ? "stale, " : "", briefTime(nowMs, row.markAsOfMs)),
  );
}

function positionRow(row: PositionRow, nowMs: number, limitMs: number): Row {
  const [tone, meaning] = GROUP_STATES[row.status];
  return {
    key: row.key,
    attributes: { class: row.status === "UNBOOKED" ? "refused" : "" },
    cells: [
      h(
        "span",
        { class: "stack" },
        h("b", {}, row.symbol),
        h("span", { class: "age" }, row.strategyId ?? "no strategy"),
      ),
      h(
        "span",
        { class: "stack" },
        stateWord(tone, row.status, meaning),
        row.sinceMs === null ? null : h("span", { class: "age" }, briefTime(nowMs, row.sinceMs)),
      ),
      h(
        "span",
        { class: "stack" },
        h(
          "span",
          { class: "num" },
          formatQty(
            row.side === "short" && !/^[0.]+$/.test(row.qtyBase) ? `-${row.qtyBase}` : row.qtyBase,
            true,
          ),
        ),
        h("span", { class: "age" }, symbol(row.side === "long" ? "up" : "down"), ` ${row.side}`),
      ),
      row.entryUsd === null
        ? unknown("nothing has filled yet")
        : h("span", { class: "num" }, formatPrice(row.entryUsd)),
      markCell(row, nowMs, limitMs),
      row.notionalUsd === null
        ? unknown("needs a mark")
        : h("span", { class: "num" }, formatUsd(row.notionalUsd)),
      h(
        "div",
        {},
        row.unrealizedPnlUsd === null ? unknown("needs entry and mark") : change(row.unrealizedPnlUsd),
        bookedLine(row.booked),
      ),
    ],
  };
}

/** The sum of exits, fees and funding so far, by the venue's own figures. */
function bookedLine(booked: BookedFigures | null): VNode | null {
  if (booked === null) return null;
  const { netUsd, feesUsd, fundingUsd } = booked;
  const part = (name: string, usd: string | null) => `${name} ${usd === null ? "unknown" : formatUsd(usd)}`;
  return h(
    "div",
    { class: "age" },
    netUsd === null ? unknown("a fee or funding is not known yet") : change(netUsd),
    ` booked (${part("fees", feesUsd)}, ${part("funding", fundingUsd)})`,
  );
}

export function positionsPanel(state: State): VNode {
  const { data, nowMs } = state;
  const overview = knownValue(data.overview);
  const nav = knownValue(data.nav);
  const limitMs = markLimitMs(state);
  const rows = overview === null ? [] : positionRows(overview, nav);
  const total = rows.length === 0 ? null : unrealizedPnlUsd(rows);
  return panel(
    {
      id: "positions",
      title: "What do I hold?",
      subject: "Positions",
      aside:
        rows.length === 0
          ? null
          : h(
              "span",
              {},
              `${rows.length} open, unrealised `,
              total === null ? unknown("a mark is missing") : change(total, "USD"),
              " · ",
              h("a", { href: "#positions" }, "exits"),
            ),
    },
    noticeOf(data.overview, [
      "Positions unknown: no books yet",
      "The first order writes them. Post the alert that the stack or setup printed, or one of docs/alerts.md to your hook.",
    ]) ??
      (rows.length === 0
        ? notice(
            "Flat: no open positions",
            "A signal that passes the checks opens one; it appears here within a second of its fill.",
          )
        : null),
    rows.length === 0
      ? h("table", { hidden: true, "data-testid": "positions-table" })
      : table(
          "positions-table",
          "Open positions",
          COLUMNS,
          rows.map((row) => positionRow(row, nowMs, limitMs)),
        ),
  );
}
