// The door of execution. Entry points: execute one intent, act for an account under its lease, send, resolve and cancel an
// order, book a late one, make a group what the venue holds, close what passed its stop or time, go on with closings, send safety
// entries at their price. Keeps rules 1 (stored before sent), 2 (never beyond plan), 3 (the venue is right), 5 (fresh ground),
// 6 (old fences never land) and 14 (exits before entries), docs/RULES.md.
export { actForAccount } from "./act-for-account.ts";
export { adjustDust } from "./adjust-dust.ts";
export { adjustGroup } from "./adjust-group.ts";
export { advanceLegs, isNextReached, mayAdvanceLegs } from "./advance-legs.ts";
export { closeBeyondStops } from "./close-beyond-stops.ts";
export { closeOverdue } from "./close-overdue.ts";
export { continueClosings } from "./continue-closings.ts";
export { continueRoutes, hasRestingRoute } from "./continue-routes.ts";
export { withdrawRoutes } from "./end-routes.ts";
export { executeIntent } from "./execute-intent.ts";
export { bookLateOrder } from "./late-order.ts";
export { cancelOrder, resolveOrder } from "./resolve-order.ts";
export { heldAtVenue, sendClosing } from "./send-closing.ts";
export { followUpGapMs, scheduleFollowUp, sendOrder } from "./send-order.ts";
export { hasRestingExit } from "./withdraw-exits.ts";
