// The door of accounts. Entry points: list the accounts, run a schedule's work for each of them on its own, serve those that
// one task was given, read the mark that every schedule reads, find the config that is in force, report one that cannot be read. Keeps rule 5 (fresh ground: an
// unreadable config permits nothing) and rule 15 (only itself), docs/RULES.md.
export { configInForce, readableConfig, reportConfigFault } from "./config-in-force.ts";
export {
  type AccountList,
  type AccountListDeps,
  forEachAccount,
  listAccounts,
  noticeMark,
  profileNamed,
} from "./for-each-account.ts";
export { type AccountsMark, readAccountsMark } from "./list-mark.ts";
export { type GivenBatch, serveBatch } from "./serve-batch.ts";
