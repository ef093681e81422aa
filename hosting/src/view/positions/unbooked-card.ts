// A position that the venue has and the books do not: the venue's figures are all that is known of it.
import { formatPrice, formatQty } from "#hosting/model/amount.ts";
import type { PositionRow } from "#hosting/model/positions.ts";
import type { State } from "#hosting/model/state.ts";
import type { Controls } from "../controls.ts";
import { unknown } from "../parts.ts";
import { markCell, markLimitMs } from "../positions-panel.ts";
import { h, type VNode } from "../vnode.ts";
import { cardHead, fact, signedQty } from "./card.ts";
import { mayCommand, positionButton } from "./order-line.ts";

function adoptButton(row: PositionRow, state: State, controls: Controls): VNode | null {
  if (!mayCommand(state)) return null;
  const { symbol, side, qtyBase } = row;
  const button = {
    kind: "adopt_position",
    title: "Adopt",
    label: `Adopt ${side} ${symbol}`,
    testId: "position-adopt",
    look: "command",
    fields: { symbol, side, qtyBase },
  } as const;
  return h("div", { class: "position-buttons" }, positionButton(button, null, state, controls));
}

export function unbookedCard(row: PositionRow, state: State, controls: Controls): VNode {
  const titleId = `card-${row.key}`;
  return h(
    "article",
    {
      class: "position-card refused",
      key: row.key,
      "aria-labelledby": titleId,
      "data-testid": `position-card-${row.key}`,
      "data-symbol": row.symbol,
      "data-side": row.side,
      "data-status": row.status,
      "data-qty-base": row.qtyBase,
    },
    cardHead(row, titleId, state.nowMs),
    h(
      "p",
      { class: "why" },
      "The venue holds this and no group of the books explains it: it has no exits, and entries in its symbol are refused. Adopt it, close it at the venue, or order a flatten.",
    ),
    h(
      "dl",
      { class: "facts" },
      fact("Quantity", h("span", { class: "num" }, formatQty(signedQty(row), true))),
      fact(
        "Entry USD",
        row.entryUsd === null
          ? unknown("the venue gives none")
          : h("span", { class: "num" }, formatPrice(row.entryUsd)),
      ),
      fact("Mark USD", markCell(row, state.nowMs, markLimitMs(state))),
    ),
    adoptButton(row, state, controls),
  );
}
