// The door of documents.
export { checkEnvironment, EnvironmentMismatchError, environmentGuard } from "./check-environment.ts";
export {
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RETENTION_MS,
  UnusableDocumentError,
} from "./codec.ts";
export { commitDecision, RACES } from "./commit-decision.ts";
