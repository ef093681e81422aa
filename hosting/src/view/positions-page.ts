// The positions view: one card for each open group, the offset plan, the pool, the history of trades. Loaded apart from the first screen.
import { positionRows } from "#hosting/model/positions.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "./controls.ts";
import { notice, noticeOf, panel } from "./parts.ts";
import { endedPanel } from "./positions/ended-panel.ts";
import { offsetPanel } from "./positions/offset-panel.ts";
import { poolPanel } from "./positions/pool-panel.ts";
import { positionCard } from "./positions/position-card.ts";
import { unbookedCard } from "./positions/unbooked-card.ts";
import { h, type VNode } from "./vnode.ts";

export { HistoryDesk } from "#hosting/history-desk.ts";

function cardsPanel(state: State, controls: Controls): VNode {
  const { data } = state;
  const overview = knownValue(data.overview);
  const rows = overview === null ? [] : positionRows(overview, knownValue(data.nav));
  const groups = new Map(overview?.groups.map((group) => [group.groupId, group]));
  const cards = rows.map((row) => {
    const group = groups.get(row.key);
    return group === undefined
      ? unbookedCard(row, state, controls)
      : positionCard(group, row, state, controls);
  });
  return panel(
    {
      id: "holdings",
      title: "What do I hold, and how does it end?",
      subject: "Open positions",
      aside: overview === null ? null : `${rows.length} open`,
    },
    noticeOf(data.overview, [
      "Positions unknown: no books yet",
      "The first order writes them. Post the alert that the stack or setup printed, or one of docs/alerts.md to your hook.",
    ]) ??
      (rows.length === 0
        ? notice(
            "Flat: no open positions",
            "A signal that passes the checks opens one. Give it a stop and take-profits in the alert, or in the strategy’s config: docs/positions.md has every field.",
          )
        : null),
    h("div", { class: "cards", "data-testid": "position-cards" }, ...cards),
  );
}

export function positionsPanels(state: State, controls: Controls): VNode[] {
  return [
    h("h1", { class: "sr", key: "title" }, "Positions"),
    cardsPanel(state, controls),
    ...[offsetPanel(state)].filter((panel) => panel !== null),
    poolPanel(state, controls),
    endedPanel(state, controls),
  ];
}
