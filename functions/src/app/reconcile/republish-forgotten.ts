// Publishes again the signals whose receipt was stored and whose decision is missing: publishing failed, or
// the process died between. One whose intent waits, or whose order waits for the venue, is decided or about to be. A bus
// that takes nothing is an alert, and past the account's limit on silence a halt: its messages would be traded late.

import type { ExecutionDeps } from "#app/books";
import { decodeRequired, UnusableDocumentError } from "#app/documents";
import { haltIfSilent } from "#app/silence";
import { raiseAlert, tellSetAside } from "#app/telling";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { type Bus, BusError } from "#ports/bus.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { receiptSchema } from "#schemas/signal.ts";

/** Longer than a decision takes when nothing is wrong, with the bus's first retry. */
const FORGOTTEN_AFTER_MS = 30_000;
/** In one pass; the next minute takes the next ones. */
const MAX_REPUBLISHED = 50;

const HOUR_MS = 3_600_000;

export interface RepublishDeps extends ExecutionDeps {
  readonly bus: Bus;
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
  // One of a later release is that release's to publish.
  const receipts = snapshots.filter(({ newer }) => newer === undefined);
  const intents: (Intent | null)[] = [];
  for (const snapshot of receipts) intents.push(await intentOf(deps, accountId, snapshot));
  for (const intent of await undecided(deps, intents)) {
    const { signalId } = intent;
    // Oldest first: when the bus does not take this one, the others wait for the next minute.
    if (!(await published(deps, intent))) return;
    deps.logger.warn("A signal that nobody had decided was published again", { accountId, signalId });
  }
}

/** Null for a receipt that cannot be read, which is told, and which those behind it do not wait for. */
async function intentOf(
  deps: RepublishDeps,
  accountId: string,
  snapshot: DocumentSnapshot,
): Promise<Intent | null> {
  try {
    return decodeRequired(receiptSchema, snapshot).intent;
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    await tellSetAside(deps, accountId, error, "If nobody has decided its signal, nobody will");
    return null;
  }
}

/** Those of which no executor has stored anything: a stored intent waits or has its decision, in an order also. */
async function undecided(
  deps: RepublishDeps,
  intents: readonly (Intent | null)[],
): Promise<readonly Intent[]> {
  const asked = intents.filter((intent) => intent !== null);
  if (asked.length === 0) return [];
  const stored = await deps.documents.getAll(
    asked.map(({ accountId, intentId }) => paths.intent(accountId, intentId)),
  );
  return asked.filter((_intent, index) => stored[index]?.data === null && stored[index]?.newer === undefined);
}

async function published(deps: RepublishDeps, intent: Intent): Promise<boolean> {
  const { accountId, intentId, receivedAtMs: sinceMs } = intent;
  try {
    await deps.bus.publish("intents", { intent }, { accountId, intentId });
    return true;
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    await raiseAlert(deps, {
      accountId,
      severity: "critical",
      code: "BUS_FAILING",
      message: `Stored signals cannot be published: ${error.message}`,
      remedy: "Check Pub/Sub and the function's rights; past maxTelemetrySilenceMs trading halts",
      dedupeKey: String(Math.floor(deps.clock.nowMs() / HOUR_MS)),
    });
    await haltIfSilent(deps, accountId, { what: "A stored signal could not be published", sinceMs });
    return false;
  }
}
