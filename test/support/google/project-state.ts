// A project at Google as its APIs hold it, for tests: nothing at first, then whatever setup and a deployment leave there.
import type { DeployPart } from "#tools/setup/cloud-project.ts";
import type { ComputeState } from "./recorded-egress.ts";

export interface GoogleState {
  services: string[];
  firebase: boolean;
  database: Record<string, unknown> | null;
  backupSchedules: Record<string, unknown>[];
  indexes: number;
  ttl: string[];
  serviceAccounts: string[];
  /** By the address of what it is on. */
  policies: Record<string, Policy>;
  /** Versions of each, the newest last, base64. */
  secrets: Record<string, string[]>;
  signIn: Record<string, unknown> | null;
  billingAccount: string;
  budgets: Record<string, unknown>[];
  channels: Record<string, unknown>[];
  alertPolicies: Record<string, unknown>[];
  functions: string[];
  /** Of each that was given one from outside; a deployment keeps it. */
  serviceConfigs: Record<string, Record<string, unknown>>;
  compute: ComputeState;
  /** Operations that were begun; each lands by itself, some requests later, with or without somebody who waits for it. */
  operations: Record<string, Operation>;
  runs: string[];
}

export interface Policy {
  readonly etag: string;
  readonly bindings: readonly Binding[];
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: unknown;
}

export type Operated = "services" | "firebase" | "database" | "functions";

export interface Operation {
  requestsLeft: number;
  readonly of: Operated;
  readonly land: (state: GoogleState) => void;
}

export function emptyProject(): GoogleState {
  return {
    services: [],
    firebase: false,
    database: null,
    backupSchedules: [],
    indexes: 0,
    ttl: [],
    serviceAccounts: [],
    policies: {},
    secrets: {},
    signIn: null,
    billingAccount: "billingAccounts/000000-000000-000000",
    budgets: [],
    channels: [],
    alertPolicies: [],
    functions: [],
    serviceConfigs: {},
    compute: { resources: {}, pending: {} },
    operations: {},
    runs: [],
  };
}

/** Left there by `firebase deploy`. */
export interface Deployment {
  readonly indexes: number;
  readonly ttl: readonly string[];
  readonly functions: readonly string[];
}

export function deployed(state: GoogleState, parts: readonly DeployPart[], made: Deployment): void {
  if (parts.includes("firestore")) {
    state.indexes = made.indexes;
    state.ttl = [...made.ttl];
  }
  if (parts.includes("functions")) state.functions = [...made.functions];
}
