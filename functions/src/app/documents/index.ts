// The door of documents. Entry points: decode a stored document through its schema, encode one with or without a time
// to live, check the database's label against this process's environment, wait with jitter between tries. Keeps rules 5
// (fresh ground: an unusable document is never acted on) and 11 (live needs three), docs/RULES.md.
export { EnvironmentMismatchError, environmentGuard, type LabelMemory } from "./check-environment.ts";
export {
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RETENTION_MS,
  UnusableDocumentError,
} from "./codec.ts";
export { commitDecision, RACES } from "./commit-decision.ts";
