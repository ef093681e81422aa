// Times of Firestore's JSON answers (`2026-11-28T16:05:46.123456Z`) as version tokens and back, to the nanosecond.
import type { DocumentVersion } from "#ports/documents.ts";
import { updateTimeOf, versionOf } from "./document-version.ts";

const NANOSECOND_DIGITS = 9;
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

/** Throws for a text of another form: a version that is guessed would let two writers pass. */
export function versionOfTime(time: string): DocumentVersion {
  const [, whole, fraction = ""] = TIME.exec(time) ?? [];
  if (whole === undefined) throw new Error(`Firestore gave a time in a form that is not known: ${time}`);
  return versionOf(Date.parse(`${whole}Z`) / 1_000, Number(fraction.padEnd(NANOSECOND_DIGITS, "0")));
}

export function timeOfVersion(version: DocumentVersion): string {
  const { seconds, nanoseconds } = updateTimeOf(version);
  const whole = new Date(seconds * 1_000).toISOString().slice(0, "2026-11-28T16:05:46".length);
  return `${whole}.${String(nanoseconds).padStart(NANOSECOND_DIGITS, "0")}Z`;
}
