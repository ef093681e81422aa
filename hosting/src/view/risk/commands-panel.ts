// "What was ordered?": the newest commands, each to its end: sequence, status, outcome, by whom and why.

import { commandMeaning, commandName, commandTone, requestDetails } from "#hosting/model/command-words.ts";
import type { CommandRow } from "#hosting/model/rows.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { cut, moreButton } from "../long-list.ts";
import { briefTime, notice, noticeOf, panel, type Row, stateWord, table } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";

const COLUMNS = [
  { title: "Command" },
  { title: "State" },
  { title: "Sequence", kind: "number" },
  { title: "Outcome", kind: "wide" },
  { title: "By, and why", kind: "wide" },
  { title: "Given", kind: "when" },
] as const;

function commandRow(command: CommandRow, nowMs: number): Row {
  const { commandId, sequence, request, status, actor, confirmedBy, reason, receivedAtMs } = command;
  const details = requestDetails(request);
  return {
    key: commandId,
    attributes: {
      "data-testid": `command-row-${commandId}`,
      class: status === "REFUSED" || status === "EXPIRED" ? "refused" : "",
      title: `Command ${commandId}`,
    },
    cells: [
      h(
        "span",
        { class: "stack" },
        h("b", {}, commandName(request.kind)),
        details === "" ? null : h("span", { class: "age" }, details),
      ),
      stateWord(commandTone(status), status, commandMeaning(command, nowMs)),
      sequence === 0
        ? h("span", { class: "unknown", title: "It gets one when it is confirmed" }, "none")
        : h("span", { class: "num" }, String(sequence)),
      h("span", { class: "outcome" }, commandMeaning(command, nowMs)),
      h(
        "span",
        { class: "stack" },
        h(
          "span",
          {},
          confirmedBy === null || confirmedBy === actor ? actor : `${actor}, confirmed by ${confirmedBy}`,
        ),
        h("span", { class: "age" }, `“${reason}”`),
      ),
      briefTime(nowMs, receivedAtMs),
    ],
  };
}

export function commandsPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const { rows = [], unreadable = 0 } = knownValue(data.commands) ?? {};
  const control = knownValue(data.control);
  const waiting = control === null ? 0 : control.commands.storedCount - control.commands.takenCount;
  const aside = [waiting > 0 ? `${waiting} waiting` : "", unreadable > 0 ? `${unreadable} unreadable` : ""]
    .filter((part) => part !== "")
    .join(", ");
  return panel(
    {
      id: "commands",
      title: "What was ordered?",
      subject: "Commands to their end",
      aside: aside === "" ? null : aside,
    },
    noticeOf(data.commands, [
      "No commands yet",
      "What is ordered here or elsewhere is followed to its end.",
    ]) ??
      (rows.length === 0
        ? notice("No commands yet", "What is ordered here or elsewhere is followed to its end.")
        : table(
            "commands-table",
            "Commands, newest first",
            COLUMNS,
            cut(state, "commands", rows).map((one) => commandRow(one, nowMs)),
          )),
    moreButton(state, controls, "commands", rows.length),
  );
}
