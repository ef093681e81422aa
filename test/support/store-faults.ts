// Faults of the store for tests of use cases, as its interceptor makes them.
import { DocumentUnavailableError } from "#ports/documents.ts";
import type { MemoryDocuments } from "./memory/documents.ts";

/** The next commit that holds an alert fails, and nothing of it is stored. */
export function failAlertOnce(world: { readonly documents: MemoryDocuments }): void {
  world.documents.interceptor = {
    async before(call) {
      const holdsAlert = call.kind === "commit" && call.writes.some(({ path }) => path.includes("/alerts/"));
      if (!holdsAlert) return;
      world.documents.interceptor = null;
      throw new DocumentUnavailableError("the store failed", null);
    },
  };
}
