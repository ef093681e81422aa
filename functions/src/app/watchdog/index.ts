// The door of watchdog.
export { watchEveryAccount, watchOneAccount } from "./watch-every-account.ts";
export type { WatchdogDeps, WatchdogMemories } from "./watchdog-deps.ts";
