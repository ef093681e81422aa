// Commands on their way in, as documents, and what their sender is told. What the schema does not accept is refused at
// the door: a command that is stored can be applied or refused, never misunderstood.
import { z } from "zod";
import type { Environment } from "#domain/documents/account.ts";
import {
  type Command,
  type CommandRequest,
  type ExitLeg,
  MAX_SHADOWED_INTENTS,
} from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import { MAX_TAKE_PROFITS } from "#domain/documents/exit-plan.ts";
import { COMMAND_STATUSES, PLAN_LEGS, SIDES } from "#domain/documents/words.ts";
import { accountConfigSchema, environmentName } from "./config.ts";
import { denialSchema } from "./denial.ts";
import { exitPlanSchema, stopLevel, takeProfitsSchema } from "./exit-plan.ts";
import { offsetDecisionSchema } from "./offset.ts";
import {
  accountId,
  basisPoints,
  count,
  derivedId,
  epochMs,
  positiveDecimalString,
  symbol,
} from "./primitives.ts";

/** Long enough for a reason, short enough for a line of the journal. */
const MAX_REASON_CHARACTERS = 500;

const reason = z
  .string()
  .trim()
  .min(1)
  .max(MAX_REASON_CHARACTERS)
  // A lone half of a surrogate pair cannot be stored.
  .refine((text) => text.isWellFormed(), { error: "must be well-formed Unicode" });
const horizonAtMs = epochMs.nullable();
const stopLossNavUsd = positiveDecimalString.nullable();

const exitLeg: z.ZodType<ExitLeg> = z.union([
  z.strictObject({ kind: z.literal("takeProfit"), level: count.max(MAX_TAKE_PROFITS - 1) }),
  z.strictObject({ kind: z.enum(PLAN_LEGS) }),
]);

export const commandRequestSchema: z.ZodType<CommandRequest> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("start"), horizonAtMs, stopLossNavUsd }),
  z.strictObject({ kind: z.literal("stop") }),
  z.strictObject({ kind: z.literal("pause") }),
  z.strictObject({ kind: z.literal("resume") }),
  z.strictObject({ kind: z.literal("flatten") }),
  z.strictObject({ kind: z.literal("set_stoploss"), stopLossNavUsd }),
  z.strictObject({ kind: z.literal("set_horizon"), horizonAtMs }),
  z.strictObject({ kind: z.literal("clear_cooldown"), symbol: symbol.nullable() }),
  z.strictObject({ kind: z.literal("ack_alert"), alertId: derivedId }),
  z.strictObject({ kind: z.literal("drop_queued"), intentId: derivedId }),
  z.strictObject({ kind: z.literal("promote_queued"), intentId: derivedId }),
  z.strictObject({ kind: z.literal("close_position"), groupId: derivedId, shareBps: basisPoints.min(1) }),
  z.strictObject({ kind: z.literal("move_stop"), groupId: derivedId, stop: stopLevel }),
  z.strictObject({
    kind: z.literal("set_take_profits"),
    groupId: derivedId,
    takeProfits: takeProfitsSchema,
  }),
  z.strictObject({ kind: z.literal("cancel_exit"), groupId: derivedId, leg: exitLeg }),
  z.strictObject({
    kind: z.literal("adopt_position"),
    symbol,
    side: z.enum(SIDES),
    qtyBase: positiveDecimalString,
    plan: exitPlanSchema.nullable(),
  }),
  z.strictObject({ kind: z.literal("preview_offset") }),
  z.strictObject({ kind: z.literal("start_offset") }),
  z.strictObject({
    kind: z.literal("set_config"),
    baseVersion: z.int().min(1),
    config: accountConfigSchema,
  }),
]);

/** Fields of every body. */
interface Posted {
  readonly accountId: string;
  /**
   * The environment that the sender means: a signed body without it is refused, for one secret may be known to two
   * deployments. A person's token is of one project already.
   */
  readonly environment?: Environment | undefined;
}

const environment = environmentName.optional();

/** Body of `POST /commands`. */
export interface PostedCommand extends Posted {
  readonly request: CommandRequest;
  /** Why, in the operator's words. */
  readonly reason: string;
}
export const postedCommandSchema: z.ZodType<PostedCommand> = z.strictObject({
  accountId,
  environment,
  request: commandRequestSchema,
  reason,
});

/** Body of `POST /commands/{commandId}/confirm`: the id again, because a machine's signature covers the body only. */
export interface PostedConfirmation extends Posted {
  readonly commandId: string;
  /** The account's name, typed by the person who confirms. */
  readonly accountName: string;
}
export const postedConfirmationSchema: z.ZodType<PostedConfirmation> = z.strictObject({
  accountId,
  environment,
  commandId: derivedId,
  accountName: z.string().min(1).max(80),
});

/** Body of `POST /commands/shadow`: which of the last intents would this config decide differently? */
export interface PostedShadow extends Posted {
  readonly config: AccountConfig;
  /** How many recorded intents, newest first. */
  readonly limit: number;
}
export const postedShadowSchema: z.ZodType<PostedShadow> = z.strictObject({
  accountId,
  environment,
  config: accountConfigSchema,
  limit: z.int().min(1).max(MAX_SHADOWED_INTENTS),
});

export const postedWarmUpSchema = z.strictObject({ accountId });

export const commandSchema: z.ZodType<Command> = z.strictObject({
  commandId: derivedId,
  accountId,
  sequence: count,
  request: commandRequestSchema,
  reason,
  actor: z.string().min(1),
  confirmedBy: z.string().min(1).nullable(),
  byOperator: z.boolean(),
  status: z.enum(COMMAND_STATUSES),
  receivedAtMs: epochMs,
  expiresAtMs: epochMs,
  outcome: z.string().nullable(),
  denial: denialSchema.nullable(),
  offset: offsetDecisionSchema.nullable(),
  endedAtMs: epochMs.nullable(),
});

/** `accounts/{a}/control/commands` */
export interface CommandCounter {
  readonly lastSequence: number;
}
export const commandCounterSchema: z.ZodType<CommandCounter> = z.strictObject({ lastSequence: count });

/** Payload on topic `commands`: there is something to apply. Which commands, the documents say. */
export interface CommandMessage {
  readonly accountId: string;
  readonly commandId: string;
}
export const commandMessageSchema: z.ZodType<CommandMessage> = z.strictObject({
  accountId,
  commandId: derivedId,
});
