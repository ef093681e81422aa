// Google's answers about a project, for tests: one empty project behind the REST transport, in the shapes of Google's
// reference pages (Service Usage v1, Firestore v1, IAM v1, Cloud Resource Manager v1, Secret Manager v1, Identity Toolkit
// v2, Billing Budgets v1, Cloud Functions v2, Cloud Scheduler v1). It holds state, as Google does.
import type { DeployPart } from "#tools/setup/cloud-project.ts";
import type { RestAnswer, RestRequest, RestTransport } from "#tools/setup/google/rest.ts";

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
  /** Operations that were begun; each lands by itself, some requests later, with or without somebody who waits for it. */
  operations: Record<string, Operation>;
  runs: string[];
}

interface Policy {
  readonly etag: string;
  readonly bindings: readonly Binding[];
}

interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: unknown;
}

type Operated = "services" | "firebase" | "database";

interface Operation {
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

type Body = Readonly<Record<string, unknown>>;
type Answering = (state: GoogleState, match: RegExpExecArray, body: Body, url: URL) => RestAnswer;

const ok = (body: object): RestAnswer => ({ status: 200, body });
const refused = (status: number, message: string): RestAnswer => ({
  status,
  body: { error: { code: status, message } },
});
const disabled = (api: string): RestAnswer =>
  refused(403, `${api} has not been used in project before or it is disabled.`);

const OPERATION_REQUESTS = 3;

function pass(state: GoogleState): void {
  for (const operation of Object.values(state.operations)) {
    operation.requestsLeft -= 1;
    if (operation.requestsLeft === 0) operation.land(state);
  }
}

function isPending(state: GoogleState, field: Operated): boolean {
  return Object.values(state.operations).some(({ requestsLeft, of }) => requestsLeft > 0 && of === field);
}

function begin(state: GoogleState, of: Operated, land: Operation["land"]): RestAnswer {
  const name = `operations/o${Object.keys(state.operations).length + 1}`;
  state.operations[name] = { requestsLeft: OPERATION_REQUESTS, of, land };
  return ok({ name });
}

const ROUTES: readonly (readonly [pattern: RegExp, answer: Answering])[] = [
  [
    /^GET (serviceusage|firebase|firestore)\.googleapis\.com\/v\w+\/(operations\/\w+)$/,
    (state, [, , name = ""]) => {
      const operation = state.operations[name];
      if (operation === undefined) return refused(404, "no such operation");
      if (operation.requestsLeft > 0) return ok({ name });
      return ok({ name, done: true, response: {} });
    },
  ],
  [
    /^GET serviceusage\.googleapis\.com\/v1\/projects\/[^/]+\/services$/,
    ({ services }) => ok({ services: services.map((name) => ({ config: { name }, state: "ENABLED" })) }),
  ],
  [
    /^POST serviceusage\.googleapis\.com\/v1\/projects\/[^/]+\/services:batchEnable$/,
    (state, _match, body) => {
      const names = body.serviceIds as string[];
      if (names.length > 20) return refused(400, "at most 20 services");
      return begin(state, "services", (landed) => {
        landed.services = [...new Set([...landed.services, ...names])];
      });
    },
  ],
  [
    /^GET firebase\.googleapis\.com\/v1beta1\/projects\/([^/:]+)$/,
    ({ firebase }, [, projectId]) => (firebase ? ok({ projectId }) : refused(404, "not found")),
  ],
  [
    /^POST firebase\.googleapis\.com\/v1beta1\/projects\/[^/]+:addFirebase$/,
    (state) =>
      state.firebase || isPending(state, "firebase")
        ? refused(409, "already exists")
        : begin(state, "firebase", (landed) => {
            landed.firebase = true;
          }),
  ],
  [
    /^GET firestore\.googleapis\.com\/v1\/projects\/[^/]+\/databases\/\(default\)$/,
    ({ database }) => (database === null ? refused(404, "no database") : ok(database)),
  ],
  [
    /^POST firestore\.googleapis\.com\/v1\/projects\/[^/]+\/databases$/,
    (state, _match, body, url) => {
      if (url.searchParams.get("databaseId") !== "(default)") return refused(400, "databaseId");
      if (state.database !== null || isPending(state, "database"))
        return refused(409, "database already exists");
      return begin(state, "database", (landed) => {
        landed.database = { ...body };
      });
    },
  ],
  [
    /^PATCH firestore\.googleapis\.com\/v1\/projects\/[^/]+\/databases\/\(default\)$/,
    (state, _match, body) =>
      begin(state, "database", (landed) => {
        landed.database = { ...landed.database, ...body };
      }),
  ],
  [
    /^GET firestore\.googleapis\.com\/v1\/projects\/[^/]+\/databases\/\(default\)\/collectionGroups\/-\/indexes$/,
    ({ indexes }) => ok({ indexes: Array.from({ length: indexes }, (_, place) => ({ name: `i${place}` })) }),
  ],
  [
    /^GET firestore\.googleapis\.com\/v1\/projects\/([^/]+)\/databases\/\(default\)\/collectionGroups\/-\/fields$/,
    ({ ttl }, [, projectId]) =>
      ok({
        fields: ttl.map((each) => {
          const [group, field] = each.split("/");
          const name = `projects/${projectId}/databases/(default)/collectionGroups/${group}/fields/${field}`;
          return { name, ttlConfig: { state: "ACTIVE" } };
        }),
      }),
  ],
  [
    /^GET firestore\.googleapis\.com\/v1\/projects\/[^/]+\/databases\/\(default\)\/backupSchedules$/,
    ({ backupSchedules }) => ok(backupSchedules.length === 0 ? {} : { backupSchedules }),
  ],
  [
    /^POST firestore\.googleapis\.com\/v1\/projects\/[^/]+\/databases\/\(default\)\/backupSchedules$/,
    (state, _match, { retention, ...recurrence }) => {
      const [of = ""] = Object.keys(recurrence);
      if (state.database === null) return refused(404, "no database");
      if (state.backupSchedules.some((schedule) => of in schedule)) return refused(409, "already exists");
      // A schedule keeps its copies for fourteen weeks at most.
      if (Number.parseInt(String(retention), 10) > 8_467_200) return refused(400, "retention");
      state.backupSchedules.push({ retention, ...recurrence });
      return ok({ retention, ...recurrence });
    },
  ],
  [
    /^GET iam\.googleapis\.com\/v1\/projects\/([^/]+)\/serviceAccounts$/,
    ({ serviceAccounts }, [, projectId]) =>
      ok({
        accounts: serviceAccounts.map((id) => ({ email: `${id}@${projectId}.iam.gserviceaccount.com` })),
      }),
  ],
  [
    /^POST iam\.googleapis\.com\/v1\/projects\/[^/]+\/serviceAccounts$/,
    (state, _match, body) => {
      if (state.serviceAccounts.includes(String(body.accountId))) return refused(409, "already exists");
      state.serviceAccounts.push(String(body.accountId));
      return ok({});
    },
  ],
  [
    /^GET cloudresourcemanager\.googleapis\.com\/v1\/projects\/([^/:]+)$/,
    (_state, [, projectId]) => ok({ projectId, projectNumber: "123456789012", lifecycleState: "ACTIVE" }),
  ],
  [
    /^(?:POST|GET) (\S+):getIamPolicy$/,
    ({ policies }, [, place = ""]) => ok(policies[place] ?? { etag: "0", bindings: [] }),
  ],
  [
    /^POST (\S+):setIamPolicy$/,
    (state, [, place = ""], body) => {
      const policy = body.policy as Policy;
      if (policy.etag !== (state.policies[place]?.etag ?? "0"))
        return refused(409, "concurrent policy changes");
      state.policies[place] = { etag: `${Number(policy.etag) + 1}`, bindings: merged(policy.bindings) };
      return ok(state.policies[place]);
    },
  ],
  [
    /^GET secretmanager\.googleapis\.com\/v1\/projects\/[^/]+\/secrets\/([^/]+)\/versions\/latest:access$/,
    ({ secrets }, [, name = ""]) => {
      const data = secrets[name]?.at(-1);
      return data === undefined ? refused(404, "no version") : ok({ name, payload: { data } });
    },
  ],
  [
    /^GET secretmanager\.googleapis\.com\/v1\/projects\/[^/]+\/secrets\/([^/:]+)$/,
    ({ secrets }, [, name = ""]) => (secrets[name] === undefined ? refused(404, "no secret") : ok({ name })),
  ],
  [
    /^POST secretmanager\.googleapis\.com\/v1\/projects\/[^/]+\/secrets$/,
    (state, _match, _body, url) => {
      const name = url.searchParams.get("secretId") ?? "";
      if (state.secrets[name] !== undefined) return refused(409, "already exists");
      state.secrets[name] = [];
      return ok({});
    },
  ],
  [
    /^POST secretmanager\.googleapis\.com\/v1\/projects\/[^/]+\/secrets\/([^/]+):addVersion$/,
    (state, [, name = ""], body) => {
      const versions = state.secrets[name];
      if (versions === undefined) return refused(404, "no secret");
      versions.push((body.payload as { data: string }).data);
      return ok({ name });
    },
  ],
  [
    /^GET identitytoolkit\.googleapis\.com\/admin\/v2\/projects\/[^/]+\/config$/,
    ({ signIn }) => (signIn === null ? refused(404, "CONFIGURATION_NOT_FOUND") : ok(signIn)),
  ],
  [
    /^POST identitytoolkit\.googleapis\.com\/v2\/projects\/[^/]+\/identityPlatform:initializeAuth$/,
    (state) => {
      state.signIn ??= { signIn: { email: { enabled: false } } };
      return ok({});
    },
  ],
  [
    /^PATCH identitytoolkit\.googleapis\.com\/admin\/v2\/projects\/[^/]+\/config$/,
    (state, _match, body) => {
      if (state.signIn === null) return refused(404, "CONFIGURATION_NOT_FOUND");
      state.signIn = { ...state.signIn, ...body };
      return ok(state.signIn);
    },
  ],
  [
    /^GET cloudbilling\.googleapis\.com\/v1\/projects\/[^/]+\/billingInfo$/,
    ({ billingAccount }) => ok({ billingAccountName: billingAccount, billingEnabled: billingAccount !== "" }),
  ],
  [
    /^GET billingbudgets\.googleapis\.com\/v1\/billingAccounts\/[^/]+\/budgets$/,
    ({ budgets }) => ok(budgets.length === 0 ? {} : { budgets }),
  ],
  [
    /^POST billingbudgets\.googleapis\.com\/v1\/billingAccounts\/[^/]+\/budgets$/,
    (state, _match, body) => {
      state.budgets.push({ ...body });
      return ok(body);
    },
  ],
  [
    /^GET monitoring\.googleapis\.com\/v3\/projects\/[^/]+\/(notificationChannels|alertPolicies)$/,
    ({ channels, alertPolicies }, [, kind = ""]) =>
      ok(kind === "alertPolicies" ? { alertPolicies } : { notificationChannels: channels }),
  ],
  [
    /^POST monitoring\.googleapis\.com\/v3\/(projects\/[^/]+\/notificationChannels)$/,
    (state, [, parent], body) => {
      const channel = { ...body, name: `${parent}/${state.channels.length + 1}` };
      state.channels.push(channel);
      return ok(channel);
    },
  ],
  [
    /^POST monitoring\.googleapis\.com\/v3\/projects\/[^/]+\/alertPolicies$/,
    (state, _match, body) => {
      const known = new Set(state.channels.map(({ name }) => name));
      const { alertStrategy, notificationChannels: named = [] } = body as {
        readonly alertStrategy?: { readonly notificationRateLimit?: object };
        readonly notificationChannels?: readonly string[];
      };
      // Required of a policy on the log, and of no other.
      if (alertStrategy?.notificationRateLimit === undefined) return refused(400, "notification rate limit");
      if (named.some((name) => !known.has(name))) return refused(404, "no such channel");
      state.alertPolicies.push({ ...body });
      return ok(body);
    },
  ],
  [
    /^GET cloudfunctions\.googleapis\.com\/v2\/(projects\/[^/]+\/locations\/[^/]+)\/functions$/,
    ({ functions }, [, parent]) =>
      ok({ functions: functions.map((name) => ({ name: `${parent}/functions/${name}`, state: "ACTIVE" })) }),
  ],
  [
    /^POST cloudscheduler\.googleapis\.com\/v1\/projects\/[^/]+\/locations\/([^/]+)\/jobs\/firebase-schedule-(\w+)-(.+):run$/,
    (state, [, location, name = "", region]) => {
      if (location !== region || !state.functions.includes(name)) return refused(404, "no such job");
      state.runs.push(name);
      return ok({});
    },
  ],
];

/** Google keeps one binding a role and condition, and each member once. */
function merged(bindings: readonly Binding[]): readonly Binding[] {
  const byKey = new Map<string, Binding>();
  for (const { members, ...of } of bindings) {
    const key = JSON.stringify(of);
    const present = byKey.get(key)?.members ?? [];
    byKey.set(key, { ...of, members: [...new Set([...present, ...members])] });
  }
  return [...byKey.values()];
}

/** An API that is not switched on refuses every call, but for the one that switches it on. */
function isOff(state: GoogleState, host: string): boolean {
  return host !== "serviceusage.googleapis.com" && !state.services.includes(host);
}

export function recordedTransport(state: GoogleState): RestTransport {
  return async (request: RestRequest) => {
    const url = new URL(request.url);
    pass(state);
    if (isOff(state, url.host)) return disabled(url.host);
    const line = `${request.method} ${url.host}${decodeURI(url.pathname)}`;
    for (const [pattern, answer] of ROUTES) {
      const match = pattern.exec(line);
      if (match !== null) return answer(state, match, (request.body ?? {}) as Body, url);
    }
    throw new Error(`No recorded answer for ${line}`);
  };
}
