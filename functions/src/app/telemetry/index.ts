// The door of telemetry. Entry point: count from the journal how orders went, into `telemetry/router` and `telemetry/execution`,
// and tell of limits that are passed. Never before an order or in a decision's path; after a pass of reconcile.
// Keeps rules 7 (nothing in silence) and 8 (failure is never health), docs/RULES.md.
export { foldTelemetry, type TelemetryDeps } from "./fold-telemetry.ts";
export type { TelemetryMemory } from "./telemetry-memory.ts";
