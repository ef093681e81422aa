// The door of telling. Entry points: raise an alert, write an alert or a message into the batch of its cause, report an
// unusable document, send what waits in the outboxes, wake the outbox with a commit that fills it. Keeps rules 7
// (nothing in silence) and 15 (only itself), docs/RULES.md.
export { type AlertCondition, type AlertDeps, alertWrites, alertWritesOnce, raiseAlert } from "./alert.ts";
export { dispatchOutbox, type OutboxDeps } from "./dispatch-outbox.ts";
export { outboxWrite } from "./outbox-write.ts";
export { createStatePublisher, type PublisherLines } from "./state-publisher.ts";
export { tellKeyless } from "./tell-keyless.ts";
export { tellNewer } from "./tell-newer.ts";
export { tellSetAside, tellUnusable } from "./tell-unusable.ts";
export { wakesOutbox } from "./wakes-outbox.ts";
