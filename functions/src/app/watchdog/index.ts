// The door of watchdog. Entry points: look at every account and plan the looks of the minute, and look at one account.
// Keeps rules 1 (stored before sent), 5 (fresh ground: silence needs two signs), 13 (no loss is silent) and 14 (exits
// before entries), docs/RULES.md.
export { watchEveryAccount, watchOneAccount, watchThisMinute } from "./watch-every-account.ts";
export type { WatchdogDeps, WatchdogMemories } from "./watchdog-deps.ts";
