// The alert about a document that only a later release can read: during a rollout this instance leaves it to the later
// one's, and a rollout that stops half-way needs an operator.
import type { NewerDocumentError } from "#app/documents";
import { kindOf } from "#domain/documents/kinds.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { type AlertDeps, raiseAlert } from "./alert.ts";

/** Once for each kind and version, and again every hour while it lasts. */
export async function tellNewer(
  deps: AlertDeps,
  accountId: string,
  { path, message, newer }: NewerDocumentError,
): Promise<void> {
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "RELEASE_NEEDED",
    message: `${message}. An instance of an older release has left it alone; nothing is lost`,
    remedy: `Finish the rollout of release ${newer.since}, or deploy it again; do not go back (docs/runbooks/rollout.md)`,
    dedupeKey: `${kindOf(path)}/${newer.found}/${utcHour(deps.clock.nowMs())}`,
  });
}
