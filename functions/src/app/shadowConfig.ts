// Tries a config against the last recorded intents, on the account's books as they are now. Stores nothing.
import type { ShadowDifference } from "../domain/command.ts";
import { paths } from "../domain/paths.ts";
import { compareConfigs } from "../domain/shadow.ts";
import type { StoredIntent } from "../domain/signal.ts";
import type { PostedShadow } from "../schemas/command.ts";
import { storedIntentSchema } from "../schemas/signal.ts";
import { decode, UnusableDocumentError } from "./codec.ts";
import { type LoadDeps, loadBooks } from "./execution/loadBooks.ts";

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
      // One that an older version wrote: it is left out of the comparison, and the count says so.
      if (!(error instanceof UnusableDocumentError)) throw error;
      deps.logger.warn("A recorded intent is left out of a comparison", { cause: error.message });
    }
  }
  const differences = compareConfigs(books, config, recorded, deps.clock.nowMs());
  return { comparedCount: recorded.length, differences };
}
