// A command between the wish and its end: what is wanted, what was typed, how far it has come. Pure; nothing here
// sends anything.
import type { CommandRequest, OffsetRequest, PositionRequest } from "#domain/documents/command.ts";
import { POSITION_COMMANDS } from "#domain/documents/words.ts";
import { invalid, type Parsed, type SendFault } from "./parsed.ts";
import { NO_POSITION, type PositionFields, positionRequestOf } from "./position-draft.ts";

/** The kinds that this page gives; `set_config` belongs to the command line, where the whole config is at hand. */
export type DraftKind = Exclude<CommandRequest["kind"], "set_config" | "ack_alert" | OffsetRequest["kind"]>;

type PositionKind = PositionRequest["kind"];
export type AccountKind = Exclude<DraftKind, PositionKind>;

export function isOnPosition(kind: DraftKind): kind is PositionKind {
  return (POSITION_COMMANDS as readonly string[]).includes(kind);
}

export type Sending = "sending" | "sent" | SendFault;

/** Texts of the form's fields, as typed. */
export interface DraftFields extends PositionFields {
  readonly reason: string;
  readonly accountName: string;
  /** UTC, `YYYY-MM-DDThh:mm`; empty: none. */
  readonly horizon: string;
  readonly stopLossUsd: string;
  /** Of the cooldowns to clear; empty: all. */
  readonly symbol: string;
  /** The queued entry that a command names; set by the button, not typed. */
  readonly intentId: string;
}

export interface Draft {
  readonly kind: DraftKind;
  readonly fields: DraftFields;
  readonly phase: "writing" | "sending" | "followed";
  readonly fault: SendFault | null;
  /** The function asked for a recent sign-in: the form asks for the password, which never enters this state. */
  readonly asksPassword: boolean;
  /** Known once it is stored. */
  readonly commandId: string | null;
}

const NO_FIELDS: DraftFields = {
  ...NO_POSITION,
  reason: "",
  accountName: "",
  horizon: "",
  stopLossUsd: "",
  intentId: "",
};

export function newDraft(kind: DraftKind, fields: Partial<DraftFields> = {}): Draft {
  return {
    kind,
    fields: { ...NO_FIELDS, ...fields },
    phase: "writing",
    fault: null,
    asksPassword: false,
    commandId: null,
  };
}

const PLAIN_AMOUNT = /^\d{1,15}(\.\d{1,8})?$/;
const UTC_MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

/** The horizon's time; null for none, NaN for an unreadable time. */
export function horizonMs(text: string): number | null {
  if (text === "") return null;
  return UTC_MINUTE.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
}

/** The request that the fields make, or their fault. An empty field means "none", never zero. */
export function requestOf({ kind, fields }: Pick<Draft, "kind" | "fields">, nowMs: number): Parsed {
  if (isOnPosition(kind)) return positionRequestOf(kind, fields);
  const horizonAtMs = horizonMs(fields.horizon);
  const stopLossNavUsd = fields.stopLossUsd === "" ? null : fields.stopLossUsd.replaceAll(",", "");
  if (Number.isNaN(horizonAtMs)) return invalid("The horizon is not a time.", "Give date and time in UTC.");
  if (horizonAtMs !== null && horizonAtMs <= nowMs)
    return invalid("The horizon is in the past.", "Give a time to come, in UTC.");
  if (stopLossNavUsd !== null && !(PLAIN_AMOUNT.test(stopLossNavUsd) && /[1-9]/.test(stopLossNavUsd)))
    return invalid("The stop-loss is not an amount above zero.", "Give NAV in USD, like 9800.");
  switch (kind) {
    case "start":
      return { ok: true, request: { kind, horizonAtMs, stopLossNavUsd } };
    case "set_horizon":
      return { ok: true, request: { kind, horizonAtMs } };
    case "set_stoploss":
      return { ok: true, request: { kind, stopLossNavUsd } };
    case "clear_cooldown":
      return { ok: true, request: { kind, symbol: fields.symbol === "" ? null : fields.symbol } };
    case "drop_queued":
    case "promote_queued":
      return { ok: true, request: { kind, intentId: fields.intentId } };
    default:
      return { ok: true, request: { kind } };
  }
}
