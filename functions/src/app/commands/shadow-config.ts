// Tries a config against the last recorded intents, on the account's books as they are now. Stores nothing.

import { type LoadDeps, loadBooks } from "#app/books";
import { decode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { compareConfigs } from "#domain/decide/shadow.ts";
import type { ShadowDifference } from "#domain/documents/command.ts";
import { paths } from "#domain/documents/paths.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import type { PostedShadow } from "#schemas/command.ts";
import { storedIntentSchema } from "#schemas/signal.ts";

export interface ShadowResult {
  readonly comparedCount: number;
  readonly differences: readonly ShadowDifference[];
}

/** Throws UnknownAccountError, UnusableDocumentError, DocumentError. */
export async function shadowConfig(deps: LoadDeps, asked: PostedShadow): Promise<ShadowResult> {
  const { accountId, config, limit } = asked;
  const books = await loadBooks(deps, accountId);
  const snapshots = await deps.documents.query({
    collection: paths.intents(accountId),
    orderBy: { field: "updatedAtMs", direction: "desc" },
    limit,
  });
  const recorded: StoredIntent[] = [];
  for (const snapshot of snapshots) {
    try {
      const stored = decode(storedIntentSchema, snapshot);
      if (stored !== null) recorded.push(stored);
    } catch (error) {
      // One that cannot be read, or that a later release wrote, is left out of the comparison, and the count says so.
      if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
      deps.logger.warn("A recorded intent is left out of a comparison", { cause: error.message });
    }
  }
  const differences = compareConfigs(books, config, recorded, deps.clock.nowMs());
  return { comparedCount: recorded.length, differences };
}
