// A project at Google behind the port, over Google's REST APIs and `firebase deploy`. Reads before it writes, so that a
// call that came twice changes nothing.
import type { CloudProject, DatabaseFacts, KeyForm, SignInFacts } from "../cloud-project.ts";
import { backupSchedulesOf } from "./backup-schedules.ts";
import { egressOf } from "./egress.ts";
import type { GoogleProjectParts } from "./google-parts.ts";
import { logAlertsOf } from "./log-alerts.ts";
import { operation, thereBy } from "./operation.ts";
import { policiesOf } from "./policies.ts";
import { type Fields, fieldsOf, GoogleError } from "./rest.ts";
import { createSecretManager } from "./secret-versions.ts";

/** Service Usage takes at most so many names at once. */
const APIS_AT_ONCE = 20;
const CONFLICT = 409;

export function createGoogleProject(parts: GoogleProjectParts): CloudProject {
  return {
    ...createSecretManager(parts.rest, parts.projectId),
    ...numberOf(parts),
    ...apisOf(parts),
    ...databaseOf(parts),
    ...backupSchedulesOf(parts),
    ...identitiesOf(parts),
    ...signInOf(parts),
    ...budgetsOf(parts),
    ...logAlertsOf(parts),
    ...egressOf(parts),
    ...deploymentsOf(parts),
  };
}

type Part<Name extends keyof CloudProject> = Pick<CloudProject, Name>;

function numberOf({ rest, projectId }: GoogleProjectParts): Part<"projectNumber"> {
  const url = `https://cloudresourcemanager.googleapis.com/v1/projects/${projectId}`;
  return { projectNumber: async () => String((await rest.call({ method: "GET", url })).projectNumber) };
}

function apisOf({
  rest,
  projectId,
  sleep,
}: GoogleProjectParts): Part<"enabledApis" | "enableApis" | "isFirebase" | "addFirebase"> {
  const root = "https://serviceusage.googleapis.com/v1";
  const firebase = "https://firebase.googleapis.com/v1beta1";
  return {
    async enabledApis() {
      const url = `${root}/projects/${projectId}/services?filter=state:ENABLED&pageSize=200`;
      const services = await rest.list(url, "services");
      return new Set(services.map(({ config }) => String(fieldsOf(config).name)));
    },
    async enableApis(names) {
      for (let from = 0; from < names.length; from += APIS_AT_ONCE) {
        const url = `${root}/projects/${projectId}/services:batchEnable`;
        const serviceIds = names.slice(from, from + APIS_AT_ONCE);
        const begun = await rest.call({ method: "POST", url, body: { serviceIds } });
        await operation(rest, root, begun, sleep);
      }
    },
    isFirebase: async () => (await rest.find(`${firebase}/projects/${projectId}`)) !== null,
    async addFirebase() {
      const url = `${firebase}/projects/${projectId}:addFirebase`;
      await begunOnce(rest.call({ method: "POST", url, body: {} }), async (begun) =>
        operation(rest, firebase, begun, sleep),
      );
      await thereBy(sleep, async () => (await rest.find(`${firebase}/projects/${projectId}`)) !== null);
    },
  };
}

function databaseOf({
  rest,
  projectId,
  sleep,
}: GoogleProjectParts): Part<"database" | "createDatabase" | "protectDatabase" | "indexCount" | "ttlFields"> {
  const root = "https://firestore.googleapis.com/v1";
  const databases = `${root}/projects/${projectId}/databases`;
  const groups = `${databases}/(default)/collectionGroups`;
  const protection = {
    deleteProtectionState: "DELETE_PROTECTION_ENABLED",
    pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
  };
  return {
    async database() {
      const found = await rest.find(`${databases}/(default)`);
      return found === null ? null : databaseFacts(found);
    },
    async createDatabase(locationId) {
      const body = { locationId, type: "FIRESTORE_NATIVE", ...protection };
      const url = `${databases}?databaseId=(default)`;
      await begunOnce(rest.call({ method: "POST", url, body }), async (begun) =>
        operation(rest, root, begun, sleep),
      );
      await thereBy(sleep, async () => (await rest.find(`${databases}/(default)`)) !== null);
    },
    async protectDatabase() {
      const url = `${databases}/(default)?updateMask=deleteProtectionState,pointInTimeRecoveryEnablement`;
      await operation(rest, root, await rest.call({ method: "PATCH", url, body: protection }), sleep);
    },
    async indexCount() {
      return (await rest.list(`${groups}/-/indexes`, "indexes")).length;
    },
    async ttlFields() {
      const fields = await rest.list(`${groups}/-/fields?filter=ttlConfig:*`, "fields");
      return new Set(fields.map(({ name }) => String(name).replace(/^.*\/collectionGroups\/|fields\//g, "")));
    },
  };
}

function databaseFacts(found: Fields): DatabaseFacts {
  return {
    location: String(found.locationId),
    deleteProtected: found.deleteProtectionState === "DELETE_PROTECTION_ENABLED",
    pointInTimeRecovery: found.pointInTimeRecoveryEnablement === "POINT_IN_TIME_RECOVERY_ENABLED",
  };
}

function identitiesOf(
  parts: GoogleProjectParts,
): Part<"serviceAccounts" | "createServiceAccount" | "grants" | "grant"> {
  const { rest, projectId } = parts;
  const accounts = `https://iam.googleapis.com/v1/projects/${projectId}/serviceAccounts`;
  return {
    async serviceAccounts() {
      const found = await rest.list(`${accounts}?pageSize=100`, "accounts");
      return new Set(found.map(({ email }) => String(email).replace(/@.*$/, "")));
    },
    async createServiceAccount(accountId, displayName) {
      const body = { accountId, serviceAccount: { displayName } };
      await begunOnce(rest.call({ method: "POST", url: accounts, body }), async () => {});
    },
    ...policiesOf(parts),
  };
}

/** A conflict says that an earlier run began it: it is waited for all the same. */
async function begunOnce(request: Promise<Fields>, follow: (begun: Fields) => Promise<void>): Promise<void> {
  try {
    await follow(await request);
  } catch (error) {
    if (!(error instanceof GoogleError && error.status === CONFLICT)) throw error;
  }
}

function signInOf({ rest, projectId }: GoogleProjectParts): Part<"signIn" | "closeSignUp"> {
  const root = "https://identitytoolkit.googleapis.com";
  const config = `${root}/admin/v2/projects/${projectId}/config`;
  return {
    async signIn() {
      const found = await rest.find(config);
      return found === null ? null : signInFacts(found);
    },
    async closeSignUp() {
      if ((await rest.find(config)) === null) {
        const url = `${root}/v2/projects/${projectId}/identityPlatform:initializeAuth`;
        await rest.call({ method: "POST", url, body: {} });
      }
      const mask = "client.permissions.disabledUserSignup,signIn.email.enabled,signIn.email.passwordRequired";
      const body = {
        client: { permissions: { disabledUserSignup: true } },
        signIn: { email: { enabled: true, passwordRequired: true } },
      };
      await rest.call({ method: "PATCH", url: `${config}?updateMask=${mask}`, body });
    },
  };
}

function signInFacts(config: Fields): SignInFacts {
  const { permissions } = fieldsOf(config.client);
  const { email } = fieldsOf(config.signIn);
  const { enabled, passwordRequired } = fieldsOf(email);
  return {
    openToStrangers: fieldsOf(permissions).disabledUserSignup !== true,
    byPassword: enabled === true && passwordRequired === true,
  };
}

function budgetsOf({ rest, projectId }: GoogleProjectParts): Part<"budgets" | "createBudget"> {
  const billing = async (): Promise<string | null> => {
    const url = `https://cloudbilling.googleapis.com/v1/projects/${projectId}/billingInfo`;
    const { billingAccountName: name } = await rest.call({ method: "GET", url });
    return typeof name === "string" && name !== "" ? name : null;
  };
  const address = (account: string): string => `https://billingbudgets.googleapis.com/v1/${account}/budgets`;
  return {
    async budgets() {
      const account = await billing();
      if (account === null) return null;
      return (await rest.list(address(account), "budgets")).map(({ displayName }) => String(displayName));
    },
    async createBudget(displayName, monthlyUsd) {
      const account = await billing();
      if (account === null) throw new Error("The project has no billing account: link one first");
      const body = {
        displayName,
        budgetFilter: { projects: [`projects/${projectId}`], calendarPeriod: "MONTH" },
        amount: { specifiedAmount: { currencyCode: "USD", units: String(monthlyUsd) } },
        thresholdRules: [{ thresholdPercent: 0.5 }, { thresholdPercent: 0.9 }, { thresholdPercent: 1 }],
      };
      await rest.call({ method: "POST", url: address(account), body });
    },
  };
}

function deploymentsOf({
  rest,
  projectId,
  location,
  deploy,
}: GoogleProjectParts): Part<"deployedFunctions" | "keyForm" | "deploy" | "runSchedule"> {
  const functions = `https://cloudfunctions.googleapis.com/v2/projects/${projectId}/locations/${location}/functions`;
  const jobs = `https://cloudscheduler.googleapis.com/v1/projects/${projectId}/locations/${location}/jobs`;
  return {
    async deployedFunctions() {
      const found = await rest.list(functions, "functions");
      const active = found.filter(({ state }) => state === "ACTIVE");
      return new Set(active.map(({ name }) => String(name).replace(/^.*\//, "")));
    },
    async keyForm() {
      // Any one that reads keys: all are deployed with the same settings.
      const found = await rest.find(`${functions}/navEveryMinute`);
      return found === null ? null : keyFormOf(found);
    },
    deploy,
    async runSchedule(name) {
      // As firebase-tools names the job of a scheduled function.
      const url = `${jobs}/firebase-schedule-${name}-${location}:run`;
      await rest.call({ method: "POST", url, body: {} });
    },
  };
}

function keyFormOf({ serviceConfig }: Fields): KeyForm {
  const { BALLAST_KMS_KEY: keyName } = fieldsOf(fieldsOf(serviceConfig).environmentVariables);
  return typeof keyName === "string" && keyName !== "" ? { kind: "kms", keyName } : { kind: "plain" };
}
