// Needs against setup: triggers, clients, addresses and calls as the code makes them, against the roles, APIs, policies and
// alerts that setup is given as data. No list here is kept by hand; the tables say what Google asks for a kind of call.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { venueKeysSecret } from "#adapters/secrets/cloud-secret-keys.ts";
import { APIS } from "#deploy/apis.ts";
import { BACKUP_SCHEDULES, LONGEST_RETENTION_SECONDS } from "#deploy/backups.ts";
import { filterOf, LOG_ALERTS } from "#deploy/log-alerts.ts";
import { GRANTS, type Grant, type IdentityName } from "#deploy/roles.ts";
import { FUNCTIONS, IDENTITIES } from "#entry/options.ts";
import { DISCOVERY_TIMEOUT_MS, type Discovered, discovered, PROJECT } from "#test/support/discovery.ts";
import { filesBelow, readText } from "#tools/house/source.ts";
import { type Observed, observe } from "./observed-uses.ts";

/** In these each kind of function meets each kind of call that it makes. */
const SEEDS = Array.from({ length: 10 }, (_, place) => place + 1);
const LIMIT_MS = DISCOVERY_TIMEOUT_MS + 120_000;

/** The role that Google wants for a call; `null` for a secret that a function is given as a variable: the CLI grants it. */
const ROLES_OF_USE: Readonly<Record<string, readonly string[] | null>> = {
  "documents.getAll": ["roles/datastore.user"],
  "documents.query": ["roles/datastore.user"],
  "documents.commit": ["roles/datastore.user"],
  "bus.publish": ["roles/pubsub.publisher"],
  "tasks.schedule": ["roles/cloudtasks.enqueuer", "roles/iam.serviceAccountUser"],
  "authenticator.verify": ["roles/firebaseauth.viewer"],
  "secrets.venueKeys": ["roles/secretmanager.secretAccessor"],
  "secrets.hookSigningSecrets": null,
  "secrets.machineSecrets": null,
};

/** APIs behind a trigger, and behind every function of the second generation. */
const APIS_OF_TRIGGER: Readonly<Record<string, readonly string[]>> = {
  eventTrigger: ["eventarc", "pubsub"],
  scheduleTrigger: ["cloudscheduler"],
  taskQueueTrigger: ["cloudtasks"],
  secretEnvironmentVariables: ["secretmanager"],
};
const APIS_OF_A_FUNCTION = ["artifactregistry", "cloudbuild", "cloudfunctions", "run"];
const APIS_OF_PACKAGE: Readonly<Record<string, string>> = {
  "@google-cloud/firestore": "firestore",
  "@google-cloud/pubsub": "pubsub",
  "@google-cloud/tasks": "cloudtasks",
  "firebase-admin/auth": "identitytoolkit",
  "firebase-admin/firestore": "firestore",
  "firebase/auth": "identitytoolkit",
  "firebase/firestore": "firestore",
};
/** They call nothing of Google's by themselves. */
const CALLS_NOTHING = /^(firebase-functions(\/|$)|firebase-admin\/app$|firebase\/app$)/;
const GOOGLE_PACKAGE = /from "((?:@google-cloud|firebase-admin|firebase-functions|firebase)(?:\/[\w/-]+)?)"/g;
const GOOGLE_HOST = /https:\/\/([a-z]+)\.googleapis\.com|"([a-z]+)\.googleapis\.com"/g;

let found: Discovered;
let seen: Observed;

beforeAll(async () => {
  found = await discovered();
  seen = await observe(SEEDS);
}, LIMIT_MS);

const sources = [...filesBelow("functions/src"), ...filesBelow("hosting/src")]
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readText(path) }));

function identityOf(name: string): IdentityName {
  const account = found.endpoints[name]?.serviceAccount?.replace(PROJECT, "{{ params.PROJECT_ID }}");
  const identity = Object.entries(IDENTITIES).find(([, address]) => address === account)?.[0];
  if (identity === undefined) throw new Error(`${name} runs as ${account}, which is no identity of ours`);
  return identity as IdentityName;
}

/** Functions that do a schedule's work for a part of its accounts, by that schedule. */
const SERVED_FOR: Readonly<Record<string, string>> = { accountBatch: "reconcile", watchdogBatch: "watchdog" };

/** Functions by their kind in the simulation, which knows a schedule by its subject. */
function functionsOf(kind: string): readonly string[] {
  return Object.keys(FUNCTIONS).filter(
    (name) => name.replace(/(Every\w+|Hourly)$/, "") === kind || SERVED_FOR[name] === kind,
  );
}

function neededRoles(identity: IdentityName): readonly string[] {
  const roles = new Set<string>();
  for (const [kind, uses] of seen.uses)
    if (functionsOf(kind).some((name) => identityOf(name) === identity))
      for (const use of uses) for (const role of ROLES_OF_USE[use] ?? []) roles.add(role);
  for (const [name, endpoint] of Object.entries(found.endpoints))
    if (endpoint.eventTrigger !== undefined && identityOf(name) === identity) roles.add("roles/run.invoker");
  return [...roles].sort();
}

const grantsOf = (identity: string): readonly Grant[] =>
  GRANTS.filter((grant) => grant.identity === identity);

describe("roles", () => {
  it("are known for every call that a function was seen to make, and every kind of function was seen", () => {
    const uses = new Set([...seen.uses.values()].flatMap((each) => [...each]));
    expect([...uses].filter((use) => !(use in ROLES_OF_USE))).toEqual([]);
    const kinds = [...seen.uses.keys()].flatMap(functionsOf);
    expect(Object.keys(FUNCTIONS).filter((name) => !kinds.includes(name))).toEqual([]);
  });

  it.each(Object.keys(IDENTITIES) as readonly IdentityName[])(
    "of %s are those that its functions need, and no more",
    (identity) => {
      const granted = [...new Set(grantsOf(identity).map(({ role }) => role))].sort();
      expect(granted).toEqual(neededRoles(identity));
    },
  );

  it("to call a function are given for each topic's function to the account of its trigger, which no deploy does", () => {
    const triggered = Object.entries(found.endpoints).filter(
      ([, { eventTrigger }]) => eventTrigger !== undefined,
    );
    const wanted = triggered.map(([name]) => ({ identity: identityOf(name), on: { on: "function", name } }));
    const given = GRANTS.filter(({ role }) => role === "roles/run.invoker").map(({ identity, scope }) => ({
      identity,
      on: scope,
    }));
    expect(given).toEqual(expect.arrayContaining(wanted));
    expect(given).toHaveLength(wanted.length);
  });

  it("that hand on an identity reach the caller alone, and those to secrets the venue keys alone", () => {
    for (const { role, scope } of GRANTS) {
      if (role === "roles/iam.serviceAccountUser") expect(scope).toEqual({ on: "identity", name: "caller" });
      if (role === "roles/secretmanager.secretAccessor")
        expect(scope).toEqual({ on: "secrets", prefix: venueKeysSecret("") });
    }
    expect(GRANTS.every(({ role }) => !/owner|editor|admin/i.test(role))).toBe(true);
  });
});

describe("functions", () => {
  it("have an account, a limit of instances, of memory and of time, and a task function its caller", () => {
    for (const [name, endpoint] of Object.entries(found.endpoints)) {
      expect(identityOf(name), name).toBeDefined();
      expect(endpoint.maxInstances, name).toEqual(expect.any(Number));
      expect(endpoint.availableMemoryMb, name).toEqual(expect.any(Number));
      expect(endpoint.timeoutSeconds, name).toEqual(expect.any(Number));
      if (endpoint.taskQueueTrigger !== undefined)
        expect(endpoint.taskQueueTrigger.invoker, name).toEqual([
          IDENTITIES.caller.replace("{{ params.PROJECT_ID }}", PROJECT),
        ]);
    }
  });
});

describe("APIs", () => {
  it("are switched on for every trigger, client and address in the code", () => {
    const needed = new Set([...APIS_OF_A_FUNCTION, ...apisOfTriggers(), ...apisOfSources()]);
    const on = new Set(Object.keys(APIS).map((name) => name.replace(".googleapis.com", "")));
    expect([...needed].filter((api) => !on.has(api))).toEqual([]);
    expect(needed.size).toBeGreaterThan(10);
  });
});

function apisOfTriggers(): readonly string[] {
  return Object.values(found.endpoints).flatMap((endpoint) =>
    Object.entries(APIS_OF_TRIGGER).flatMap(([trigger, apis]) =>
      endpoint[trigger] === undefined ? [] : apis,
    ),
  );
}

function apisOfSources(): readonly string[] {
  return sources.flatMap(({ path, text }) => [
    ...[...text.matchAll(GOOGLE_HOST)].map(([, inUrl, alone]) => inUrl ?? alone ?? ""),
    ...[...text.matchAll(GOOGLE_PACKAGE)].flatMap(([, name = ""]) => {
      if (CALLS_NOTHING.test(name)) return [];
      const api = APIS_OF_PACKAGE[name];
      if (api === undefined) throw new Error(`${path} imports ${name}, whose API is not in the table`);
      return [api];
    }),
  ]);
}

describe("documents", () => {
  it("that expire have a policy of expiry", () => {
    const { fieldOverrides } = JSON.parse(
      readFileSync(join(import.meta.dirname, "..", "..", "..", "firestore.indexes.json"), "utf8"),
    ) as { fieldOverrides: readonly { collectionGroup: string; fieldPath: string; ttl?: boolean }[] };
    const policies = fieldOverrides
      .filter(({ ttl }) => ttl === true)
      .map(({ collectionGroup }) => collectionGroup);
    expect([...seen.expiring].filter((collection) => !policies.includes(collection))).toEqual([]);
    expect(seen.expiring.size).toBeGreaterThan(5);
    // Firestore's bound of single-field configurations in one database.
    expect(fieldOverrides.length).toBeLessThanOrEqual(200);
  });
});

describe("backups", () => {
  it("reach back by the day and by the week, no longer than Firestore keeps them", () => {
    expect(BACKUP_SCHEDULES.map(({ recurrence }) => recurrence)).toEqual(["daily", "weekly"]);
    for (const { retentionSeconds } of BACKUP_SCHEDULES)
      expect(retentionSeconds).toBeLessThanOrEqual(LONGEST_RETENTION_SECONDS);
  });
});

describe("an alert on the log", () => {
  it.each(LOG_ALERTS.map((alert) => [alert.name, alert] as const))(
    "quotes lines that are written: %s",
    (_name, alert) => {
      const written = sources.map(({ text }) => text).join("\n");
      for (const line of alert.lines) {
        expect(written).toContain(line);
        expect(alert.holds).toContain(line);
      }
      expect(filterOf(alert)).toMatch(/^resource\.type="cloud_run_revision" AND .+ AND \(".+"\)$/);
      expect(alert.says.length).toBeGreaterThan(60);
    },
  );
});
