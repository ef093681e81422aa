// All that setup makes in a project, as data: APIs, identities with their roles, secrets, settings, policies. Derived
// from the code's own tables where there is one, so that a function that needs more is given more.
import { IDENTITIES as ADDRESSES, FUNCTIONS, REGION } from "#entry/options.ts";
import type { RoleGrant } from "./cloud-project.ts";

/** An API, and the part of the product that calls it. */
export const APIS: Readonly<Record<string, string>> = {
  "artifactregistry.googleapis.com": "built functions are stored there",
  "billingbudgets.googleapis.com": "the budget alert",
  "cloudbilling.googleapis.com": "the budget's billing account",
  "cloudbuild.googleapis.com": "functions are built there",
  "cloudfunctions.googleapis.com": "the functions",
  "cloudresourcemanager.googleapis.com": "roles of the service accounts",
  "cloudscheduler.googleapis.com": "the schedules",
  "cloudtasks.googleapis.com": "follow-ups, watchdog looks, the outbox",
  "eventarc.googleapis.com": "messages reach the executors through it",
  "firebase.googleapis.com": "the project as a Firebase project",
  "firebasehosting.googleapis.com": "the dashboard",
  "firebaserules.googleapis.com": "who may read what",
  "firestore.googleapis.com": "every document",
  "iam.googleapis.com": "service accounts",
  "identitytoolkit.googleapis.com": "sign-in",
  "pubsub.googleapis.com": "intents and commands",
  "run.googleapis.com": "functions run there",
  "secretmanager.googleapis.com": "keys and signing secrets",
  "serviceusage.googleapis.com": "switching APIs on",
};
export const NEEDED_APIS: readonly string[] = Object.keys(APIS);

/** Each as a function lists it. */
export const SECRETS: readonly string[] = [
  ...new Set(
    Object.values(FUNCTIONS).flatMap((options) => ("secrets" in options ? (options.secrets ?? []) : [])),
  ),
].toSorted();

export interface IdentityPlan {
  readonly id: string;
  readonly title: string;
  readonly roles: readonly string[];
}

type IdentityName = keyof typeof ADDRESSES;

/** Firebase's CLI gives each function's identity the secrets that it lists; venue keys are read by name. */
const STORE = "roles/datastore.user";
/** A trigger of a topic calls its function in the function's own name. */
const TRIGGERED = ["roles/eventarc.eventReceiver", "roles/run.invoker"];
const ENQUEUES = ["roles/cloudtasks.enqueuer", "roles/iam.serviceAccountUser"];

const ROLES: Readonly<Record<IdentityName, Omit<IdentityPlan, "id">>> = {
  edge: {
    title: "Ballast: meets strangers, publishes and enqueues",
    roles: [STORE, "roles/pubsub.publisher", "roles/firebaseauth.viewer", ...ENQUEUES, ...TRIGGERED],
  },
  trader: {
    title: "Ballast: acts at venues, reads venue keys",
    roles: [STORE, "roles/pubsub.publisher", "roles/secretmanager.secretAccessor", ...ENQUEUES, ...TRIGGERED],
  },
  teller: { title: "Ballast: tells people, reads markets", roles: [STORE, "roles/run.invoker", ...ENQUEUES] },
  caller: { title: "Ballast: calls task functions", roles: ["roles/run.invoker"] },
};

export const IDENTITIES: readonly IdentityPlan[] = (Object.keys(ADDRESSES) as IdentityName[]).map((name) => ({
  id: ADDRESSES[name].replace(/@.*$/, ""),
  ...ROLES[name],
}));

export function grantsFor(projectId: string): readonly RoleGrant[] {
  return IDENTITIES.flatMap(({ id, roles }) =>
    roles.map((role) => ({ role, member: `serviceAccount:${id}@${projectId}.iam.gserviceaccount.com` })),
  );
}

export function budgetName(projectId: string): string {
  return `ballast ${projectId}`;
}

export interface SettingAnswers {
  readonly environment: string;
  readonly projectId: string;
  readonly projectNumber: string;
  readonly paperVenueOrigin: string;
  readonly notifierUrl: string | null;
}

/** `functions/.env.<projectId>`: every setting of a deployment that is no secret (functions/src/config.ts). */
export function settingsFor(answers: SettingAnswers): Readonly<Record<string, string>> {
  const { environment, projectId, projectNumber, paperVenueOrigin, notifierUrl } = answers;
  return {
    BALLAST_ENVIRONMENT: environment,
    BALLAST_LOCATION: REGION,
    BALLAST_PAPER_VENUE_ORIGIN: paperVenueOrigin,
    BALLAST_PROJECT_NUMBER: projectNumber,
    BALLAST_TASK_INVOKER: ADDRESSES.caller.replace("{{ params.PROJECT_ID }}", projectId),
    // A new project has no instance of release 0.1.0.
    BALLAST_STAMPS: "all",
    ...(notifierUrl === null ? {} : { BALLAST_NOTIFIER_URL: notifierUrl }),
  };
}

export interface IndexFile {
  readonly indexes: readonly object[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    readonly fieldPath: string;
    readonly ttl?: boolean;
  }[];
}

/** `orders/expireAt` for every field whose documents expire. */
export function ttlFieldsOf({ fieldOverrides }: IndexFile): readonly string[] {
  return fieldOverrides
    .filter(({ ttl }) => ttl === true)
    .map(({ collectionGroup, fieldPath }) => `${collectionGroup}/${fieldPath}`);
}
