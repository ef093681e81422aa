// The door of documents. Entry points: decode a stored document through its schema, encode one with or without a time
// to live, lead older shapes to this release's, check the database's label, decide again after a lost race. Keeps rules 5
// (fresh ground: an unusable document is never acted on) and 11 (live needs three), docs/RULES.md.
export {
  EnvironmentMismatchError,
  environmentGuard,
  type LabelMemory,
  labelledDocuments,
} from "./check-environment.ts";
export {
  committedAtMs,
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  NewerDocumentError,
  RETENTION_MS,
  STORE_FIELDS,
  UnusableDocumentError,
} from "./codec.ts";
export { commitDecision, RACES } from "./commit-decision.ts";
export { pendingUpgrades, type StoredVersion, storedVersions } from "./stored-versions.ts";
export { presentRelease, type Release, stampedAs, versionedDocuments } from "./versioned-documents.ts";
