// The door of the package. `startFirestoreServer` serves a database, `compileRules` reads a firestore.rules, and
// `firestoreService` is Google's service definition for a caller that has a channel of its own. Nothing else is public.
export type { AccessRequest, Authorizer } from "./backend.ts";
export { firestoreService } from "./grpc/definition.ts";
export { compileRules } from "./rules/authorizer.ts";
export { RulesSyntaxError } from "./rules/rules-syntax-error.ts";
export { type FirestoreServer, type FirestoreServerOptions, startFirestoreServer } from "./server.ts";
