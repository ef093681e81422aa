// The request of a command on one position, as its fields make it. The functions judge it; only texts that are no level, no
// share or no leg are kept from being sent. Pure.
import type { ExitLeg, PositionRequest } from "#domain/documents/command.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import { PLAN_LEGS, SIDES } from "#domain/documents/words.ts";
import { bpsOfPercent, ladderOf, stopLevelOf } from "./level-text.ts";
import { invalid, type Parsed } from "./parsed.ts";

export interface PositionFields {
  readonly groupId: string;
  /** In percent of what is held, or `all`. */
  readonly share: string;
  /** A level (level-text.ts). */
  readonly stop: string;
  /** A ladder (level-text.ts). */
  readonly levels: string;
  /** `takeProfit-1` for the nearest level, or the name of another leg; set by the button, not typed. */
  readonly leg: string;
  /** Of a position that is to be adopted; set by the button. */
  readonly symbol: string;
  readonly side: string;
  readonly qtyBase: string;
}

export const NO_POSITION: PositionFields = {
  groupId: "",
  share: "",
  stop: "",
  levels: "",
  leg: "",
  symbol: "",
  side: "",
  qtyBase: "",
};

const ALL_BPS = 10_000;

const STOP_FAULT = invalid(
  "The stop is no level.",
  "Give a price like 61000, or a distance from the average entry like 1.5% or 900 away.",
);
const LEVELS_FAULT = invalid(
  "The take-profits are no ladder.",
  "Give levels with their shares in percent, nearest first and without thousands separators: 1%@50, 64000@30, 3R@20.",
);

function shareBpsOf(text: string): number | null {
  if (text.trim() === "all") return ALL_BPS;
  const bps = bpsOfPercent(text.replace("%", ""));
  return bps === null || bps > ALL_BPS ? null : bps;
}

function legOf(text: string): ExitLeg | null {
  const other = PLAN_LEGS.find((kind) => kind === text);
  if (other !== undefined) return { kind: other };
  const place = Number(/^takeProfit-(\d+)$/.exec(text)?.[1]);
  return place >= 1 ? { kind: "takeProfit", level: place - 1 } : null;
}

/** Without stop and levels it has no plan: the account's own stop alone. */
function adoptionOf({ symbol, side: said, qtyBase, stop: stopText, levels }: PositionFields): Parsed {
  const side = SIDES.find((one) => one === said);
  if (side === undefined) return invalid("The position has no side.", "Open the form anew from its card.");
  const request = { kind: "adopt_position", symbol, side, qtyBase } as const;
  if (stopText.trim() === "" && levels.trim() === "")
    return { ok: true, request: { ...request, plan: null } };
  const stop = stopText.trim() === "" ? null : stopLevelOf(stopText);
  if (stop === null && stopText.trim() !== "") return STOP_FAULT;
  const takeProfits = levels.trim() === "" ? [] : ladderOf(levels);
  if (takeProfits === null) return LEVELS_FAULT;
  const plan: ExitPlan = { stop, takeProfits, breakEvenAfter: null, trailing: null, timeLimitMs: null };
  return { ok: true, request: { ...request, plan } };
}

export function positionRequestOf(kind: PositionRequest["kind"], fields: PositionFields): Parsed {
  const { groupId } = fields;
  switch (kind) {
    case "close_position": {
      const shareBps = shareBpsOf(fields.share);
      return shareBps === null
        ? invalid("The share is no percentage of what is held.", "Give one above 0 and up to 100, or all.")
        : { ok: true, request: { kind, groupId, shareBps } };
    }
    case "move_stop": {
      const stop = stopLevelOf(fields.stop);
      return stop === null ? STOP_FAULT : { ok: true, request: { kind, groupId, stop } };
    }
    case "set_take_profits": {
      const takeProfits = ladderOf(fields.levels);
      return takeProfits === null ? LEVELS_FAULT : { ok: true, request: { kind, groupId, takeProfits } };
    }
    case "cancel_exit": {
      const leg = legOf(fields.leg);
      return leg === null
        ? invalid("The exit is not known here.", "Open the form anew from its card.")
        : { ok: true, request: { kind, groupId, leg } };
    }
    case "adopt_position":
      return adoptionOf(fields);
  }
}
