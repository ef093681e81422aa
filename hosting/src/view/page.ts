// The whole page from the state: am I safe, what do I hold, what is happening, why; or the risk view, once it is loaded.

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

/** The lazily loaded part. */
export interface RiskView {
  readonly riskPanels: (state: State, controls: Controls) => VNode[];
  readonly commandDialog: (state: State, controls: Controls) => VNode | null;
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

function riskPanels(state: State, controls: Controls, risk: RiskView | null): VNode[] {
  if (risk !== null) return risk.riskPanels(state, controls);
  const { riskFault } = state;
  return [
    riskFault === null
      ? h("div", { class: "skeleton", role: "status" }, h("span", { class: "sr" }, "Loading"))
      : notice(
          "The risk view cannot be loaded",
          `Reload the page; the overview still works. ${riskFault}`,
          "fault",
        ),
  ];
}

function skipLink(state: State, controls: Controls): VNode {
  const skip = (event: Event): void => {
    // The fragment names the view: following the link would leave it.
    event.preventDefault();
    controls.skipToMain();
  };
  const target = state.view === "risk" ? "Skip to the risk view" : "Skip to the overview";
  return h("a", { class: "skip", href: "#main", key: "skip", onclick: skip }, target);
}

export function page(
  state: State,
  points: readonly EquityPoint[],
  controls: Controls,
  risk: RiskView | null,
): VNode[] {
  const closed = closedCard(state, controls);
  const content =
    closed !== null
      ? [closed]
      : state.view === "risk"
        ? riskPanels(state, controls, risk)
        : overviewPanels(state, points, controls);
  const dialog = closed === null ? risk?.commandDialog(state, controls) : null;
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
