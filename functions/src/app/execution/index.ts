// The door of execution.
export { actForAccount } from "./act-for-account.ts";
export { adjustGroup } from "./adjust-group.ts";
export { closeBeyondStops } from "./close-beyond-stops.ts";
export { executeIntent } from "./execute-intent.ts";
export { cancelOrder, resolveOrder } from "./resolve-order.ts";
export { followUpGapMs, scheduleFollowUp, sendOrder } from "./send-order.ts";
