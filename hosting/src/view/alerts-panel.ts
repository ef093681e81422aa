// Alerts with their remedies, newest first, and the button that says "seen". Before them stand the documents
// and messages that do not reach people, for as long as that lasts.

import { isOver } from "../model/alert-ends.ts";
import type { Tone } from "../model/order-words.ts";
import type { AlertRow } from "../model/rows.ts";
import type { State } from "../model/state.ts";
import { type Untold, untold } from "../model/untold.ts";
import { knownValue } from "../model/watched.ts";
import type { Controls } from "./controls.ts";
import { notice, noticeOf, panel, stateWord, time } from "./parts.ts";
import { type Child, h, type VNode } from "./vnode.ts";

const TONES: Readonly<Record<AlertRow["severity"], readonly [Tone, string]>> = {
  critical: ["danger", "Needs you now"],
  warning: ["warning", "Needs a look"],
  info: ["quiet", "For your information"],
};

const OVER: readonly [Tone, string] = ["quiet", "Its condition is over"];

const NO_ALERTS = ["No alerts", "Alerts appear here with what to do about them."] as const;

/** Acknowledging is a command: it is sent, and seen once the alert's own document says so. */
function acknowledgement(alert: AlertRow, state: State, controls: Controls): Child[] {
  if (alert.acknowledgedAtMs !== null) {
    const by = alert.acknowledgedBy === null ? "" : ` by ${alert.acknowledgedBy}`;
    const when = time(state.nowMs, alert.acknowledgedAtMs);
    return [h("span", { class: "age" }, "acknowledged ", when, by)];
  }
  if (state.phase.kind !== "account" || !state.phase.rights.mayCommand) return [];
  const sending = state.acknowledging.get(alert.alertId);
  const busy = sending === "sending" || sending === "sent";
  const button = h(
    "button",
    {
      type: "button",
      class: "small",
      disabled: busy || !state.online,
      "aria-label": `Acknowledge: ${alert.message}`,
      onclick: () => controls.acknowledge(alert.alertId),
    },
    sending === "sending" ? "Sending" : sending === "sent" ? "Stored" : "Acknowledge",
  );
  const failed = typeof sending === "object" ? `${sending.text} ${sending.remedy}` : null;
  return [button, failed === null ? null : h("span", { class: "form-fault", role: "alert" }, failed)];
}

function alertItem(alert: AlertRow, state: State, controls: Controls): VNode {
  const { nowMs } = state;
  const ended = isOver(alert, state);
  const [tone, meaning] = ended ? OVER : TONES[alert.severity];
  return h(
    "li",
    { key: alert.alertId, class: alert.acknowledgedAtMs === null ? tone : "acknowledged" },
    stateWord(tone, ended ? `${alert.severity}, over` : alert.severity, meaning),
    h("span", { class: "stack" }, h("b", {}, alert.message), h("span", { class: "remedy" }, alert.remedy)),
    h("span", { class: "stack end" }, time(nowMs, alert.atMs), ...acknowledgement(alert, state, controls)),
  );
}

function untoldItem({ key, level, word, text, remedy, sinceMs }: Untold, nowMs: number): VNode {
  return h(
    "li",
    { key: `untold ${key}`, class: level, "data-testid": `untold-${key}` },
    stateWord(level, word, remedy),
    h("span", { class: "stack" }, h("b", {}, text), h("span", { class: "remedy" }, remedy)),
    h("span", { class: "stack end" }, sinceMs === null ? null : time(nowMs, sinceMs)),
  );
}

export function alertsPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const silent = untold(state).map((one) => untoldItem(one, nowMs));
  const { rows = [], unreadable = 0 } = knownValue(data.alerts) ?? {};
  return panel(
    {
      id: "alerts",
      title: "What went wrong?",
      subject: "Alerts",
      aside: unreadable > 0 ? `${unreadable} unreadable` : null,
    },
    silent.length + rows.length === 0
      ? null
      : h(
          "ul",
          { class: "alert-list", "data-testid": "alerts-list" },
          ...silent,
          ...rows.map((alert) => alertItem(alert, state, controls)),
        ),
    noticeOf(data.alerts, NO_ALERTS) ?? (silent.length + rows.length === 0 ? notice(...NO_ALERTS) : null),
  );
}
