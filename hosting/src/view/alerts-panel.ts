// Alerts: what went wrong and what to do, newest first.
import type { AlertRow } from "../data/documents.ts";
import type { Tone } from "../model/order-words.ts";
import type { State } from "../model/state.ts";
import { knownValue } from "../model/watched.ts";
import { notice, noticeOf, panel, stateWord, time } from "./parts.ts";
import { h, type VNode } from "./vnode.ts";

const TONES: Readonly<Record<AlertRow["severity"], readonly [Tone, string]>> = {
  critical: ["danger", "Needs you now"],
  warning: ["warning", "Needs a look"],
  info: ["quiet", "For your information"],
};

function alertItem(alert: AlertRow, nowMs: number): VNode {
  const [tone, meaning] = TONES[alert.severity];
  return h(
    "li",
    { key: alert.alertId, class: alert.acknowledgedAtMs === null ? tone : "acknowledged" },
    stateWord(tone, alert.severity, meaning),
    h("span", { class: "stack" }, h("b", {}, alert.message), h("span", { class: "remedy" }, alert.remedy)),
    h(
      "span",
      { class: "stack end" },
      time(nowMs, alert.atMs),
      alert.acknowledgedAtMs === null ? null : h("span", { class: "age" }, "acknowledged"),
    ),
  );
}

export function alertsPanel({ data, nowMs }: State): VNode {
  const { rows = [], unreadable = 0 } = knownValue(data.alerts) ?? {};
  return panel(
    "alerts",
    "What went wrong?",
    "Alerts",
    unreadable > 0 ? `${unreadable} unreadable` : null,
    noticeOf(data.alerts, ["No alerts", "Alerts appear here with what to do about them."]) ??
      (rows.length === 0
        ? notice("No alerts", "Alerts appear here with what to do about them.")
        : h(
            "ul",
            { class: "alert-list", "data-testid": "alerts-list" },
            ...rows.map((alert) => alertItem(alert, nowMs)),
          )),
  );
}
