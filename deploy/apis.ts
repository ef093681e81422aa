// The Google APIs of a deployment, each with the part of the product that calls it: setup switches them on, and
// test/unit/deploy holds them to triggers, clients and addresses in the code.
export const APIS = {
  "artifactregistry.googleapis.com": "built functions are stored there",
  "billingbudgets.googleapis.com": "the budget alert",
  "cloudbilling.googleapis.com": "the budget's billing account",
  "cloudbuild.googleapis.com": "functions are built there",
  "cloudfunctions.googleapis.com": "the functions",
  "cloudkms.googleapis.com": "venue keys that are sealed with a key of the project",
  "cloudresourcemanager.googleapis.com": "roles of the service accounts",
  "cloudscheduler.googleapis.com": "the schedules",
  "cloudtasks.googleapis.com": "follow-ups, watchdog looks, the outbox",
  "eventarc.googleapis.com": "messages reach the executors through it",
  "firebase.googleapis.com": "the project as a Firebase project",
  "firebasehosting.googleapis.com": "the dashboard",
  "firebaserules.googleapis.com": "who may read what",
  "firestore.googleapis.com": "every document, and its backups",
  "iam.googleapis.com": "service accounts",
  "identitytoolkit.googleapis.com": "sign-in",
  "logging.googleapis.com": "alerts on the log",
  "monitoring.googleapis.com": "alert policies, and who is mailed",
  "pubsub.googleapis.com": "intents and commands",
  "run.googleapis.com": "functions run there",
  "secretmanager.googleapis.com": "keys and signing secrets",
  "securetoken.googleapis.com": "a sign-in that lasts longer than an hour",
  "serviceusage.googleapis.com": "switching APIs on",
} as const;

/** For the option of a fixed address to the venues, and only with it. */
export const EGRESS_APIS = {
  "compute.googleapis.com": "network, address and gateway of the fixed address",
} as const;
