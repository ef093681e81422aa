// One open group as a card: what it is, what it has made, where its prices stand, its facts, and sections below them. A
// section is a function in a file of its own; whatever a group has further to show or to order is one more of them.
// Attributes that begin with `data-` carry the plain figures: tests and extensions read these, never the words.
import type { Group } from "#domain/documents/group.ts";
import { formatPrice, formatQty } from "#hosting/model/amount.ts";
import { exitRows } from "#hosting/model/exit-rows.ts";
import { groupMoney } from "#hosting/model/group-money.ts";
import type { PositionRow } from "#hosting/model/positions.ts";
import { priceScale } from "#hosting/model/price-scale.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { unknown } from "../parts.ts";
import { isMarkStale, markCell, markLimitMs } from "../positions-panel.ts";
import { type Child, h, type VNode } from "../vnode.ts";
import { type Card, cardHead, fact, signedQty } from "./card.ts";
import { closingLine } from "./closing-line.ts";
import { entriesOf, entryList } from "./entry-list.ts";
import { exitList } from "./exit-list.ts";
import { journalLine } from "./journal-line.ts";
import { costFacts, profitLine } from "./money-parts.ts";
import { orderLine } from "./order-line.ts";
import { scalePicture } from "./scale-picture.ts";

type Section = (card: Card, state: State, controls: Controls) => Child;

/** In this order below the facts. */
const SECTIONS: readonly Section[] = [closingLine, entryList, exitList, orderLine, journalLine];

export function positionCard(group: Group, row: PositionRow, state: State, controls: Controls): VNode {
  const { nowMs, data } = state;
  const floorBps = knownValue(data.config)?.watchdog.protectiveStopBps ?? null;
  const { markUsd } = row;
  const entries = entriesOf(group, state);
  const exits = exitRows({ group, markUsd, floorBps, nowMs });
  const money = groupMoney(group, markUsd, nowMs);
  const isStale = isMarkStale(row, nowMs, markLimitMs(state));
  const card: Card = { group, row, entries, exits, money, isStale };
  const titleId = `card-${group.groupId}`;
  const { entryUsd } = row;
  const scale = priceScale({ entryUsd, markUsd, breakEvenUsd: money.breakEvenUsd, entries, exits });
  return h(
    "article",
    { class: "position-card", key: group.groupId, "aria-labelledby": titleId, ...figures(card) },
    cardHead(row, titleId, nowMs),
    profitLine(card),
    scale === null ? null : scalePicture(scale, group.side, isStale),
    facts(card, state),
    ...SECTIONS.map((section) => section(card, state, controls)),
  );
}

/** Absent where it is not known. */
function figures({ group, row, money, isStale }: Card): Readonly<Record<string, string | null>> {
  return {
    "data-testid": `position-card-${group.groupId}`,
    "data-group": group.groupId,
    "data-symbol": group.symbol,
    "data-side": group.side,
    "data-status": group.status,
    "data-qty-base": group.qtyBase,
    "data-entered-base": group.enteredBase,
    "data-taken-base": group.takenBase,
    "data-entry-usd": row.entryUsd,
    "data-mark-usd": row.markUsd,
    "data-mark-stale": String(isStale),
    "data-break-even-usd": money.breakEvenUsd,
    "data-profit-usd": money.profitUsd,
    "data-profit-r": money.profitR,
    "data-realized-usd": money.realizedUsd,
    "data-fees-usd": money.feesUsd,
    "data-funding-usd": money.fundingUsd,
  };
}

function facts(card: Card, state: State): VNode {
  const { group, row, money } = card;
  return h(
    "dl",
    { class: "facts" },
    fact("Quantity", h("span", { class: "num" }, formatQty(signedQty(row), true))),
    fact(
      "Entry USD",
      row.entryUsd === null
        ? unknown("nothing has filled yet")
        : h(
            "span",
            { class: "num" },
            formatPrice(row.entryUsd),
            group.costEstimated ? h("span", { class: "age" }, " estimated") : null,
          ),
    ),
    fact("Mark USD", markCell(row, state.nowMs, markLimitMs(state))),
    fact(
      "Break-even USD",
      money.breakEvenUsd === null
        ? unknown(money.breakEvenReason)
        : h(
            "span",
            { class: "num", title: money.breakEvenReason, tabindex: 0 },
            formatPrice(money.breakEvenUsd),
          ),
    ),
    ...costFacts(money, state.nowMs),
  );
}
