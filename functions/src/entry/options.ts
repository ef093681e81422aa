// Every deployed function in one table: its trigger, its identity, its limits, its retries, its secret, with the
// reasons above it. Discovery reads this before any setting exists, so this file must not read config.

/** Near Binance's matching engine (Tokyo), which decides the time from decision to venue. */
export const REGION = "asia-northeast1";

/**
 * Who the functions are to Google, three accounts by how far they reach (docs/decisions/0074).
 * - edge: meets strangers, publishes and enqueues. Reads no venue key.
 * - trader: acts at venues. The only one that may read venue keys.
 * - teller: reads the venues' public pages and tells people. Reads no venue key.
 * - caller: no function runs as it. Cloud Tasks calls the task functions in its name, and it may do nothing else. An
 *   identity that may enqueue must be allowed to name it; if that were the trader's own, an enqueuer could have Cloud
 *   Tasks fetch keys in the trader's name.
 * Whole addresses, because the CLI completes `name@` for functions and not for the jobs and secrets that it makes.
 */
export const IDENTITIES = {
  edge: identity("ballast-edge"),
  trader: identity("ballast-trader"),
  teller: identity("ballast-teller"),
  caller: identity("ballast-tasks"),
};

/** Only Google's own services of this project reach the function: its topic, its queue, its schedule. */
const INTERNAL = { ingressSettings: "ALLOW_INTERNAL_ONLY" as const };
/** A function is given the one secret that it needs, to sign and to verify with. Venue keys are read when they are used. */
const HOOKS = "BALLAST_HOOK_SECRETS";
const MACHINES = "BALLAST_MACHINE_SECRETS";

/**
 * Why these numbers.
 * - memory: 512 MiB where accounts are traded: ccxt, Firestore's client and an account's books took 171 MB, measured
 *   with everything unbundled.
 * - seconds: a venue call (8 s), its retries for reads, and two commits, with room, in 55 s, before the next run of a
 *   schedule. A sender of signals gives up after 3 s; the rest of the webhook's 10 s is for a cold start. Taking a
 *   command needs well under a second; comparing configs reads hundreds of documents.
 * - at once: a request of the webhook waits on two round trips and holds 64 KiB at most, a command waits on three.
 *   Intents of one account queue inside an instance, so 40 share its lease and more would only wait for it. The outbox
 *   is sent by one pass: two would send the same messages. A batch holds up to 25 accounts and has an instance to itself.
 * - instances: accounts and commands are few. A flood of requests gets 429, a flood of alerts waits in its topic and a
 *   flood of tasks in its queue; none becomes a bill. A schedule is given one instance, and so is the outbox's pass. Two
 *   instances take all tasks that a queue lets out at once, also while one release replaces the other. A batch takes
 *   seconds, so a hundred at once serve 10,000 accounts within a minute.
 * - retry: a message comes back until its handler resolves, see app/messages. A look at an account and a pass of the
 *   outbox are repeated soon and few times: the schedules look again anyway. A failed run of a schedule is repeated
 *   once, soon; the telemetry's next run is its repeat. A batch comes again once, for the case that it brought its process
 *   down (app/accounts/serve-batch.ts).
 */
// biome-ignore format: a table is read by its columns
export const FUNCTIONS = {
  // function                 trigger                        identity  memory    seconds  at once  instances  retry                secret
  webhook:                   https(                       ["edge",   "256MiB", 10,      40,      10,        null,                HOOKS]),
  commands:                  https(                       ["edge",   "256MiB", 30,      20,      5,         null,                MACHINES]),
  commandExecutor:           topic("commands",            ["edge",   "512MiB", 55,      20,      5,         true,                null]),
  executor:                  topic("intents",             ["trader", "512MiB", 55,      40,      10,        true,                null]),
  followUp:                  queue(                       ["trader", "512MiB", 55,      20,      2,         attempts(5, 2, 30),  null]),
  watchdog:                  queue(                       ["trader", "512MiB", 55,      20,      2,         attempts(2, 2, 5),   null]),
  accountBatch:              batches(                     ["trader", "512MiB", 55,      1,       100,       attempts(2, 2, 5),   null]),
  watchdogBatch:             batches(                     ["trader", "512MiB", 55,      1,       100,       attempts(2, 2, 5),   null]),
  navEveryMinute:            schedule("every 1 minutes",  ["trader", "512MiB", 55,      null,    1,         1,                   null]),
  reconcileEveryMinute:      schedule("every 1 minutes",  ["trader", "512MiB", 55,      null,    1,         1,                   null]),
  watchdogEveryMinute:       schedule("every 1 minutes",  ["trader", "512MiB", 55,      null,    1,         1,                   null]),
  outbox:                    queue(                       ["teller", "256MiB", 55,      1,       1,         attempts(2, 10, 30), HOOKS]),
  telemetryEveryFiveMinutes: schedule("every 5 minutes",  ["teller", "256MiB", 55,      null,    1,         0,                   HOOKS]),
  universeHourly:            schedule("every 60 minutes", ["teller", "512MiB", 55,      null,    1,         1,                   null]),
};

/** A row; `null` where the trigger lacks such a limit, and where the function needs no secret. */
type Row<AtOnce, Retry> = readonly [
  runsAs: Exclude<keyof typeof IDENTITIES, "caller">,
  memory: "256MiB" | "512MiB",
  timeoutSeconds: number,
  atOnce: AtOnce,
  maxInstances: number,
  retry: Retry,
  secret: string | null,
];

interface Attempts {
  readonly maxAttempts: number;
  readonly minBackoffSeconds: number;
  readonly maxBackoffSeconds: number;
}

function https([runsAs, memory, timeoutSeconds, concurrency, maxInstances, , secret]: Row<number, null>) {
  const limits = { memory, timeoutSeconds, concurrency, maxInstances, cpu: 1, ...secretsOf(secret) };
  // Public, because senders prove themselves by token, signature or ID token.
  const access = { invoker: "public" as const, ingressSettings: "ALLOW_ALL" as const };
  return { region: REGION, serviceAccount: IDENTITIES[runsAs], cors: false, ...access, ...limits };
}

function topic(name: string, row: Row<number, boolean>) {
  const [runsAs, memory, timeoutSeconds, concurrency, maxInstances, retry, secret] = row;
  const limits = { memory, timeoutSeconds, concurrency, maxInstances, cpu: 1, ...secretsOf(secret) };
  return { topic: name, retry, region: REGION, serviceAccount: IDENTITIES[runsAs], ...INTERNAL, ...limits };
}

function queue(row: Row<number, Attempts>) {
  const [runsAs, memory, timeoutSeconds, atOnce, maxInstances, retryConfig, secret] = row;
  const limits = { memory, timeoutSeconds, concurrency: atOnce, maxInstances, cpu: 1, ...secretsOf(secret) };
  const rateLimits = { maxConcurrentDispatches: atOnce };
  const access = { serviceAccount: IDENTITIES[runsAs], invoker: IDENTITIES.caller, ...INTERNAL };
  return { region: REGION, ...access, ...limits, retryConfig, rateLimits };
}

/** Tasks of many accounts each: one at a time in an instance, so that its memory is bounded by theirs. */
function batches(row: Row<number, Attempts>) {
  const [, , , , maxInstances] = row;
  return { ...queue(row), rateLimits: { maxConcurrentDispatches: maxInstances } };
}

function schedule(every: string, row: Row<null, number>) {
  const [runsAs, memory, timeoutSeconds, , maxInstances, retryCount, secret] = row;
  const limits = { memory, timeoutSeconds, maxInstances, retryCount, ...secretsOf(secret) };
  const access = { serviceAccount: IDENTITIES[runsAs], ...INTERNAL };
  return { schedule: every, timeZone: "Etc/UTC", region: REGION, ...access, ...limits };
}

/** The project's id is filled in by the CLI, which deploys to a project that no setting has named yet. */
function identity(name: string): string {
  return `${name}@{{ params.PROJECT_ID }}.iam.gserviceaccount.com`;
}

function attempts(maxAttempts: number, minBackoffSeconds: number, maxBackoffSeconds: number): Attempts {
  return { maxAttempts, minBackoffSeconds, maxBackoffSeconds };
}

function secretsOf(secret: string | null): { readonly secrets?: string[] } {
  return secret === null ? {} : { secrets: [secret] };
}
