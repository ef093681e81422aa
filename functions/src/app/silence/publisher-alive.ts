// The dead man's switch on the publishers' health pings, in a function of its own. One query for all accounts finds
// only pings that have stopped, so a healthy account costs it nothing.

import { decodeRequired, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { type AlertDeps, raiseAlert } from "#app/telling";
import { MIN_TELEMETRY_SILENCE_MS } from "#domain/nav/nav-cadence.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { publisherPingSchema } from "#schemas/records.ts";

/** As many accounts as a project may have. */
const MAX_SILENT = 500;
const HOUR_MS = 3_600_000;

/** Throws DocumentError when the store cannot be asked. */
export async function checkPublishersAlive(deps: AlertDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const silent = await deps.documents.query({
    collection: "telemetry",
    allDescendants: true,
    where: [{ field: "pingedAtMs", op: "<", value: nowMs - MIN_TELEMETRY_SILENCE_MS }],
    orderBy: { field: "pingedAtMs", direction: "asc" },
    limit: MAX_SILENT,
  });
  for (const snapshot of silent) {
    const ping = readable(deps, snapshot);
    if (ping === null) continue;
    const silentS = Math.round((nowMs - ping.pingedAtMs) / 1_000);
    await raiseAlert(deps, {
      accountId: ping.accountId,
      severity: "critical",
      code: "PUBLISHER_SILENT",
      message: `The publisher's health ping last came ${silentS} s ago`,
      remedy:
        "Look at the reconcile schedule and its log: it writes the ping, and recovers everything else too",
      dedupeKey: String(Math.floor(nowMs / HOUR_MS)),
    });
  }
}

function readable(deps: AlertDeps, snapshot: DocumentSnapshot) {
  try {
    return decodeRequired(publisherPingSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    deps.logger.error("A publisher's ping is unreadable", { fault: error.message });
    return null;
  }
}
