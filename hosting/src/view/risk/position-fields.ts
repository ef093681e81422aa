// The fields of a command on one position: only those that are typed; the position and the leg come from its card.
import type { DraftKind } from "#hosting/model/draft.ts";
import type { Field } from "./form-field.ts";

const TEXT = { spellcheck: false, autocapitalize: "off" } as const;

const SHARE: Field = {
  name: "share",
  label: "Share of what is held, in percent",
  hint: "Like 25 or 12.5; all closes it.",
  attributes: { ...TEXT, required: true },
};

const STOP: Field = {
  name: "stop",
  label: "Stop",
  hint: "A price like 61000, or a distance from the average entry like 1.5% or 900 away.",
  attributes: { ...TEXT, required: true },
};

const LEVELS: Field = {
  name: "levels",
  label: "Take-profits, each with its share in percent",
  hint: "Nearest first, like 1%@50, 64000@30, 3R@20 (R: the stop’s distance). For none of them, type none.",
  attributes: { ...TEXT, required: true },
};

const OPTIONAL = { ...TEXT, required: false } as const;

export function fieldsOfPosition(kind: DraftKind): readonly Field[] {
  switch (kind) {
    case "close_position":
      return [SHARE];
    case "move_stop":
      return [STOP];
    case "set_take_profits":
      return [LEVELS];
    case "adopt_position":
      return [
        { ...STOP, label: "Stop of its plan, if it is to have one", attributes: OPTIONAL },
        { ...LEVELS, label: "Take-profits of its plan, if any", attributes: OPTIONAL },
      ];
    default:
      return [];
  }
}
