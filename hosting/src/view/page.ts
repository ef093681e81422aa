// The whole page from the state: am I safe, what do I hold, what is happening, why; or a view that was loaded later.

import type { HistoryDesk } from "../history-desk.ts";
import { formatUsd } from "../model/amount.ts";
import { connectionOf } from "../model/connection.ts";
import type { EquityPoint } from "../model/equity.ts";
import type { State } from "../model/state.ts";
import { knownValue } from "../model/watched.ts";
import { alertsPanel } from "./alerts-panel.ts";
import type { Controls } from "./controls.ts";
import { equityPanel } from "./equity-panel.ts";
import { gate, refusedCard } from "./gate.ts";
import { header } from "./header.ts";
import { ordersPanel } from "./orders-panel.ts";
import { notice } from "./parts.ts";
import { positionsPanel } from "./positions-panel.ts";
import { receiptsPanel } from "./receipts-panel.ts";
import { safetyPanel } from "./safety-panel.ts";
import { h, type VNode } from "./vnode.ts";

/** Refused as a whole: what the first screen stands on may not be read. */
function isRefused({ data }: State): boolean {
  return [data.control, data.nav, data.overview].every(
    (watched) => watched.kind === "refused" && watched.code === "permission-denied",
  );
}

/** Without the server everything on the board is the last known, and looks it. */
function boardClass(state: State): string {
  const { kind } = connectionOf(state);
  return kind === "offline" || kind === "reconnecting" ? "board last-known" : "board";
}

function closedCard(state: State, controls: Controls): VNode | null {
  const { phase } = state;
  if (phase.kind === "account" && isRefused(state))
    return refusedCard(phase.accountId, phase.email, controls);
  return gate(phase, state.local, controls);
}

/** The lazily loaded parts. */
export interface LaterViews {
  positions?: {
    readonly positionsPanels: (state: State, controls: Controls) => VNode[];
    readonly HistoryDesk: typeof HistoryDesk;
  };
  risk?: {
    readonly riskPanels: (state: State, controls: Controls) => VNode[];
    readonly commandDialog: (state: State, controls: Controls) => VNode | null;
  };
}

function overviewPanels(state: State, points: readonly EquityPoint[], controls: Controls): VNode[] {
  return [
    h("h1", { class: "sr", key: "title" }, "Account overview"),
    safetyPanel(state),
    equityPanel(state, points, controls),
    positionsPanel(state),
    ordersPanel(state, controls),
    receiptsPanel(state, controls),
    alertsPanel(state, controls),
  ];
}

/** The panels of the chosen view, or that it is loading, or why it cannot be. */
function panelsOf(
  state: State,
  points: readonly EquityPoint[],
  controls: Controls,
  { positions, risk }: LaterViews,
): VNode[] {
  const { view, viewFaults } = state;
  if (view === "overview") return overviewPanels(state, points, controls);
  if (view === "risk" && risk !== undefined) return risk.riskPanels(state, controls);
  if (view === "positions" && positions !== undefined) return positions.positionsPanels(state, controls);
  const fault = viewFaults[view];
  return [
    fault === undefined
      ? h("div", { class: "skeleton", role: "status" }, h("span", { class: "sr" }, "Loading"))
      : notice(
          `The ${view} view cannot be loaded`,
          `Reload the page; the overview still works. ${fault}`,
          "fault",
        ),
  ];
}

const SKIPS = {
  overview: "Skip to the overview",
  positions: "Skip to the positions",
  risk: "Skip to the risk view",
} as const;

function skipLink(state: State, controls: Controls): VNode {
  const skip = (event: Event): void => {
    // The fragment names the view: following the link would leave it.
    event.preventDefault();
    controls.skipToMain();
  };
  return h("a", { class: "skip", href: "#main", key: "skip", onclick: skip }, SKIPS[state.view]);
}

export function page(
  state: State,
  points: readonly EquityPoint[],
  controls: Controls,
  later: LaterViews,
): VNode[] {
  const closed = closedCard(state, controls);
  const content = closed !== null ? [closed] : panelsOf(state, points, controls, later);
  const dialog = closed === null ? later.risk?.commandDialog(state, controls) : null;
  return [
    skipLink(state, controls),
    header(state, controls),
    h(
      "main",
      {
        id: "main",
        tabindex: -1,
        key: closed === null ? `main ${state.view}` : "gate",
        class: closed === null ? `${boardClass(state)} ${state.view}` : "gate",
      },
      ...content,
    ),
    ...(dialog ? [dialog] : []),
  ];
}

/** The tab's title carries the two facts that matter when the page is in the background. */
export function pageTitle({ phase, data }: State): string {
  if (phase.kind !== "account") return "Ballast";
  const state = knownValue(data.control)?.tradingState.state;
  const navUsd = knownValue(data.nav)?.navUsd;
  return [state, navUsd == null ? null : formatUsd(navUsd), "Ballast"]
    .filter((part) => part != null)
    .join(" · ");
}
