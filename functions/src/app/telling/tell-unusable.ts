// The alert about a document that no schema accepts and that an account cannot be served without. The use
// case that met it fails besides; the alert saves people the search in a log.

import type { UnusableDocumentError } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { type AlertDeps, raiseAlert } from "./alert.ts";

/** Once for each document, and again every hour while it lasts. */
export async function tellUnusable(
  deps: AlertDeps,
  accountId: string,
  { path, message }: UnusableDocumentError,
): Promise<void> {
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    ...wordsFor(accountId, path),
    message: `${message}. What needs it is not done for this account: entries, closes and stops included`,
    dedupeKey: `${path}/${utcHour(deps.clock.nowMs())}`,
  });
}

/** The same for a document of which only its own part has to wait; `consequence` says which. */
export async function tellSetAside(
  deps: AlertDeps,
  accountId: string,
  { path, message }: Pick<UnusableDocumentError, "path" | "message">,
  consequence: string,
): Promise<void> {
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "DOCUMENT_SET_ASIDE",
    message: `${message}. ${consequence}`,
    remedy: `Mend what is named; orders and groups: npm run ballast -- rebuild state ${accountId} (docs/runbooks/rebuild.md)`,
    dedupeKey: `${path}/${utcHour(deps.clock.nowMs())}`,
  });
}

function wordsFor(accountId: string, path: string): { readonly code: string; readonly remedy: string } {
  const protects = "until then only stops that rest at the venue protect";
  if (path === paths.control(accountId)) {
    const remedy = `Rebuild it from the journal: npm run ballast -- rebuild state ${accountId} (docs/runbooks/rebuild.md); ${protects}`;
    return { code: "CONTROL_UNUSABLE", remedy };
  }
  if (path === paths.account(accountId)) {
    const remedy = `Store the whole profile again; it is read every minute meanwhile, and ${protects}`;
    return { code: "PROFILE_UNUSABLE", remedy };
  }
  const remedy = `Mend what is named; orders and groups: npm run ballast -- rebuild state ${accountId} (docs/runbooks/rebuild.md)`;
  return { code: "DOCUMENT_UNUSABLE", remedy };
}
