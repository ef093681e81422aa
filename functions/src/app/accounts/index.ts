// The door of accounts.
export { configInForce, readableConfig, reportConfigFault } from "./config-in-force.ts";
export { type AccountList, type AccountListDeps, forEachAccount, listAccounts } from "./for-each-account.ts";
