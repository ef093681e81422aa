// Commands in words: what each is called, what it will do to what is held now, and what became of it.
import { type CommandKind, NEEDS_CONFIRMATION } from "#domain/documents/command.ts";
import { countdownText, utcText } from "./age.ts";
import { formatBps, formatUsd } from "./amount.ts";
import type { AccountKind, DraftKind } from "./draft.ts";
import type { Tone } from "./order-words.ts";
import type { CommandRow, ShownRequest } from "./rows.ts";
import type { State } from "./state.ts";
import { heldWords } from "./trading-words.ts";
import { knownValue } from "./watched.ts";

const NAMES: Readonly<Record<CommandKind, string>> = {
  start: "Start a session",
  stop: "Stop",
  pause: "Pause",
  resume: "Resume",
  flatten: "Flatten",
  set_stoploss: "Set the stop-loss",
  set_horizon: "Set the horizon",
  clear_cooldown: "Clear cooldowns",
  ack_alert: "Acknowledge an alert",
  drop_queued: "Drop from the queue",
  promote_queued: "Put first in the queue",
  close_position: "Close a position",
  move_stop: "Move a stop",
  set_take_profits: "Set take-profits",
  cancel_exit: "Cancel an exit",
  adopt_position: "Adopt a position",
  preview_offset: "Preview an offset",
  start_offset: "Start an offset",
  set_config: "Activate a config",
};

export function commandName(kind: string): string {
  return (NAMES as Readonly<Record<string, string | undefined>>)[kind] ?? kind;
}

export function isDangerous(kind: DraftKind): boolean {
  return NEEDS_CONFIRMATION.has(kind);
}

/** Its own numbers: `until 2026-11-25 22:00 UTC`, `at 9,800.00 USD`. Empty when it has none. */
export function requestDetails(request: ShownRequest): string {
  const { kind, horizonAtMs, stopLossNavUsd, groupId, shareBps } = request;
  const horizon = horizonAtMs === null ? "no horizon" : `until ${utcText(horizonAtMs).slice(0, 16)} UTC`;
  const stopLoss = stopLossNavUsd === null ? "no stop-loss" : `stop-loss at ${formatUsd(stopLossNavUsd)} USD`;
  if (kind === "start") return `${horizon}, ${stopLoss}`;
  if (kind === "set_horizon") return horizon;
  if (kind === "set_stoploss") return stopLoss;
  if (groupId !== null) return shareBps === null ? groupId : `${formatBps(shareBps)} % of ${groupId}`;
  return subjectDetails(request);
}

function subjectDetails({ kind, symbol, alertId, intentId, baseVersion }: ShownRequest): string {
  if (kind === "clear_cooldown") return symbol ?? "all symbols";
  if (kind === "set_config") return baseVersion === null ? "" : `on version ${baseVersion}`;
  return alertId ?? intentId ?? symbol ?? "";
}

function ordersWords(count: number): string {
  return `${count} working order${count === 1 ? "" : "s"}`;
}

/** Effects of a command on the account, one sentence a line, over the positions known to be held now. */
export function consequences(kind: AccountKind, state: State): string[] {
  const control = knownValue(state.data.control);
  const held = heldWords(state);
  const orders = control === null ? 0 : Object.keys(control.reservations).length;
  const positions = held === null ? "whatever is held (the books are unknown here)" : held;
  const stay = held === "" ? "Nothing is held." : `Positions stay open: ${positions}.`;
  switch (kind) {
    case "stop":
      return [
        "Halts trading at the next commit: nothing is sent any more but cancels.",
        ...(control?.session == null ? [] : ["The session ends."]),
        control?.flatten == null ? stay : "The flatten that was ordered goes on.",
      ];
    case "pause":
      return ["Entries are refused; orders that shrink exposure still go out.", stay];
    case "flatten":
      return [
        `${orders === 0 ? "No order is working." : `Cancels ${ordersWords(orders)}.`}`,
        held === ""
          ? "Nothing is held in the books; whatever the venue holds is closed."
          : `Closes ${positions}: reduce-only, at a bounded price first, at market if needed.`,
        "Then trading stays halted until an operator resumes or starts.",
      ];
    case "resume":
      return ["Lets entries through again: signals may add exposure from now on.", ...resumeCautions(state)];
    case "start":
      return [
        "Arms a session and lets entries through: signals may add exposure from now on.",
        "At its horizon or stop-loss everything is closed and trading halts.",
        ...resumeCautions(state),
      ];
    case "set_stoploss":
      return ["When NAV falls to it, everything is closed and trading halts. Empty means no stop-loss."];
    case "set_horizon":
      return ["At this time everything is closed and trading halts. Empty means no horizon."];
    case "drop_queued":
      return ["Takes the entry out of the queue for good. Its receipt says so."];
    case "promote_queued":
      return [
        "Puts the entry before all others. It gets the next free place, if every check still passes it.",
      ];
    case "clear_cooldown":
      return ["Lifts locks, vetoes and the error burst now. A venue’s ban is not ours to lift."];
  }
}

/** Why the command would be refused as the account stands; null when it would not. Brakes are never withheld. */
export function needlessBecause(kind: AccountKind, { data }: Pick<State, "data">): string | null {
  const control = knownValue(data.control);
  if (control === null) return null;
  const { session, flatten, tradingState } = control;
  if (kind === "start" && session !== null) return "A session is armed already";
  if ((kind === "set_horizon" || kind === "set_stoploss") && session === null)
    return "No session is armed; start one";
  if (kind === "resume" && tradingState.state === "ACTIVE") return "Trading is ACTIVE already";
  if ((kind === "resume" || kind === "start") && flatten !== null) return "A flatten is under way";
  return kind === "pause" && tradingState.state === "HALTED" ? "HALTED is stricter than a pause" : null;
}

function resumeCautions({ data }: State): string[] {
  const control = knownValue(data.control);
  const peak = knownValue(data.peak);
  if (control?.tradingState.state !== "HALTED" || control.tradingState.cause !== "drawdown") return [];
  const deep = peak === null ? "" : ` It is ${formatBps(peak.drawdownBps)} % now.`;
  const again =
    control.drawdownGrade === "FLATTEN"
      ? ["As deep a fall again from here closes everything again, by the config in force then."]
      : [];
  return [
    `It was halted by a drawdown.${deep} It takes a reason of its own, of 20 characters or more.`,
    ...again,
  ];
}

const STATUSES: Readonly<Record<CommandRow["status"], readonly [Tone, string]>> = {
  UNCONFIRMED: ["warning", "Not confirmed: it has no effect"],
  STORED: ["working", "In sequence; not taken yet"],
  DONE: ["good", "Took effect"],
  REFUSED: ["danger", "Refused when its turn came"],
  EXPIRED: ["warning", "Too old when its turn came: it had no effect"],
};

export function commandTone(status: CommandRow["status"]): Tone {
  return STATUSES[status][0];
}

export function commandMeaning({ status, outcome, expiresAtMs }: CommandRow, nowMs: number): string {
  if (outcome !== null) return outcome;
  const left = expiresAtMs - nowMs;
  const waits = status === "UNCONFIRMED" || status === "STORED";
  return waits && left > 0 ? `${STATUSES[status][1]}; void in ${countdownText(left)}` : STATUSES[status][1];
}

/** Commands that ended between two looks, as sentences; nothing on the first look. */
export function commandNews(before: readonly CommandRow[] | null, after: readonly CommandRow[]): string[] {
  if (before === null) return [];
  const known = new Map(before.map(({ commandId, status }) => [commandId, status]));
  return after
    .filter(({ commandId, endedAtMs, status }) => endedAtMs !== null && known.get(commandId) !== status)
    .map((one) =>
      `${commandName(one.request.kind)}: ${one.status.toLowerCase()}. ${one.outcome ?? ""}`.trim(),
    )
    .reverse();
}
