// Preconditions of a write: existence, and the update time to the microsecond.
import type { StoredDocument } from "./document.ts";
import type { Precondition } from "./proto.ts";
import { alreadyExists, failedPrecondition, notFound } from "./status.ts";
import { exactMicros } from "./timestamp.ts";

/**
 * Throws ALREADY_EXISTS, NOT_FOUND or FAILED_PRECONDITION when the stored document does not satisfy it. A read that is
 * only verified (`verifies`) has changed under its transaction, whatever became of it: FAILED_PRECONDITION, which web
 * SDKs repeat.
 */
export function checkPrecondition(
  precondition: Precondition | null | undefined,
  name: string,
  stored: StoredDocument | null,
  verifies = false,
): void {
  if (precondition === null || precondition === undefined) return;
  if (precondition.updateTime != null) {
    if (stored === null) {
      if (verifies) throw failedPrecondition(`the document was deleted since it was read: ${name}`);
      throw notFound(`No document to update: ${name}`);
    }
    const required = exactMicros(precondition.updateTime);
    if (required !== stored.updateMicros) {
      throw failedPrecondition(
        `the stored version (${stored.updateMicros}) does not match the required base version ` +
          `(${required ?? "finer than a microsecond"}): ${name}`,
      );
    }
    return;
  }
  if (precondition.exists === true && stored === null) throw notFound(`No document to update: ${name}`);
  if (precondition.exists === false && stored !== null)
    throw alreadyExists(`Document already exists: ${name}`);
}
