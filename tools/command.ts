// Operator command: posts a command to the commands function with a machine's signature and follows it to its outcome.
// The secret is BALLAST_MACHINE_SECRET (whsec_…); dangerous commands need the account's name typed.
//   node tools/command.ts stop <accountId> --reason "venue is down" --write
//   node tools/command.ts resume <accountId> --reason "loss understood" --account-name "Main (paper)" --write
import { parseArgs } from "node:util";
import { type PostedCommand, postedCommandSchema } from "#schemas/command.ts";
import { postAndFollow } from "./operate/follow-command.ts";
import { runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";

const USAGE = `Usage: command.ts <kind> <accountId> --reason TEXT [--symbol SYMBOL] [--alert ID] [--horizon ISO_TIME]
  [--stop-loss USD] [--account-name NAME] [--machine NAME] [--url BASE] ${TARGET_USAGE}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...TARGET_OPTIONS,
    reason: { type: "string" },
    symbol: { type: "string" },
    alert: { type: "string" },
    horizon: { type: "string" },
    "stop-loss": { type: "string" },
    "account-name": { type: "string" },
    machine: { type: "string", default: "bot" },
    url: { type: "string" },
  },
});

runTool(values, async (parts) => {
  const posted = postedCommand();
  await postAndFollow(parts, posted, {
    url: values.url ?? null,
    machine: values.machine,
    accountName: values["account-name"] ?? null,
  });
});

function postedCommand(): PostedCommand {
  const [kind, accountId] = positionals;
  const { symbol, alert, horizon } = values;
  const horizonAtMs = horizon === undefined ? null : Date.parse(horizon);
  const stopLossNavUsd = values["stop-loss"] ?? null;
  const fields: Readonly<Record<string, object>> = {
    start: { horizonAtMs, stopLossNavUsd },
    set_stoploss: { stopLossNavUsd },
    set_horizon: { horizonAtMs },
    clear_cooldown: { symbol: symbol ?? null },
    ack_alert: { alertId: alert },
  };
  const request = { kind, ...fields[kind ?? ""] };
  const parsed = postedCommandSchema.safeParse({ accountId, request, reason: values.reason });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "(root)"}: ${message}`,
    );
    throw new Error(`${faults.join("; ")}\n${USAGE}`);
  }
  return parsed.data;
}
