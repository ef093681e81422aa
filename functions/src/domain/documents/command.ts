// Orders of an operator, and their fate. A command is stored with its sequence before it is answered and
// takes effect once, in sequence; its document then holds the outcome.

import type { DecimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "./config.ts";
import type { Denial } from "./denial.ts";
import type { ExitPlan, StopLevel, TakeProfitPlan } from "./exit-plan.ts";
import type { OffsetDecision } from "./offset.ts";
import {
  type COMMAND_STATUSES,
  LOOSENING_COMMANDS,
  OFFSET_COMMANDS,
  type PLAN_LEGS,
  POSITION_COMMANDS,
  type Side,
  type WordOf,
} from "./words.ts";

/** A leg of a group's plan: one level of its ladder, counted from zero for the nearest, or one of the others. */
export type ExitLeg =
  | { readonly kind: "takeProfit"; readonly level: number }
  | { readonly kind: WordOf<typeof PLAN_LEGS> };

export type CommandRequest =
  /** Arms a session and lets entries through: trading state `ACTIVE`. */
  | {
      readonly kind: "start";
      readonly horizonAtMs: number | null;
      readonly stopLossNavUsd: DecimalString | null;
    }
  /** Nothing but cancels from now on: trading state `HALTED`, the session is over. Positions stay as they are. */
  | { readonly kind: "stop" }
  /** Only what shrinks exposure: `REDUCING`. */
  | { readonly kind: "pause" }
  /** Back to `ACTIVE` from `REDUCING` or `HALTED`; after a drawdown halt only with a reason of its own. */
  | { readonly kind: "resume" }
  /** Cancels everything, closes everything, halts. */
  | { readonly kind: "flatten" }
  | { readonly kind: "set_stoploss"; readonly stopLossNavUsd: DecimalString | null }
  | { readonly kind: "set_horizon"; readonly horizonAtMs: number | null }
  /** Lifts protection locks, vetoes and the error burst of a symbol, or all of them. Never a venue's ban. */
  | { readonly kind: "clear_cooldown"; readonly symbol: string | null }
  | { readonly kind: "ack_alert"; readonly alertId: string }
  /** Takes a queued entry out of the queue for good. */
  | { readonly kind: "drop_queued"; readonly intentId: string }
  /** Puts a queued entry before all others. It still waits for a place, and meets every check when it gets one. */
  | { readonly kind: "promote_queued"; readonly intentId: string }
  /** Closes a share of what the position holds when it is carried out: 10,000 bps are all of it. */
  | { readonly kind: "close_position"; readonly groupId: string; readonly shareBps: number }
  /** Moves the plan's stop. The account's protective stop stays beneath it. */
  | { readonly kind: "move_stop"; readonly groupId: string; readonly stop: StopLevel }
  /** Replaces the whole ladder. Its shares count from what the position holds when it is carried out. */
  | {
      readonly kind: "set_take_profits";
      readonly groupId: string;
      readonly takeProfits: readonly TakeProfitPlan[];
    }
  /** Takes one leg out of the plan. */
  | { readonly kind: "cancel_exit"; readonly groupId: string; readonly leg: ExitLeg }
  /**
   * Takes a position of the venue that no group accounts for into a group with a plan; null: the account's own stop alone.
   * The quantity is the one that the sender saw: refused where the venue holds another.
   */
  | {
      readonly kind: "adopt_position";
      readonly symbol: string;
      readonly side: Side;
      readonly qtyBase: DecimalString;
      readonly plan: ExitPlan | null;
    }
  /** Tells of the positions that an offset would close now, or of every reason against one. Changes nothing. */
  | { readonly kind: "preview_offset" }
  /** Begins an offset now, without waiting for the minute; every condition and gate of it applies. */
  | { readonly kind: "start_offset" }
  /** Activates the config as the next version; refused when `baseVersion` is not the present one. */
  | { readonly kind: "set_config"; readonly baseVersion: number; readonly config: AccountConfig };

export type CommandKind = CommandRequest["kind"];

/** Dangerous ones take a second, confirming step before they are put in sequence. */
export const NEEDS_CONFIRMATION: ReadonlySet<CommandKind> = new Set([
  ...LOOSENING_COMMANDS,
  "flatten",
  "close_position",
  "adopt_position",
  "start_offset",
]);

export type PositionRequest = Extract<CommandRequest, { readonly kind: (typeof POSITION_COMMANDS)[number] }>;

export type AdoptRequest = Extract<PositionRequest, { readonly kind: "adopt_position" }>;
/** Those that name the group which they change. */
export type GroupRequest = Exclude<PositionRequest, AdoptRequest>;

export function isPositionRequest(request: CommandRequest): request is PositionRequest {
  return (POSITION_COMMANDS as readonly string[]).includes(request.kind);
}

export type OffsetRequest = Extract<CommandRequest, { readonly kind: (typeof OFFSET_COMMANDS)[number] }>;

export function isOffsetRequest(request: CommandRequest): request is OffsetRequest {
  return (OFFSET_COMMANDS as readonly string[]).includes(request.kind);
}

export type CommandStatus = WordOf<typeof COMMAND_STATUSES>;

/** `accounts/{a}/commands/{commandId}` */
export interface Command {
  readonly commandId: string;
  readonly accountId: string;
  /** Rises by one from 1; 0 while unconfirmed. */
  readonly sequence: number;
  readonly request: CommandRequest;
  /** Why, in the operator's words. */
  readonly reason: string;
  /** Who: the signed-in user's id or the machine's name. */
  readonly actor: string;
  /** Who took the second step; null where none was needed or it has not been taken. */
  readonly confirmedBy: string | null;
  /** Whether an operator posted or confirmed it: after a drawdown only an operator lets entries through again. */
  readonly byOperator: boolean;
  readonly status: CommandStatus;
  readonly receivedAtMs: number;
  /** Not applied after this. */
  readonly expiresAtMs: number;
  /** Its effect, or the reason of its refusal, in words; null while it waits. */
  readonly outcome: string | null;
  /** The refusal as data, of a command on a position; null for every other end. */
  readonly denial: Denial | null;
  /** All that was found, of a command about the offset; null for every other end. */
  readonly offset: OffsetDecision | null;
  readonly endedAtMs: number | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Time for the second step; after it the command is posted anew, on what the screen then shows. */
export const CONFIRMATION_WINDOW_MS = 2 * MINUTE_MS;

/** A command that only makes trading stricter waits out an outage of a day; a loosening one must meet its moment. */
const STRICTER_VALID_MS = 24 * HOUR_MS;
const LOOSER_VALID_MS = 5 * MINUTE_MS;
const OTHER_VALID_MS = HOUR_MS;

/** How long after it was put in sequence a command may still take effect. */
export function validForMs(kind: CommandKind): number {
  switch (kind) {
    case "stop":
    case "pause":
    case "flatten":
      return STRICTER_VALID_MS;
    case "start":
    case "resume":
    case "clear_cooldown":
    case "promote_queued":
    // They were ordered at what the screen showed of the market then.
    case "close_position":
    case "move_stop":
    case "set_take_profits":
    case "cancel_exit":
    case "adopt_position":
    case "preview_offset":
    case "start_offset":
      return LOOSER_VALID_MS;
    case "set_stoploss":
    case "set_horizon":
    case "ack_alert":
    case "drop_queued":
    case "set_config":
      return OTHER_VALID_MS;
  }
}

/** Two round trips read as many at once. */
export const MAX_SHADOWED_INTENTS = 200;

/** Kinds whose expiry leaves trading looser than somebody wanted it. */
export function onlyTightens(kind: CommandKind): boolean {
  return validForMs(kind) === STRICTER_VALID_MS;
}

/** Why a command may not be posted, applied or told: for machines. */
export type CommandCode =
  | "ACCEPTED"
  | "CONFIRMATION_NEEDED"
  | "DUPLICATE"
  | "COMPARED"
  | "READY"
  | "BODY_UNREADABLE"
  | "COMMAND_INVALID"
  | "ACCOUNT_NAME_MISMATCH"
  | "UNAUTHORIZED"
  | "SIGNATURE_OUTSIDE_WINDOW"
  | "ACCOUNT_NOT_ALLOWED"
  | "COMMAND_NOT_ALLOWED"
  | "SIGN_IN_AGAIN"
  | "SECOND_FACTOR_NEEDED"
  | "SECOND_PERSON_NEEDED"
  | "ACCOUNT_UNKNOWN"
  | "COMMAND_UNKNOWN"
  | "COMMAND_EXPIRED"
  | "IDEMPOTENCY_KEY_REUSED"
  | "BODY_TOO_LARGE"
  | "RATE_LIMITED"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "RELEASE_NEEDED"
  | "STORE_UNAVAILABLE"
  | "ENVIRONMENT_MISMATCH"
  | "WRONG_ENVIRONMENT"
  | "UNAVAILABLE";

/** One recorded intent that a candidate config would decide differently. */
export interface ShadowDifference {
  readonly intentId: string;
  readonly symbol: string;
  readonly strategyId: string;
  readonly action: string;
  readonly receivedAtMs: number;
  /** Its fate at that time. */
  readonly recorded: { readonly status: string; readonly codes: readonly string[] };
  readonly present: ShadowVerdict;
  readonly candidate: ShadowVerdict;
}

/** An intent under a config: refused with these codes, or an order of this quantity. */
export type ShadowVerdict =
  | { readonly kind: "deny"; readonly codes: readonly string[] }
  | { readonly kind: "clearFirst" }
  | { readonly kind: "place"; readonly qtyBase: DecimalString; readonly priceUsd: DecimalString | null };

/** JSON body of every answer of `commands`. */
export interface CommandAnswerBody {
  readonly code: CommandCode;
  readonly message: string;
  readonly remedy?: string;
  /** One line for every field at fault, `field: what is wrong`. */
  readonly faults?: readonly string[];
  readonly commandId?: string;
  readonly sequence?: number;
  readonly status?: CommandStatus;
  readonly expiresAtMs?: number;
  /** Of `shadow`. */
  readonly comparedCount?: number;
  readonly differences?: readonly ShadowDifference[];
}
