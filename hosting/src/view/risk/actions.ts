// The buttons that command the account, brakes first. A reader without the right sees the reason in their
// place, and whom to ask.
import { utcText } from "#hosting/model/age.ts";
import { needlessBecause } from "#hosting/model/command-words.ts";
import type { AccountKind, DraftFields } from "#hosting/model/draft.ts";
import { listWords } from "#hosting/model/list-words.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { h, type VNode } from "../vnode.ts";

interface Action {
  readonly kind: AccountKind;
  readonly title: string;
  readonly tone?: "danger" | "caution";
}

const GROUPS: readonly (readonly [string, readonly Action[]])[] = [
  [
    "Brake",
    [
      { kind: "stop", title: "Stop", tone: "danger" },
      { kind: "flatten", title: "Flatten", tone: "danger" },
      { kind: "pause", title: "Pause", tone: "caution" },
    ],
  ],
  [
    "Release",
    [
      { kind: "resume", title: "Resume" },
      { kind: "start", title: "Start session" },
    ],
  ],
  [
    "Session",
    [
      { kind: "set_horizon", title: "Set horizon" },
      { kind: "set_stoploss", title: "Set stop-loss" },
    ],
  ],
];

/** First values of the form: the session's present ones, so that a change begins from them. */
function presentFields(kind: AccountKind, state: State): Partial<DraftFields> {
  const session = knownValue(state.data.control)?.session ?? null;
  if (session === null) return {};
  const { horizonAtMs, stopLossNavUsd } = session;
  const horizon =
    horizonAtMs === null ? {} : { horizon: utcText(horizonAtMs).slice(0, 16).replace(" ", "T") };
  if (kind === "set_horizon") return horizon;
  if (kind === "set_stoploss") return stopLossNavUsd === null ? {} : { stopLossUsd: stopLossNavUsd };
  return {};
}

/** Why no command can be given now; null when one can. */
export function hindrance({ phase, online }: State): string | null {
  if (phase.kind !== "account") return "No account is chosen.";
  if (!phase.rights.mayCommand) return phase.rights.reason;
  if (!online)
    return "Offline: no command can be sent from here. If it is urgent, use another device or the venue itself.";
  return null;
}

export function commandButton(
  action: Action,
  state: State,
  controls: Controls,
  fields: Partial<DraftFields> = {},
): VNode {
  const needless = needlessBecause(action.kind, state);
  return h(
    "button",
    {
      type: "button",
      class: `command ${action.tone ?? ""}`,
      disabled: hindrance(state) !== null || needless !== null,
      title: needless,
      "data-testid": `command-${action.kind}`,
      onclick: () => controls.openCommand(action.kind, { ...presentFields(action.kind, state), ...fields }),
    },
    action.title,
  );
}

/** Actions that are disabled now and why, readable without a mouse; actions with one reason share a line. */
function needless(state: State): VNode | null {
  const reasons = new Map<string, string[]>();
  for (const [, actions] of GROUPS)
    for (const { kind, title } of actions) {
      const why = needlessBecause(kind, state);
      if (why !== null) reasons.set(why, [...(reasons.get(why) ?? []), title]);
    }
  if (reasons.size === 0) return null;
  const lines = [...reasons].map(([why, titles]) => `${listWords(titles)}: ${why}.`);
  return h("p", { class: "needless", "data-testid": "needless" }, `Not now. ${lines.join(" ")}`);
}

export function actionsBar(state: State, controls: Controls): VNode {
  const why = hindrance(state);
  const reader = state.phase.kind === "account" && !state.phase.rights.mayCommand;
  return h(
    "div",
    { class: "actions", key: "actions", role: "group", "aria-label": "Commands" },
    ...(reader
      ? []
      : GROUPS.map(([name, actions]) =>
          h(
            "div",
            { class: "action-group", key: name, role: "group", "aria-label": name },
            h("span", { class: "label", "aria-hidden": "true" }, name),
            ...actions.map((action) => commandButton(action, state, controls)),
          ),
        )),
    reader ? null : needless(state),
    why === null ? null : h("p", { class: "hindrance", "data-testid": "hindrance" }, why),
  );
}
