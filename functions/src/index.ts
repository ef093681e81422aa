// Export map of the deployed functions; nothing else.
export { executor } from "./entry/executor.ts";
export { followUp } from "./entry/followUp.ts";
export { navEveryMinute } from "./entry/navEveryMinute.ts";
export { reconcileEveryMinute } from "./entry/reconcileEveryMinute.ts";
export { universeHourly } from "./entry/universeHourly.ts";
export { webhook } from "./entry/webhook.ts";
