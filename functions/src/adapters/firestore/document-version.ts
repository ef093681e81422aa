// The version token of a document: its update time as `seconds.nanoseconds`, to the microsecond that Firestore
// compares. Opaque to everyone else.
import type { DocumentVersion } from "#ports/documents.ts";
import { InvalidDocumentError } from "./document-value.ts";

const NANOSECOND_DIGITS = 9;

export function versionOf(seconds: number, nanoseconds: number): DocumentVersion {
  return `${seconds}.${String(nanoseconds).padStart(NANOSECOND_DIGITS, "0")}`;
}

/** The update time that a version stands for. Throws InvalidDocumentError for a token that no store gave out. */
export function updateTimeOf(version: DocumentVersion): { seconds: number; nanoseconds: number } {
  const match = /^(\d{1,12})\.(\d{9})$/.exec(version);
  if (match === null) throw new InvalidDocumentError(`Not a document version: ${JSON.stringify(version)}`);
  return { seconds: Number(match[1]), nanoseconds: Number(match[2]) };
}
