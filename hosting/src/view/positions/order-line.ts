// The commands on one position: its buttons, why some would be refused now, and what became of the last one that was given
// here or elsewhere. A reader without the right sees none of them.
import { commandMeaning, commandName, commandTone, requestDetails } from "#hosting/model/command-words.ts";
import type { DraftFields } from "#hosting/model/draft.ts";
import type { ExitRow, ExitState } from "#hosting/model/exit-rows.ts";
import { ladderText, levelText } from "#hosting/model/level-text.ts";
import { positionNeedless } from "#hosting/model/position-command-words.ts";
import type { CommandRow } from "#hosting/model/rows.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { briefTime, stateWord } from "../parts.ts";
import { hindrance } from "../risk/actions.ts";
import { type Child, h, type VNode } from "../vnode.ts";
import type { Card } from "./card.ts";

type PositionKind = Parameters<typeof positionNeedless>[0];

interface PositionButton {
  readonly kind: PositionKind;
  readonly title: string;
  /** For those who do not see where it stands. */
  readonly label: string;
  readonly testId: string;
  readonly look: string;
  readonly fields: Partial<DraftFields>;
}

export function mayCommand({ phase }: State): boolean {
  return phase.kind === "account" && phase.rights.mayCommand;
}

export function positionButton(
  { kind, title, label, testId, look, fields }: PositionButton,
  group: Card["group"] | null,
  state: State,
  controls: Controls,
): VNode {
  const needless = positionNeedless(kind, group, state);
  return h(
    "button",
    {
      type: "button",
      class: look,
      disabled: hindrance(state) !== null || needless !== null,
      title: needless,
      "aria-label": label,
      "data-testid": testId,
      onclick: () => controls.openCommand(kind, fields),
    },
    title,
  );
}

function buttons({ group }: Card): readonly PositionButton[] {
  const { groupId, symbol, plan } = group;
  const stop = plan?.stop ?? null;
  const look = "command";
  return [
    {
      kind: "close_position",
      title: "Close",
      label: `Close all of ${symbol}`,
      testId: "position-close",
      look: "command danger",
      fields: { groupId, share: "all" },
    },
    {
      kind: "close_position",
      title: "Close part",
      label: `Close part of ${symbol}`,
      testId: "position-close-part",
      look: "command caution",
      fields: { groupId, share: "50" },
    },
    {
      kind: "move_stop",
      title: stop === null ? "Set stop" : "Move stop",
      label: `Move the stop of ${symbol}`,
      testId: "position-move-stop",
      look,
      fields: { groupId, stop: stop === null ? "" : levelText(stop) },
    },
    {
      kind: "set_take_profits",
      title: "Set take-profits",
      label: `Set the take-profits of ${symbol}`,
      testId: "position-set-take-profits",
      look,
      fields: { groupId, levels: ladderText(plan?.takeProfits ?? []) },
    },
  ];
}

const LIVE: ReadonlySet<ExitState> = new Set(["RESTING", "SENDING", "REFUSED", "ABSENT", "PLANNED"]);

/** The leg that is still to come on an exit's line, and its name; null where there is none to cancel. */
function cancellable({ id, name, state }: ExitRow, { group }: Card): readonly [string, string] | null {
  if (id.startsWith("takeProfit-")) return LIVE.has(state) ? [id, name] : null;
  if (id === "trailing" || id === "timeLimit") return state === "OVER" ? null : [id, name];
  return id === "stop" && group.plan?.breakEvenAfter != null ? ["breakEven", "Break-even"] : null;
}

function cancelButtons(card: Card): readonly PositionButton[] {
  const { groupId, symbol } = card.group;
  return card.exits.flatMap((exit) => {
    const found = cancellable(exit, card);
    if (found === null) return [];
    const [leg, name] = found;
    return [
      {
        kind: "cancel_exit",
        title: name,
        label: `Cancel: ${name} of ${symbol}`,
        testId: `cancel-${leg}`,
        look: "small",
        fields: { groupId, leg },
      },
    ];
  });
}

/** The newest command on this group among those that the page watches. */
function lastCommand({ group }: Card, { data }: State): CommandRow | null {
  const rows = knownValue(data.commands)?.rows ?? [];
  return rows.find(({ request }) => request.groupId === group.groupId) ?? null;
}

function lastLine(command: CommandRow, nowMs: number): VNode {
  const { request, status, receivedAtMs, actor } = command;
  const share = request.shareBps === null ? "" : `, ${requestDetails(request).split(" of ")[0]}`;
  const meaning = commandMeaning(command, nowMs);
  return h(
    "p",
    { class: "last-command age", "data-testid": "last-command", "data-status": status },
    stateWord(commandTone(status), `${commandName(request.kind)}${share}`, meaning),
    `: ${meaning}; by ${actor}, `,
    briefTime(nowMs, receivedAtMs),
  );
}

function buttonRows(card: Card, state: State, controls: Controls): readonly VNode[] {
  const { symbol } = card.group;
  const nodes = (all: readonly PositionButton[]) =>
    all.map((one) => positionButton(one, card.group, state, controls));
  const cancels = cancelButtons(card);
  return [
    h(
      "div",
      { class: "position-buttons", role: "group", "aria-label": `Commands on ${symbol}`, key: "buttons" },
      ...nodes(buttons(card)),
    ),
    ...(cancels.length === 0
      ? []
      : [
          h(
            "div",
            {
              class: "position-buttons",
              role: "group",
              "aria-label": `Cancel an exit of ${symbol}`,
              key: "cancels",
            },
            h("span", { class: "age", "aria-hidden": "true" }, "Cancel"),
            ...nodes(cancels),
          ),
        ]),
  ];
}

export function orderLine(card: Card, state: State, controls: Controls): Child {
  const last = lastCommand(card, state);
  const reasons = new Set(
    buttons(card).flatMap(({ kind }) => positionNeedless(kind, card.group, state) ?? []),
  );
  if (!mayCommand(state) && last === null) return null;
  return h(
    "div",
    { class: "position-orders" },
    ...(mayCommand(state) ? buttonRows(card, state, controls) : []),
    mayCommand(state) && reasons.size > 0
      ? h("p", { class: "age" }, `Not now. ${[...reasons].join(". ")}.`)
      : null,
    last === null ? null : lastLine(last, state.nowMs),
  );
}
