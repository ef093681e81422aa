// Commands on brakes, alerts and config. A venue's ban stays whatever an operator orders. A config comes into
// force only on top of the one that its author saw.
import type { Command } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import { type AppliedCommand, type CommandContext, done, type RequestOf, refused, utc } from "./applied.ts";

/** Of a symbol: its own locks and vetoes. Of all: also the locks on everything and the failed sends. */
export function clearCooldown(
  { symbol }: RequestOf<"clear_cooldown">,
  context: CommandContext,
): AppliedCommand {
  const { control } = context;
  const locks = control.protections.locks.filter((lock) => symbol !== null && lock.symbol !== symbol);
  const vetoes = Object.entries(control.throttles.vetoedUntilMs).filter(
    ([key]) => symbol !== null && !key.endsWith(`/${symbol}`),
  );
  const errorAtMs = symbol === null ? [] : control.throttles.errorAtMs;
  const liftedLocks = control.protections.locks.length - locks.length;
  const liftedVetoes = Object.keys(control.throttles.vetoedUntilMs).length - vetoes.length;
  const liftedErrors = control.throttles.errorAtMs.length - errorAtMs.length;
  return done(
    {
      ...control,
      protections: { ...control.protections, locks },
      throttles: { ...control.throttles, vetoedUntilMs: Object.fromEntries(vetoes), errorAtMs },
    },
    `Lifted for ${symbol ?? "all symbols"}: ${liftedLocks} locks, ${liftedVetoes} vetoes, ${liftedErrors} counted errors`,
  );
}

export function acknowledgeAlert(
  { alertId }: RequestOf<"ack_alert">,
  context: CommandContext,
): AppliedCommand {
  const { alert, control } = context;
  if (alert === null) return refused(context, `There is no alert ${alertId}`);
  if (alert.acknowledgedAtMs !== null) {
    return done(control, `${alert.code} was acknowledged at ${utc(alert.acknowledgedAtMs)} already`);
  }
  return done(control, `${alert.code} acknowledged`, { acknowledges: alertId });
}

/** Version, author and time are given here, whatever the sender wrote into them. */
export function setConfig(
  command: Command,
  { baseVersion, config }: RequestOf<"set_config">,
  context: CommandContext,
): AppliedCommand {
  const { control, nowMs } = context;
  if (baseVersion !== control.configVersion) {
    return refused(
      context,
      `It was made on version ${baseVersion}, and version ${control.configVersion} is in force; look at that one first`,
    );
  }
  const version = control.configVersion + 1;
  if (context.nextVersionExists) {
    return refused(
      context,
      `config/v${version} exists already, though no command put it there; look at it and remove it first`,
    );
  }
  const activates: AccountConfig = { ...config, version, author: command.actor, createdAtMs: nowMs };
  return done({ ...control, configVersion: version }, `Config version ${version} is in force`, { activates });
}
