// "What holds entries back?": brakes that are on with what is left of them, and those that stand ready, with their rule.
import { activeBrakes, type Brake, type Standby, standbys } from "#hosting/model/brakes.ts";
import { engineOf } from "#hosting/model/risk.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { countdown, noticeOf, panel, symbol } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";
import { commandButton } from "./actions.ts";

function brakeItem(brake: Brake, nowMs: number): VNode {
  return h(
    "li",
    { key: brake.key, class: "brake" },
    symbol("bang"),
    h(
      "span",
      { class: "stack" },
      h("span", {}, h("b", {}, brake.name), ` holds ${brake.holds}`),
      brake.reason === null ? null : h("span", { class: "age" }, brake.reason),
    ),
    h(
      "span",
      { class: "stack end" },
      countdown(nowMs, brake.untilMs, { class: "num remaining" }),
      h("span", { class: "age" }, "left"),
    ),
  );
}

function standbyItem({ name, rule }: Standby): VNode {
  return h(
    "li",
    { key: name, class: rule === null ? "off" : "" },
    h("b", {}, name),
    h("span", {}, rule ?? "switched off in the config"),
  );
}

export function brakesPanel(state: State, controls: Controls): VNode {
  const { data, nowMs, phase } = state;
  const engine = engineOf(state);
  const [config, control] = [knownValue(data.config), knownValue(data.control)];
  if (engine === null || config === null || control === null)
    return panel(
      { id: "brakes", title: "What holds entries back?", subject: "Protections and brakes", aside: null },
      noticeOf(
        control === null ? data.control : data.config,
        ["Brakes unknown: no config or control document yet", "Nothing trades without them."],
        control === null ? "control document" : "config",
      ),
    );
  const brakes = activeBrakes(engine.cooldowns(), config, control, nowMs);
  const clearable = brakes.some((brake) => brake.clearable);
  const mayCommand = phase.kind === "account" && phase.rights.mayCommand;
  return panel(
    {
      id: "brakes",
      title: "What holds entries back?",
      subject: "Protections and brakes",
      aside:
        clearable && mayCommand
          ? commandButton({ kind: "clear_cooldown", title: "Clear cooldowns" }, state, controls)
          : null,
    },
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Protections and brakes" },
      brakes.length === 0
        ? h("p", { class: "quiet-line", "data-testid": "no-brakes" }, symbol("check"), "No brake is on.")
        : h(
            "ul",
            { class: "brake-list", "data-testid": "brake-list" },
            ...brakes.map((one) => brakeItem(one, nowMs)),
          ),
      h("h3", { class: "standby-title" }, "Ready to lock"),
      h("ul", { class: "standby-list" }, ...standbys(config, control, nowMs).map(standbyItem)),
    ),
  );
}
