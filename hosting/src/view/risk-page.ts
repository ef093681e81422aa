// The risk view: may it trade, how close to the limits, how deep, what holds entries back, who waits, how it trades, what was
// refused, can the numbers be trusted, what needs attention, what was ordered. Loaded apart from the first screen.

import { verdictOf } from "../model/safety.ts";
import type { State } from "../model/state.ts";
import { alertsPanel } from "./alerts-panel.ts";
import type { Controls } from "./controls.ts";
import { brakesPanel } from "./risk/brakes-panel.ts";
import { commandsPanel } from "./risk/commands-panel.ts";
import { denialsPanel } from "./risk/denials-panel.ts";
import { drawdownPanel } from "./risk/drawdown-panel.ts";
import { limitsPanel } from "./risk/limits-panel.ts";
import { provenancePanel } from "./risk/provenance-panel.ts";
import { queuePanel } from "./risk/queue-panel.ts";
import { strategiesPanel } from "./risk/strategies-panel.ts";
import { tradingPanel } from "./risk/trading-panel.ts";
import { verdictBar } from "./safety-panel.ts";
import { h, type VNode } from "./vnode.ts";

export { commandDialog } from "./risk/command-dialog.ts";

export function riskPanels(state: State, controls: Controls): VNode[] {
  return [
    h("h1", { class: "sr", key: "title" }, "Risk and control"),
    h(
      "section",
      { class: "safety", "aria-labelledby": "safety-title", key: "safety" },
      h("h2", { id: "safety-title", class: "sr" }, "Am I safe?"),
      verdictBar(verdictOf(state), state.nowMs),
    ),
    tradingPanel(state, controls),
    limitsPanel(state, controls),
    drawdownPanel(state),
    queuePanel(state, controls),
    brakesPanel(state, controls),
    strategiesPanel(state),
    denialsPanel(state, controls),
    provenancePanel(state),
    alertsPanel(state, controls),
    commandsPanel(state, controls),
  ];
}
