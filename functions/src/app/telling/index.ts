// The door of telling.
export { type AlertCondition, type AlertDeps, alertWrites, raiseAlert } from "./alert.ts";
export { dispatchOutbox, type OutboxDeps } from "./dispatch-outbox.ts";
export { outboxWrite } from "./outbox-write.ts";
export { createStatePublisher, type PublisherLines } from "./state-publisher.ts";
export { tellUnusable } from "./tell-unusable.ts";
export { wakesOutbox } from "./wakes-outbox.ts";
