// The door of reconcile. Entry points: reconcile one account with the venue, and follow up what is open at it. Starting
// up and recovering are this same code. Keeps rules 3 (the venue is right), 4 (brakes outlive processes) and 7 (nothing
// in silence), docs/RULES.md.
export { followUpAccount } from "./follow-up.ts";
export { type ReconcileDeps, reconcileAccount } from "./reconcile-account.ts";
