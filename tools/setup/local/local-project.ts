// The local stack behind the port: secrets in its data directory, schedules at its scheduler. The rest of a project is
// there by construction, because the stack brings its own database, sign-in and functions.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { venueKeysSecret } from "#adapters/secrets/cloud-secret-keys.ts";
import { BACKUP_SCHEDULES } from "#deploy/backups.ts";
import { EGRESS_FUNCTIONS, EGRESS_PARTS } from "#deploy/egress.ts";
import { LOG_ALERTS } from "#deploy/log-alerts.ts";
import { FUNCTIONS, REGION } from "#entry/options.ts";
import type { LocalPorts } from "#local/ports.ts";
import { renewSecretLines, storedSecrets, storeSecret } from "#local/stack/secret-store.ts";
import { storeVenueKeys, venueKeysText } from "#local/stack/secrets.ts";
import { localWrappingKey, origin, PROJECT_ID } from "#local/stack/settings.ts";
import type { CloudProject } from "../cloud-project.ts";
import { budgetName, grantsFor, IDENTITIES, type IndexFile, neededApis, ttlFieldsOf } from "../plan.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Of the scheduler, for a function that did not succeed (local/scheduler/server.ts). */
const RUN_FAILED = 502;
const DATA_DIR_VARIABLE = "BALLAST_LOCAL_DATA_DIR";

/** Where a running local stack of this checkout keeps its data. */
export function localDataDir(): string {
  return process.env[DATA_DIR_VARIABLE] ?? join(ROOT, ".local");
}

export function createLocalProject(ports: LocalPorts, dataDir = localDataDir()): CloudProject {
  const indexes = JSON.parse(readFileSync(join(ROOT, "firestore.indexes.json"), "utf8")) as IndexFile;
  // There from before a secret is stored until the functions have it: a run that was killed in between is made good.
  const pending = join(dataDir, "secrets.pending");
  const settle = async (): Promise<void> => {
    renewSecretLines(dataDir);
    await restartFunctions(ports);
    rmSync(pending, { force: true });
  };
  const nothing = async (): Promise<void> => {};
  return {
    async secretText(name) {
      const accountId = accountOf(name);
      if (accountId !== null) return venueKeysText(dataDir, accountId);
      if (existsSync(pending)) await settle();
      const text = storedSecrets(dataDir)[name];
      // An empty JSON object is the stack's for a function that has no secret yet.
      return text === undefined || text === "{}" ? null : text;
    },
    async addSecretVersion(name, text) {
      const accountId = accountOf(name);
      if (accountId !== null) return storeVenueKeys(dataDir, accountId, text);
      writeFileSync(pending, "");
      storeSecret(dataDir, name, text);
      await settle();
    },
    projectNumber: async () => "1",
    runSchedule: (name) => fire(ports, dataDir, name),
    enabledApis: async () => new Set(Object.keys(neededApis({ fixedAddress: "yes" }))),
    enableApis: nothing,
    isFirebase: async () => true,
    addFirebase: nothing,
    database: async () => ({ location: REGION, deleteProtected: true, pointInTimeRecovery: true }),
    createDatabase: nothing,
    protectDatabase: nothing,
    backupRecurrences: async () => new Set(BACKUP_SCHEDULES.map(({ recurrence }) => recurrence)),
    createBackupSchedule: nothing,
    indexCount: async () => indexes.indexes.length,
    ttlFields: async () => new Set(ttlFieldsOf(indexes)),
    serviceAccounts: async () => new Set(IDENTITIES.map(({ id }) => id)),
    createServiceAccount: nothing,
    grants: async () => [...grantsFor(PROJECT_ID, "before deploy"), ...grantsFor(PROJECT_ID, "after deploy")],
    grant: nothing,
    signIn: async () => ({ openToStrangers: false, byPassword: true }),
    closeSignUp: nothing,
    budgets: async () => [budgetName(PROJECT_ID)],
    createBudget: nothing,
    logAlerts: async () => new Set(LOG_ALERTS.map(({ name }) => name)),
    createLogAlert: nothing,
    egressParts: async () => new Set(EGRESS_PARTS),
    createEgressPart: nothing,
    // It leaves by this machine's own address.
    egressAddress: async () => null,
    functionsWithEgress: async () => new Set(EGRESS_FUNCTIONS),
    giveEgress: nothing,
    async keyForm() {
      const key = localWrappingKey(dataDir);
      return key === null ? { kind: "plain" } : { kind: "localKey", key };
    },
    deployedFunctions: async () => new Set(Object.keys(FUNCTIONS)),
    deploy: nothing,
  };
}

/** The account whose venue keys a secret's name means; null: another secret. */
function accountOf(name: string): string | null {
  const prefix = venueKeysSecret("");
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}

/** The emulator reads secrets when it starts a function: its own way to load all of them anew ends the idle ones. */
async function restartFunctions(ports: LocalPorts): Promise<void> {
  const url = `${origin(ports, "hub")}/functions/enableBackgroundTriggers`;
  const response = await fetch(url, { method: "PUT" });
  if (!response.ok) throw new Error(`The functions did not start anew: ${await response.text()}`);
}

/** The scheduler's report of a run that failed. The function tells its cause to its log and in alerts alone. */
const failedRun = z.object({ attempts: z.int(), detail: z.string() });

async function fire(ports: LocalPorts, dataDir: string, name: string): Promise<void> {
  const response = await fetch(`${origin(ports, "scheduler")}/fire/${name}`, { method: "POST" });
  if (response.ok) return;
  const text = await response.text();
  const report = failedRun.safeParse(response.status === RUN_FAILED ? JSON.parse(text) : null);
  if (!report.success) throw new Error(`${name} was not run: ${text}`);
  const { attempts, detail } = report.data;
  const log = join(dataDir, "logs", "firebase.log");
  throw new Error(
    `${name} failed, ${detail} after ${attempts} attempts. Accounts that did not fail were served; ${log} and the alerts name those that did, and why`,
  );
}
