// Export map of the deployed functions; nothing else, beside what an instance loads ahead for its own.
import "#entry/load-ahead.ts";

export { accountBatch } from "#entry/account-batch.ts";
export { commandExecutor } from "#entry/command-executor.ts";
export { commands } from "#entry/commands.ts";
export { executor } from "#entry/executor.ts";
export { followUp } from "#entry/follow-up.ts";
export { navEveryMinute } from "#entry/nav-every-minute.ts";
export { outbox } from "#entry/outbox.ts";
export { reconcileEveryMinute } from "#entry/reconcile-every-minute.ts";
export { telemetryEveryFiveMinutes } from "#entry/telemetry-every-five-minutes.ts";
export { universeHourly } from "#entry/universe-hourly.ts";
export { watchdog } from "#entry/watchdog.ts";
export { watchdogBatch } from "#entry/watchdog-batch.ts";
export { watchdogEveryMinute } from "#entry/watchdog-every-minute.ts";
export { webhook } from "#entry/webhook.ts";
