// The door of reconcile.
export { followUpAccount } from "./follow-up.ts";
export { type ReconcileDeps, reconcileAccount } from "./reconcile-account.ts";
