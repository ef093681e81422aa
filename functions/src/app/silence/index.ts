// The door of silence.
export { haltIfSilent } from "./halt-if-silent.ts";
export { checkPublishersAlive } from "./publisher-alive.ts";
export { endPass } from "./reconcile-beat.ts";
export { watchTelemetry } from "./watch-telemetry.ts";
