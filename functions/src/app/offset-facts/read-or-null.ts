// A document that an offset asks for beside the books: one that cannot be read is missing, and says so in the log.

import type { LoadDeps } from "#app/books";
import { NewerDocumentError, UnusableDocumentError } from "#app/documents";

export function readOrNull<T>(deps: LoadDeps, read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    deps.logger.warn("A document that an offset asks for cannot be read", { cause: error.message });
    return null;
  }
}
