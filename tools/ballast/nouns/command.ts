// `command`: posts an order to the commands function with a machine's signature and follows it to its outcome. The secret
// is BALLAST_MACHINE_SECRET (whsec_…); dangerous commands need the account's name typed.
import type { Command } from "commander";
import type { CommandKind } from "#domain/documents/command.ts";
import { type PostedCommand, postedCommandSchema } from "#schemas/command.ts";
import { faultsOf } from "#tools/target/faults-of.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, writing } from "#tools/target/verbs.ts";
import { postAndFollow } from "../commands/follow-command.ts";

interface CommandValues extends TargetValues {
  readonly reason: string;
  readonly symbol?: string;
  readonly alert?: string;
  readonly intent?: string;
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
  };
  const parsed = postedCommandSchema.safeParse({ accountId, request: { kind, ...fields[kind] }, reason });
  if (parsed.success) return parsed.data;
  throw new Error(`This is no command: ${faultsOf(parsed.error.issues)}`);
}
