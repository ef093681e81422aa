// Publishes the wake-up for a stored command. A silent bus costs time, because the reconcile schedule finds
// the command anyway: so it is an alert, and the sender gets no error.

import { type AlertDeps, raiseAlert } from "#app/telling";
import type { Command } from "#domain/documents/command.ts";
import { type Bus, BusError } from "#ports/bus.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";

/** The sender waits meanwhile. */
const PUBLISH_LIMIT_MS = 2_000;

export interface PublishDeps extends AlertDeps {
  readonly bus: Bus;
  readonly deadline: Deadline;
}

export async function publishCommand(deps: PublishDeps, command: Command): Promise<void> {
  const { accountId, commandId } = command;
  const message = { accountId, commandId };
  try {
    await deps.deadline.within(deps.bus.publish("commands", message, message), PUBLISH_LIMIT_MS);
  } catch (error) {
    if (!(error instanceof BusError || error instanceof DeadlineExceededError)) throw error;
    await raiseAlert(deps, {
      accountId,
      severity: "warning",
      code: "COMMAND_NOT_PUBLISHED",
      message: `${command.request.kind} is stored, and its message is not confirmed: ${error.message}`,
      remedy: "None needed for this command: the reconcile schedule applies it; look at Pub/Sub",
      dedupeKey: commandId,
    });
  }
}
