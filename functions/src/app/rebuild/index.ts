// The door of rebuild. Entry points: plan the books anew from the journal, plan the drop of a doubted peak, write the
// record of that drop. Keeps rules 8 (failure is never health) and 10 (the journal is the books), docs/RULES.md.
export { planPeakRebuild, recordOfDrop } from "./rebuild-peak.ts";
export { planRebuild } from "./rebuild-state.ts";
