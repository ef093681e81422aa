// Signals whose receipt was stored but which nobody decided: publishing failed, or the process died between. They are
// published again; the intent's id makes a needless repeat harmless.
import { paths } from "../domain/paths.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { DocumentPort } from "../ports/documents.ts";
import type { Logger } from "../ports/logger.ts";
import { receiptSchema } from "../schemas/signal.ts";
import { decodeRequired } from "./codec.ts";

/** Longer than a decision takes when nothing is wrong, with the bus's first retry. */
const FORGOTTEN_AFTER_MS = 30_000;
/** In one pass; the next minute takes the next ones. */
const MAX_REPUBLISHED = 50;

export interface RepublishDeps {
  readonly documents: DocumentPort;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
}

export async function republishForgotten(deps: RepublishDeps, accountId: string): Promise<void> {
  const snapshots = await deps.documents.query({
    collection: paths.receipts(accountId),
    where: [
      { field: "status", op: "==", value: "RECEIVED" },
      { field: "receivedAtMs", op: "<", value: deps.clock.nowMs() - FORGOTTEN_AFTER_MS },
    ],
    orderBy: { field: "receivedAtMs", direction: "asc" },
    limit: MAX_REPUBLISHED,
  });
  for (const snapshot of snapshots) {
    const { intent, signalId } = decodeRequired(receiptSchema, snapshot);
    if (intent === null) continue;
    await deps.bus.publish("intents", { intent }, { accountId, intentId: intent.intentId });
    deps.logger.warn("A signal that nobody had decided was published again", { accountId, signalId });
  }
}
