// The door of nav. Entry point: one minute of an account: ask the venue, compute NAV and peak, commit them with the
// series, let a drawdown or a day's loss take effect. Keeps rules 5 (fresh ground), 8 (failure is never health), 12
// (one moment, and now) and 13 (no loss is silent), docs/RULES.md.
export { type NavCache, type NavDeps, writeNav } from "./write-nav.ts";
