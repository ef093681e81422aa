// Google's answers about a project, for tests: one empty project behind the REST transport, in the shapes of Google's
// reference pages (Service Usage v1, Firestore v1, IAM v1, Cloud Resource Manager v1, Secret Manager v1, Identity Toolkit
// v2, Billing Budgets v1, Cloud Functions v2, Cloud Scheduler v1). It holds state, as Google does, hands out lists in pages,
// changes only the fields that a mask names, and refuses a body where the reference has none.
import type { RestAnswer, RestRequest, RestTransport } from "#tools/setup/google/rest.ts";
import type { Binding, GoogleState, Operated, Operation, Policy } from "./project-state.ts";
import { computeAnswer } from "./recorded-egress.ts";
import { ok, refused } from "./rest-answers.ts";

type Body = Readonly<Record<string, unknown>>;
type Answering = (state: GoogleState, match: RegExpExecArray, body: Body, url: URL) => RestAnswer;

const disabled = (api: string): RestAnswer =>
  refused(403, `${api} has not been used in project before or it is disabled.`);

const OPERATION_REQUESTS = 3;
/** An operation's name is below its own API's address, and only there. */
const OPERATIONS: Readonly<Record<Operated, { readonly at: string; readonly below: string }>> = {
  services: { at: "serviceusage.googleapis.com/v1", below: "" },
  firebase: { at: "firebase.googleapis.com/v1beta1", below: "" },
  functions: { at: "cloudfunctions.googleapis.com/v2", below: "projects/ballast-staging/locations/x/" },
  database: { at: "firestore.googleapis.com/v1", below: "projects/ballast-staging/databases/(default)/" },
};

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
  const name = `${OPERATIONS[of].below}operations/o${Object.keys(state.operations).length + 1}`;
  state.operations[name] = { requestsLeft: OPERATION_REQUESTS, of, land };
  return ok({ name });
}

const ROUTES: readonly (readonly [pattern: RegExp, answer: Answering])[] = [
  [
    /^GET (\w+\.googleapis\.com\/v\w+)\/(\S*operations\/\w+)$/,
    (state, [, at, name = ""]) => {
      const operation = state.operations[name];
      if (operation === undefined || OPERATIONS[operation.of].at !== at)
        return refused(404, "no such operation");
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
    (state, _match, body, url) =>
      begin(state, "database", (landed) => {
        landed.database = masked(landed.database ?? {}, body, url);
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
    /^POST (cloudresourcemanager\.googleapis\.com\/v1\/projects\/[^/]+):getIamPolicy$/,
    (state, [, place = ""], { options }) =>
      policyAt(state, place, (options as Body | undefined)?.requestedPolicyVersion),
  ],
  [
    // Both take the version in the address: the one has no body, the other is a GET.
    /^(?:POST (iam\.googleapis\.com\/\S+)|GET (run\.googleapis\.com\/\S+)):getIamPolicy$/,
    (state, [, account, service], body, url) =>
      Object.keys(body).length > 0
        ? refused(400, `Invalid JSON payload received. Unknown name "${Object.keys(body)[0]}"`)
        : policyAt(
            state,
            account ?? service ?? "",
            Number(url.searchParams.get("options.requestedPolicyVersion")),
          ),
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
    (state, _match, body, url) => {
      if (state.signIn === null) return refused(404, "CONFIGURATION_NOT_FOUND");
      state.signIn = masked(state.signIn, body, url);
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
    ({ functions, serviceConfigs }, [, parent]) =>
      ok({
        functions: functions.map((name) => ({
          name: `${parent}/functions/${name}`,
          state: "ACTIVE",
          ...(serviceConfigs[name] ?? {}),
        })),
      }),
  ],
  [
    /^GET cloudfunctions\.googleapis\.com\/v2\/(projects\/[^/]+\/locations\/[^/]+\/functions\/(\w+))$/,
    ({ functions, serviceConfigs }, [, name = "", short = ""]) =>
      functions.includes(short)
        ? ok({ name, state: "ACTIVE", ...(serviceConfigs[short] ?? {}) })
        : refused(404, "no such function"),
  ],
  [
    /^PATCH cloudfunctions\.googleapis\.com\/v2\/projects\/[^/]+\/locations\/[^/]+\/functions\/(\w+)$/,
    (state, [, name = ""], body, url) =>
      state.functions.includes(name)
        ? begin(state, "functions", (landed) => {
            landed.serviceConfigs[name] = masked(landed.serviceConfigs[name] ?? {}, body, url);
          })
        : refused(404, "no such function"),
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

/** Without version 3 a policy comes without its conditions: written back so, they would be lost. */
function policyAt({ policies }: GoogleState, place: string, version: unknown): RestAnswer {
  if (version !== 3) return refused(400, "conditions need policy version 3");
  return ok(policies[place] ?? { etag: "0", bindings: [] });
}

/** Only the fields that the request's mask names are taken, by their whole path. */
function masked(present: Body, body: Body, url: URL): Record<string, unknown> {
  const result = structuredClone({ ...present });
  for (const path of (url.searchParams.get("updateMask") ?? "").split(",")) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let from: Body = body;
    let into: Record<string, unknown> = result;
    for (const step of steps) {
      from = (from[step] ?? {}) as Body;
      into[step] ??= {};
      into = into[step] as Record<string, unknown>;
    }
    into[last] = from[last];
  }
  return result;
}

/** Entries of a page: fewer than any list of a project that has been set up. */
const PAGE_ENTRIES = 2;
/** Google's tokens are opaque, and base64 as often as not. */
const TOKEN_START = "a+b/c==";

/** A list's answer, cut to the page that was asked for. */
function paged({ status, body }: RestAnswer, url: URL): RestAnswer {
  const list = Object.entries(body as Body).find(([, value]) => Array.isArray(value));
  if (status !== 200 || list === undefined || list[0] === "bindings") return { status, body };
  const token = url.searchParams.get("pageToken");
  if (token !== null && !token.startsWith(TOKEN_START)) return refused(400, "The page token is invalid.");
  const [name, entries] = list as [string, readonly unknown[]];
  const from = Number((token ?? TOKEN_START).slice(TOKEN_START.length));
  const to = from + PAGE_ENTRIES;
  const nextPageToken = to < entries.length ? { nextPageToken: `${TOKEN_START}${to}` } : {};
  return ok({ [name]: entries.slice(from, to), ...nextPageToken });
}

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
    const ofCompute = computeAnswer(state.compute, line, (request.body ?? {}) as Body);
    if (ofCompute !== null) return ofCompute;
    for (const [pattern, answer] of ROUTES) {
      const match = pattern.exec(line);
      if (match === null) continue;
      const given = answer(state, match, (request.body ?? {}) as Body, url);
      return request.method === "GET" ? paged(given, url) : given;
    }
    throw new Error(`No recorded answer for ${line}`);
  };
}
