// Hands a stored intent to the executor's topic. Once the receipt is stored the sender gets no error: a
// failed publish raises an alert, and the reconcile schedule publishes the intent later.

import { type AlertDeps, raiseAlert } from "#app/telling";
import type { Intent } from "#domain/documents/signal.ts";
import type { Bus } from "#ports/bus.ts";
import type { Deadline } from "#ports/deadline.ts";
import { intentMessageSchema } from "#schemas/records.ts";

/** Time to store the alert about a failed publication; with the request's 2,500 ms it stays inside a sender's 3 s. */
const ALERT_LIMIT_MS = 300;

export interface PublishDeps extends AlertDeps {
  readonly bus: Bus;
  readonly deadline: Deadline;
}

/** Publishes `{intent}`. Never rejects: a failure is logged and stored as an alert. */
export async function publishIntent(deps: PublishDeps, intent: Intent, leftMs: number): Promise<void> {
  const { accountId, intentId } = intent;
  try {
    const payload = { ...intentMessageSchema.parse({ intent }) };
    await deps.deadline.within(deps.bus.publish("intents", payload, { accountId, intentId }), leftMs);
  } catch (error) {
    await reportUnpublished(deps, intent, error);
  }
}

async function reportUnpublished(deps: PublishDeps, intent: Intent, error: unknown): Promise<void> {
  const { accountId, intentId, signalId } = intent;
  const cause = error instanceof Error ? error.message : String(error);
  deps.logger.error("An intent was stored but not published", { accountId, intentId, signalId, cause });
  const alert = raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "INTENT_NOT_PUBLISHED",
    message: `Signal ${signalId} was stored, but its intent could not be published: ${cause}`,
    remedy: "The reconcile schedule publishes it again until it expires; check Pub/Sub if this repeats",
    dedupeKey: intentId,
  });
  try {
    await deps.deadline.within(alert, ALERT_LIMIT_MS);
  } catch (alertError) {
    const alertCause = alertError instanceof Error ? alertError.message : String(alertError);
    deps.logger.error("The alert about an unpublished intent is not confirmed", {
      intentId,
      cause: alertCause,
    });
  }
}
