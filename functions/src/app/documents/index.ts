// The door of documents.
export { EnvironmentMismatchError, environmentGuard, type LabelMemory } from "./check-environment.ts";
export {
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RETENTION_MS,
  UnusableDocumentError,
} from "./codec.ts";
export { jitteredMs } from "./jitter.ts";
