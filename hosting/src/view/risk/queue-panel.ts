// "Who waits for a place?": how full the pool is, and the entries that wait for it, first in rank first, with what puts each
// before the next, the time that is left to it, and an operator's two orders.
import { aheadWords, poolRows } from "#hosting/model/queue-words.ts";
import { engineOf } from "#hosting/model/risk.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { countdown, noticeOf, panel, symbol, time } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";
import { commandButton } from "./actions.ts";

type Entry = Parameters<typeof aheadWords>[0];

function entryItem(entry: Entry, place: number, state: State, controls: Controls): VNode {
  const { nowMs, phase } = state;
  const { intentId, side, strategyId, queuedAtMs, expiresAtMs } = entry;
  const ahead = aheadWords(entry);
  const mayCommand = phase.kind === "account" && phase.rights.mayCommand;
  return h(
    "li",
    { key: intentId, class: "brake" },
    h("b", { class: "num" }, `${place}`),
    h(
      "span",
      { class: "stack" },
      h(
        "span",
        {},
        h("b", {}, `${side} ${entry.symbol}`),
        ` of ${strategyId}, queued `,
        time(nowMs, queuedAtMs),
      ),
      ahead === null ? null : h("span", { class: "age" }, ahead),
      mayCommand
        ? h(
            "span",
            { class: "queue-actions" },
            commandButton({ kind: "promote_queued", title: "Put first" }, state, controls, { intentId }),
            commandButton({ kind: "drop_queued", title: "Drop" }, state, controls, { intentId }),
          )
        : null,
    ),
    h(
      "span",
      { class: "stack end" },
      countdown(nowMs, expiresAtMs, { class: "num remaining" }),
      h("span", { class: "age" }, "left"),
    ),
  );
}

const HEAD = { id: "queue", title: "Who waits for a place?", subject: "Execution pool and queue" } as const;

export function queuePanel(state: State, controls: Controls): VNode {
  const { data } = state;
  const engine = engineOf(state);
  const [config, control] = [knownValue(data.config), knownValue(data.control)];
  if (engine === null || config === null || control === null)
    return panel(
      { ...HEAD, aside: null },
      noticeOf(
        control === null ? data.control : data.config,
        ["Pool unknown: no config or control document yet", "Nothing trades without them."],
        control === null ? "control document" : "config",
      ),
    );
  const { queue } = control;
  const none =
    config.queue === null
      ? "No queue is configured: a full pool denies."
      : "No entry waits. One that finds the pool full is queued here.";
  return panel(
    {
      ...HEAD,
      aside: config.queue === null ? null : `${queue.length} of ${config.queue.maxLength} may wait`,
    },
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": HEAD.subject },
      h(
        "ul",
        { class: "standby-list", "data-testid": "pool-list" },
        ...poolRows(engine.limits()).map(({ name, used, limit }) =>
          h("li", { key: name }, h("b", {}, name), h("span", { class: "num" }, `${used} of ${limit} open`)),
        ),
      ),
      queue.length === 0
        ? h("p", { class: "quiet-line", "data-testid": "no-queue" }, symbol("check"), none)
        : h(
            "ol",
            { class: "brake-list", "data-testid": "queue-list" },
            ...queue.map((entry, index) => entryItem(entry, index + 1, state, controls)),
          ),
    ),
  );
}
