// The door of the package. `startFirestoreServer` serves a database, `compileRules` reads a firestore.rules, `parseIndexes` a
// firestore.indexes.json, `checkIndex` asks it, and `firestoreService` is Google's service definition for a caller that has a channel of its own. Nothing else is public.
export type { AccessRequest, Authorizer } from "./backend.ts";
export { checkIndex, type IndexFile, type IndexNeed } from "./engine/query/indexes.ts";
export { PRODUCTION_WRITE_RATE, type WriteRateLimits } from "./engine/write-rate.ts";
export { firestoreService } from "./grpc/definition.ts";
export { parseIndexes } from "./index-file.ts";
export { compileRules } from "./rules/authorizer.ts";
export { RulesSyntaxError } from "./rules/rules-syntax-error.ts";
export { type FirestoreServer, type FirestoreServerOptions, startFirestoreServer } from "./server.ts";
