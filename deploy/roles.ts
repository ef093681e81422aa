// What each identity of the functions may do at Google, as data: setup grants it, and test/unit/deploy holds it to what the
// functions do when they run. Must name no role that a function does not need, and none on the project that fits on less.
import type { FUNCTIONS, IDENTITIES } from "#entry/options.ts";

export type IdentityName = keyof typeof IDENTITIES;

export type Scope =
  | { readonly on: "project" }
  /** An identity of our own, in whose name another one has a call made. */
  | { readonly on: "identity"; readonly name: IdentityName }
  /** The Cloud Run service behind a function; it exists once the function was deployed. */
  | { readonly on: "function"; readonly name: keyof typeof FUNCTIONS }
  /** Secrets whose name begins so, as a condition on a grant for the project. */
  | { readonly on: "secrets"; readonly prefix: string };

export interface Grant {
  readonly identity: IdentityName;
  readonly role: string;
  readonly scope: Scope;
  readonly why: string;
}

const PROJECT: Scope = { on: "project" };
const AS_CALLER: Scope = { on: "identity", name: "caller" };

export const GRANTS: readonly Grant[] = [
  grant("edge", "roles/datastore.user", PROJECT, "receipts, commands and alerts are stored"),
  grant("edge", "roles/pubsub.publisher", PROJECT, "intents and commands are published"),
  grant("edge", "roles/cloudtasks.enqueuer", PROJECT, "the outbox is woken, a flatten is followed"),
  grant("edge", "roles/iam.serviceAccountUser", AS_CALLER, "a task names the account that calls"),
  grant("edge", "roles/firebaseauth.viewer", PROJECT, "a token is asked for whether its user was disabled"),
  grant("edge", "roles/run.invoker", service("commandExecutor"), "its topic's trigger calls in its name"),
  grant("trader", "roles/datastore.user", PROJECT, "books, NAV and alerts are stored"),
  grant("trader", "roles/pubsub.publisher", PROJECT, "an intent that was left is published again"),
  grant("trader", "roles/cloudtasks.enqueuer", PROJECT, "orders are followed, accounts looked at"),
  grant("trader", "roles/iam.serviceAccountUser", AS_CALLER, "a task names the account that calls"),
  grant(
    "trader",
    "roles/secretmanager.secretAccessor",
    { on: "secrets", prefix: "ballast-venue-keys-" },
    "it alone acts at venues",
  ),
  grant("trader", "roles/run.invoker", service("executor"), "its topic's trigger calls in its name"),
  grant("teller", "roles/datastore.user", PROJECT, "messages are marked as sent, markets are stored"),
  grant("teller", "roles/cloudtasks.enqueuer", PROJECT, "an alert of its own wakes the outbox"),
  grant("teller", "roles/iam.serviceAccountUser", AS_CALLER, "a task names the account that calls"),
];

/** In place of the grant on secrets, where keys are sealed with Cloud KMS: on the key ring's key. */
export const KMS_GRANT = {
  identity: "trader",
  role: "roles/cloudkms.cryptoKeyDecrypter",
} as const satisfies Partial<Grant>;

function grant(identity: IdentityName, role: string, scope: Scope, why: string): Grant {
  return { identity, role, scope, why };
}

function service(name: keyof typeof FUNCTIONS): Scope {
  return { on: "function", name };
}
