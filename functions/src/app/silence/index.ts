// The door of silence. Entry points: end a reconcile pass with its beat, try documents for people again and halt past
// the limit, check the pings of all publishers, halt an account that has been silent too long. Keeps rules 7 (nothing
// in silence) and 13 (no loss is silent: blindness has a limit), docs/RULES.md.
export { haltIfSilent } from "./halt-if-silent.ts";
export { checkPublishersAlive } from "./publisher-alive.ts";
export { endPass } from "./reconcile-beat.ts";
export { watchTelemetry } from "./watch-telemetry.ts";
