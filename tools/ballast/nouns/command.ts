// `command`: posts an order to the commands function with a machine's signature and follows it to its outcome. The secret
// is BALLAST_MACHINE_SECRET (whsec_…); dangerous commands need the account's name typed.
import type { Command } from "commander";
import type { CommandKind } from "#domain/documents/command.ts";
import { POSITION_COMMANDS } from "#domain/documents/words.ts";
import { type PostedCommand, postedCommandSchema } from "#schemas/command.ts";
import { faultsOf } from "#tools/target/faults-of.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, writing } from "#tools/target/verbs.ts";
import { postAndFollow } from "../commands/follow-command.ts";
import { ladderOf, legOf, shareBpsOf, stopOf } from "../commands/position-fields.ts";

interface CommandValues extends TargetValues {
  readonly reason: string;
  readonly symbol?: string;
  readonly alert?: string;
  readonly intent?: string;
  readonly group?: string;
  readonly share?: string;
  readonly stop?: string;
  readonly levels?: string;
  readonly leg?: string;
  readonly side?: string;
  readonly qty?: string;
  readonly horizon?: string;
  readonly stopLoss?: string;
  readonly accountName?: string;
  readonly machine: string;
}

/** A verb a kind. A config is activated by `config activate`, which shows the difference first. */
const VERBS: Readonly<Record<Exclude<CommandKind, "set_config">, string>> = {
  start: "Arm a session and let entries through",
  stop: "HALTED: nothing but cancels; positions stay",
  pause: "REDUCING: only orders that shrink exposure",
  resume: "Back to ACTIVE",
  flatten: "Cancel everything, close everything, halt",
  set_stoploss: "NAV at which the session is flattened",
  set_horizon: "Time at which the session is flattened",
  clear_cooldown: "Lift locks, vetoes and the error burst",
  ack_alert: "Acknowledge an alert",
  drop_queued: "Take an entry out of the queue",
  promote_queued: "Put a queued entry before all others",
  close_position: "Close a share of a position, or all of it",
  move_stop: "Move the stop of a position's plan",
  set_take_profits: "Replace the take-profits of a position's plan",
  cancel_exit: "Take one leg out of a position's plan",
  adopt_position: "Take a position of the venue into a group of its own",
  preview_offset: "What an offset would close now, and every reason against it",
  start_offset: "Close the loser at the cost of winners now, if all conditions hold",
};

/** Options of every verb that posts. */
export function posting(verb: Command): Command {
  return verb
    .requiredOption("--reason <text>", "why, for the journal")
    .option("--account-name <name>", "the account's name; confirms a dangerous command")
    .option("--machine <name>", "who signs", "bot");
}

export const command: AddNoun = (program) => {
  const noun = program.command("command").description("Orders to an account, signed by a machine");
  for (const [kind, about] of Object.entries(VERBS)) {
    const verb = posting(writing(noun, `${kind} <accountId>`, about));
    if (kind === "clear_cooldown") verb.option("--symbol <symbol>", "one symbol; all without it");
    if (kind === "ack_alert") verb.requiredOption("--alert <id>", "the alert's id");
    if (kind === "drop_queued" || kind === "promote_queued")
      verb.requiredOption("--intent <id>", "the queued entry's intent id");
    if (kind === "start" || kind === "set_horizon") verb.option("--horizon <time>", "ISO time, UTC");
    if (kind === "start" || kind === "set_stoploss") verb.option("--stop-loss <usd>", "NAV in USD");
    positionOptions(kind, verb);
    verb.action((accountId: string, values: CommandValues) =>
      onTarget(values, async (parts) => {
        await postAndFollow(parts, postedCommand(kind, accountId, values), {
          machine: values.machine,
          accountName: values.accountName ?? null,
        });
      }),
    );
  }
};

function positionOptions(kind: string, verb: Command): void {
  if (!(POSITION_COMMANDS as readonly string[]).includes(kind)) return;
  if (kind === "adopt_position") adoptionOptions(verb);
  else verb.requiredOption("--group <id>", "the position's group");
  if (kind === "close_position") verb.requiredOption("--share <percent>", "25, 12.5, or all");
  if (kind === "move_stop") verb.requiredOption("--stop <level>", "price=61000, bps=150 or distance=900");
  if (kind === "set_take_profits")
    verb.requiredOption("--levels <list>", "nearest first: bps=100@50,price=65000@30,r=3@20; or none");
  if (kind === "cancel_exit")
    verb.requiredOption("--leg <leg>", "takeProfit=2, trailing, timeLimit or breakEven");
}

function adoptionOptions(verb: Command): void {
  verb
    .requiredOption("--symbol <symbol>", "the position's symbol")
    .requiredOption("--side <side>", "long or short")
    .requiredOption("--qty <base>", "its quantity, as the venue shows it")
    .option("--stop <level>", "of its plan: price=61000, bps=150 or distance=900")
    .option("--levels <list>", "take-profits of its plan, nearest first: bps=100@50,price=65000@30,r=3@20");
}

/** Without stop and levels it has no plan. */
function adoptionFields({ symbol, side, qty, stop, levels }: CommandValues): object {
  const plan = {
    stop: stop === undefined ? null : stopOf(stop),
    takeProfits: levels === undefined ? [] : ladderOf(levels),
    breakEvenAfter: null,
    trailing: null,
    timeLimitMs: null,
  };
  return { symbol, side, qtyBase: qty, plan: stop === undefined && levels === undefined ? null : plan };
}

function positionFields(values: CommandValues): object {
  const { group: groupId, share, stop, levels, leg } = values;
  return {
    groupId,
    ...(share === undefined ? {} : { shareBps: shareBpsOf(share) }),
    ...(stop === undefined ? {} : { stop: stopOf(stop) }),
    ...(levels === undefined ? {} : { takeProfits: ladderOf(levels) }),
    ...(leg === undefined ? {} : { leg: legOf(leg) }),
  };
}

function postedCommand(kind: string, accountId: string, values: CommandValues): PostedCommand {
  const { symbol, alert, intent, horizon, reason } = values;
  const horizonAtMs = horizon === undefined ? null : Date.parse(horizon);
  const stopLossNavUsd = values.stopLoss ?? null;
  const fields: Readonly<Record<string, object>> = {
    start: { horizonAtMs, stopLossNavUsd },
    set_stoploss: { stopLossNavUsd },
    set_horizon: { horizonAtMs },
    clear_cooldown: { symbol: symbol ?? null },
    ack_alert: { alertId: alert },
    drop_queued: { intentId: intent },
    promote_queued: { intentId: intent },
    ...(values.qty === undefined ? {} : { adopt_position: adoptionFields(values) }),
  };
  const own = values.group === undefined ? fields[kind] : positionFields(values);
  const parsed = postedCommandSchema.safeParse({ accountId, request: { kind, ...own }, reason });
  if (parsed.success) return parsed.data;
  throw new Error(`This is no command: ${faultsOf(parsed.error.issues)}`);
}
