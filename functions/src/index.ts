// Export map of the deployed functions; nothing else.
export { commandExecutor } from "./entry/commandExecutor.ts";
export { commands } from "./entry/commands.ts";
export { executor } from "./entry/executor.ts";
export { followUp } from "./entry/followUp.ts";
export { navEveryMinute } from "./entry/navEveryMinute.ts";
export { outbox } from "./entry/outbox.ts";
export { reconcileEveryMinute } from "./entry/reconcileEveryMinute.ts";
export { telemetryEveryFiveMinutes } from "./entry/telemetryEveryFiveMinutes.ts";
export { universeHourly } from "./entry/universeHourly.ts";
export { watchdog } from "./entry/watchdog.ts";
export { watchdogEveryMinute } from "./entry/watchdogEveryMinute.ts";
export { webhook } from "./entry/webhook.ts";
