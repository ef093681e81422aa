// The door of settlement. Entry points: read the trades and incomes of groups that have moved, and last prices of minutes.
// Never before an order and never in a decision's path: by follow-up soon after the commit that needs it, and by the minute's
// reconcile. Keeps rules 3 (the venue is right), 7 (nothing in silence) and 8 (failure is never health), docs/RULES.md.
export { coinPricesOf, pricesAt } from "./minute-prices.ts";
export { settleGroups } from "./settle-groups.ts";
