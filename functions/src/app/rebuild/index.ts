// The door of rebuild.
export { planPeakRebuild, recordOfDrop } from "./rebuild-peak.ts";
export { planRebuild } from "./rebuild-state.ts";
