// The process's settings: the only reader of process.env. A missing or senseless setting stops the process,
// with every fault named at once. Must not put a secret's value into an error, and must not fill in a
// default.
import { z } from "zod";
import type { Environment } from "#domain/documents/account.ts";
import type { PaperOrigins } from "#domain/risk/live-gate.ts";
import { environmentName } from "#schemas/config.ts";
import {
  emailAddress,
  hostAndPort,
  httpBaseUrl,
  kmsKeyName,
  location,
  projectId,
  projectNumber,
  venueOrigin,
  wrappingKey,
} from "#schemas/settings.ts";

export interface Config {
  readonly environment: Environment;
  readonly projectId: string;
  /** Google Cloud region of functions and task queues. */
  readonly location: string;
  /** Where orders of paper accounts go, by venue: never a venue's production host. */
  readonly paperOrigins: PaperOrigins;
  /** host:port of the local servers; null means Google's own. */
  readonly firestoreEmulator: string | null;
  readonly pubsubEmulator: string | null;
  /** host:port of the local tasks server; null means Cloud Tasks itself. */
  readonly tasksEndpoint: string | null;
  /** Base URL at which the local stack calls task functions, without a slash at its end; null: their addresses at Google. */
  readonly taskTargetOrigin: string | null;
  /** Google's number of the project, which is part of its functions' addresses; null only where they are not at Google. */
  readonly projectNumber: string | null;
  /** Service account whose identity token a task call carries; null only where no tokens are checked. */
  readonly taskInvoker: string | null;
  /** Where messages for people are sent, signed; null: nowhere, they wait in the outbox and are shown. */
  readonly notifierUrl: string | null;
  /** Whether documents of a first version carry it, which instances of release 0.1.0 refuse (docs/runbooks/rollout.md). */
  readonly stamps: "new" | "all";
  readonly keyStore: KeyStore;
  /** JSON text of the signing secrets by hook; null in a function that is not given this secret. */
  readonly hookSecrets: string | null;
  /** JSON text of the machines that may post commands; null in a function that is not given this secret. */
  readonly machineSecrets: string | null;
}

/** Where the accounts' venue keys are. */
type KeyStore =
  /** A secret for each account. */
  | { readonly kind: "secretManager" }
  /** Envelopes in the database, under a key of Cloud KMS. */
  | { readonly kind: "kms"; readonly keyName: string }
  /** The same under a key of this machine, in base64. */
  | { readonly kind: "localKey"; readonly key: string }
  /** A file of this machine. */
  | { readonly kind: "file"; readonly path: string };

const STAMPS = ["new", "all"] as const;
/**
 * Meaning of an older project's settings, which lack the name: the choice that every older instance can read.
 */
const UNSAID_STAMPS = "new";

export type Env = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `Ballast cannot start, ${faults.length} setting${faults.length === 1 ? " is" : "s are"} unusable:\n` +
        `${faults.map((fault) => `  - ${fault}`).join("\n")}\n.env.example describes every setting.`,
    );
    this.name = "ConfigError";
    this.faults = faults;
  }
}

const settings = z.object({
  BALLAST_ENVIRONMENT: environmentName,
  GCLOUD_PROJECT: projectId,
  BALLAST_LOCATION: location,
  BALLAST_PAPER_VENUE_ORIGIN: venueOrigin,
  BALLAST_PAPER_BYBIT_ORIGIN: venueOrigin.optional(),
  BALLAST_TASKS_ENDPOINT: hostAndPort.optional(),
  FIRESTORE_EMULATOR_HOST: hostAndPort.optional(),
  PUBSUB_EMULATOR_HOST: hostAndPort.optional(),
  BALLAST_TASK_TARGET_ORIGIN: httpBaseUrl.optional(),
  BALLAST_PROJECT_NUMBER: projectNumber.optional(),
  BALLAST_TASK_INVOKER: emailAddress.optional(),
  BALLAST_NOTIFIER_URL: httpBaseUrl.optional(),
  BALLAST_STAMPS: z.enum(STAMPS).optional(),
  BALLAST_KMS_KEY: kmsKeyName.optional(),
  BALLAST_LOCAL_WRAPPING_KEY: wrappingKey.optional(),
  BALLAST_VENUE_KEYS_FILE: z.string().optional(),
  BALLAST_HOOK_SECRETS: z.string().optional(),
  BALLAST_MACHINE_SECRETS: z.string().optional(),
});

const REMEDIES: Readonly<Record<keyof z.input<typeof settings>, string>> = {
  BALLAST_ENVIRONMENT: "set it to local, test, staging or prod, the same as the database's meta/environment",
  GCLOUD_PROJECT: "set it to the Firebase project's id; Firebase sets it in a deployed function",
  BALLAST_LOCATION: "set it to the region of the functions, like europe-west1",
  BALLAST_PAPER_VENUE_ORIGIN:
    "set it to the origin of the exchange that paper accounts trade on, like http://127.0.0.1:8600",
  BALLAST_PAPER_BYBIT_ORIGIN:
    "set it to the origin at which paper accounts of bybit-linear trade, like https://api-testnet.bybit.com, or remove it",
  BALLAST_TASKS_ENDPOINT: "set it to host:port of the local tasks server, or remove it",
  FIRESTORE_EMULATOR_HOST: "set it to host:port of the local Firestore server, or remove it",
  PUBSUB_EMULATOR_HOST: "set it to host:port of the local Pub/Sub server, or remove it",
  BALLAST_TASK_TARGET_ORIGIN: "set it to the base URL of the local functions",
  BALLAST_PROJECT_NUMBER: "set it to the Google Cloud project's number, like 123456789012",
  BALLAST_TASK_INVOKER: "set it to the service account that may call task functions",
  BALLAST_NOTIFIER_URL: "set it to the https address that takes notifications, or remove it",
  BALLAST_STAMPS: "set it to all once no instance of release 0.1.0 is left, or remove it",
  BALLAST_KMS_KEY:
    "set it to the key's resource name, projects/…/locations/…/keyRings/…/cryptoKeys/…, or remove it",
  BALLAST_LOCAL_WRAPPING_KEY: "set it to 32 bytes of base64, or remove it",
  BALLAST_VENUE_KEYS_FILE: "set it to the file that holds this machine's venue keys",
  BALLAST_HOOK_SECRETS: "set the secret to JSON text",
  BALLAST_MACHINE_SECRETS: "set the secret to JSON text",
};

/** Under FIREBASE_AUTH_EMULATOR_HOST an ID token needs no signature: with it anybody could post commands. */
const LOCAL_ONLY = [
  "BALLAST_TASKS_ENDPOINT",
  "BALLAST_TASK_TARGET_ORIGIN",
  "BALLAST_LOCAL_WRAPPING_KEY",
  "BALLAST_VENUE_KEYS_FILE",
  "FIRESTORE_EMULATOR_HOST",
  "PUBSUB_EMULATOR_HOST",
  "FIREBASE_AUTH_EMULATOR_HOST",
];

/** Faults between settings. Reads the raw text, so that they are reported together with the faults of shape. */
function conflicts(env: Env): readonly string[] {
  const parsed = environmentName.safeParse(env.BALLAST_ENVIRONMENT);
  if (!parsed.success) return [];
  const environment = parsed.data;
  const real = environment === "staging" || environment === "prod";
  const project = env.GCLOUD_PROJECT;
  const faults: string[] = [];
  if (project !== undefined && real && project.startsWith("demo-"))
    faults.push(
      `GCLOUD_PROJECT=${project} is a demo project, and BALLAST_ENVIRONMENT is ${environment}: use the environment's own project`,
    );
  if (project !== undefined && !real && !project.startsWith("demo-"))
    faults.push(
      `GCLOUD_PROJECT=${project} is a real project, and BALLAST_ENVIRONMENT is ${environment}: use a project id that starts with demo-`,
    );
  if (!real) return [...faults, ...localFaults(env, environment)];
  for (const name of LOCAL_ONLY)
    if (env[name] !== undefined)
      faults.push(
        `${name} is for the local stack only, and BALLAST_ENVIRONMENT is ${environment}: remove it`,
      );
  for (const name of AT_GOOGLE)
    if (env[name] === undefined) faults.push(`${name} is missing: in ${environment} ${REMEDIES[name]}`);
  return faults;
}

const AT_GOOGLE = ["BALLAST_TASK_INVOKER", "BALLAST_PROJECT_NUMBER"] as const;

/** Nothing of a machine's own may ask Google, for keys as little as for calls. */
function localFaults(env: Env, environment: Environment): readonly string[] {
  const faults: string[] = [];
  if (env.BALLAST_TASK_TARGET_ORIGIN === undefined)
    faults.push(
      `BALLAST_TASK_TARGET_ORIGIN is missing: in ${environment} ${REMEDIES.BALLAST_TASK_TARGET_ORIGIN}`,
    );
  if (env.BALLAST_VENUE_KEYS_FILE === undefined && env.BALLAST_LOCAL_WRAPPING_KEY === undefined)
    faults.push(`BALLAST_VENUE_KEYS_FILE is missing: in ${environment} ${REMEDIES.BALLAST_VENUE_KEYS_FILE}`);
  if (env.BALLAST_KMS_KEY !== undefined)
    faults.push(`BALLAST_KMS_KEY is a key at Google, and BALLAST_ENVIRONMENT is ${environment}: remove it`);
  return faults;
}

function shapeFaults(issues: readonly z.core.$ZodIssue[], env: Env): readonly string[] {
  return issues.map((issue) => {
    const name = String(issue.path[0]) as keyof typeof REMEDIES;
    const what = env[name] === undefined ? "is missing" : `is unusable (${issue.message})`;
    return `${name} ${what}: ${REMEDIES[name]}`;
  });
}

/** An empty variable is how shells and CI say "not set". */
function withoutEmpty(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
}

/** Settings from an environment. Throws ConfigError naming every variable at fault, what is wrong and the remedy. */
export function readConfig(rawEnv: Env): Config {
  const env = withoutEmpty(rawEnv);
  const parsed = settings.safeParse(env);
  const faults = [...(parsed.success ? [] : shapeFaults(parsed.error.issues, env)), ...conflicts(env)];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const values = parsed.data;
  return {
    environment: values.BALLAST_ENVIRONMENT,
    projectId: values.GCLOUD_PROJECT,
    location: values.BALLAST_LOCATION,
    paperOrigins: {
      "binance-usdm": values.BALLAST_PAPER_VENUE_ORIGIN,
      "bybit-linear": values.BALLAST_PAPER_BYBIT_ORIGIN ?? null,
    },
    firestoreEmulator: values.FIRESTORE_EMULATOR_HOST ?? null,
    pubsubEmulator: values.PUBSUB_EMULATOR_HOST ?? null,
    tasksEndpoint: values.BALLAST_TASKS_ENDPOINT ?? null,
    taskTargetOrigin: values.BALLAST_TASK_TARGET_ORIGIN ?? null,
    projectNumber: values.BALLAST_PROJECT_NUMBER ?? null,
    taskInvoker: values.BALLAST_TASK_INVOKER ?? null,
    notifierUrl: values.BALLAST_NOTIFIER_URL ?? null,
    stamps: values.BALLAST_STAMPS ?? UNSAID_STAMPS,
    keyStore: keyStoreOf(values),
    hookSecrets: values.BALLAST_HOOK_SECRETS ?? null,
    machineSecrets: values.BALLAST_MACHINE_SECRETS ?? null,
  };
}

function keyStoreOf(values: z.output<typeof settings>): KeyStore {
  const { BALLAST_VENUE_KEYS_FILE: path, BALLAST_LOCAL_WRAPPING_KEY: key, BALLAST_KMS_KEY: keyName } = values;
  if (key !== undefined) return { kind: "localKey", key };
  if (path !== undefined) return { kind: "file", path };
  return keyName === undefined ? { kind: "secretManager" } : { kind: "kms", keyName };
}

let cached: Config | undefined;

/** This process's settings, read at the first call and never at import: deployment imports without an environment. */
export function config(): Config {
  cached ??= readConfig(process.env);
  return cached;
}

/** The deployed function that this process serves, by the platform's own variable; null where functions are only listed. */
export function servedFunction(env: Env = process.env): string | null {
  return withoutEmpty(env).FUNCTION_TARGET ?? null;
}
