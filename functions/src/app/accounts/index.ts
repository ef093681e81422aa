// The door of accounts.
export { configInForce, readableConfig, reportConfigFault } from "./config-in-force.ts";
export { type AccountListDeps, forEachAccount, listAccounts } from "./for-each-account.ts";
