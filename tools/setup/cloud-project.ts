// The port to what only Google can answer: a project's APIs, database, identities, secrets, policies and deployments.
// Every call says or makes one fact and may be repeated. Documents and users go through Firebase's own SDK instead.
import type { BACKUP_SCHEDULES } from "#deploy/backups.ts";
import type { EgressPart } from "#deploy/egress.ts";
import type { LogAlert } from "#deploy/log-alerts.ts";

/** Where secrets are kept. Values never enter logs or errors. */
export interface SecretStore {
  /** The newest version; null where there is none. */
  secretText(name: string): Promise<string | null>;
  addSecretVersion(name: string, text: string): Promise<void>;
}

/** In which form the functions of a deployment read venue keys: one setting for all its accounts. */
export type KeyForm =
  /** Secret Manager's, or the local stack's file. */
  | { readonly kind: "plain" }
  /** Envelopes in the database, under a key of Cloud KMS, or of this machine on the local stack. */
  | { readonly kind: "kms"; readonly keyName: string }
  | { readonly kind: "localKey"; readonly key: string };

interface ScheduleRunner {
  /** One pass of a schedule, now. Resolves when it was begun. */
  runSchedule(name: string): Promise<void>;
}

export interface DatabaseFacts {
  readonly location: string;
  readonly deleteProtected: boolean;
  readonly pointInTimeRecovery: boolean;
}

export type BackupSchedule = (typeof BACKUP_SCHEDULES)[number];

export interface RoleGrant {
  /** `serviceAccount:…` */
  readonly member: string;
  readonly role: string;
  /** Where it holds: the project, a service account's id, or a function's name. */
  readonly on: GrantPlace;
  /** Only for secrets whose name begins so; null: without a condition. */
  readonly secretPrefix: string | null;
}

export type GrantPlace =
  | { readonly kind: "project" }
  | { readonly kind: "serviceAccount"; readonly id: string }
  | { readonly kind: "function"; readonly name: string };

export interface SignInFacts {
  /** Whether anybody may make a user of their own. */
  readonly openToStrangers: boolean;
  readonly byPassword: boolean;
}

export interface CloudProject extends SecretStore, ScheduleRunner {
  /** Google's number of the project, part of its functions' addresses. */
  projectNumber(): Promise<string>;
  enabledApis(): Promise<ReadonlySet<string>>;
  enableApis(names: readonly string[]): Promise<void>;
  isFirebase(): Promise<boolean>;
  addFirebase(): Promise<void>;
  /** Null: there is none yet. Its location can never be changed. */
  database(): Promise<DatabaseFacts | null>;
  createDatabase(location: string): Promise<void>;
  protectDatabase(): Promise<void>;
  /** Of the default database. */
  backupRecurrences(): Promise<ReadonlySet<BackupSchedule["recurrence"]>>;
  createBackupSchedule(schedule: BackupSchedule): Promise<void>;
  /** Of the default database: composite indexes that exist, and fields with a policy of expiry. */
  indexCount(): Promise<number>;
  ttlFields(): Promise<ReadonlySet<string>>;
  /** Ids, the part before the @. */
  serviceAccounts(): Promise<ReadonlySet<string>>;
  createServiceAccount(id: string, title: string): Promise<void>;
  /** Those that a place has, without its conditional ones on anything but secrets. */
  grants(on: GrantPlace): Promise<readonly RoleGrant[]>;
  /** All of one place. */
  grant(grants: readonly RoleGrant[]): Promise<void>;
  /** Null: sign-in was never set up. */
  signIn(): Promise<SignInFacts | null>;
  closeSignUp(): Promise<void>;
  /** Names of the budgets that watch this project; null where it has no billing account. */
  budgets(): Promise<readonly string[] | null>;
  createBudget(name: string, monthlyUsd: number): Promise<void>;
  /** Names of the alert policies. */
  logAlerts(): Promise<ReadonlySet<string>>;
  createLogAlert(alert: LogAlert, email: string): Promise<void>;
  /** Parts of the fixed address that stand whole. */
  egressParts(): Promise<ReadonlySet<EgressPart>>;
  createEgressPart(part: EgressPart): Promise<void>;
  /** The address itself; null: none is reserved. */
  egressAddress(): Promise<string | null>;
  /** Names of the functions all of whose requests leave by it. */
  functionsWithEgress(): Promise<ReadonlySet<string>>;
  giveEgress(functionName: string): Promise<void>;
  /** As the deployed functions are set; null: there are none yet. */
  keyForm(): Promise<KeyForm | null>;
  deployedFunctions(): Promise<ReadonlySet<string>>;
  /** Runs `firebase deploy` for the named parts. */
  deploy(parts: readonly DeployPart[]): Promise<void>;
}

export type DeployPart = "firestore" | "functions" | "hosting";
