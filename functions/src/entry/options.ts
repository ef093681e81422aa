// Every deployed function in one table: its trigger, its limits, its retries, its secret, with the reasons
// above it. Discovery reads this before any setting exists, so this file must not read config.

/** Near Binance's matching engine (Tokyo), which decides the time from decision to venue. */
export const REGION = "asia-northeast1";
/** A function is given the one secret that it needs: keys to trade with, or secrets to sign and to verify with. */
const KEYS = "BALLAST_VENUE_KEYS";
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
 *   A batch of accounts takes seconds, and 100 at once serve 10,000 accounts within a minute; it is
 *   repeated once, for what app/accounts/serve-batch.ts does with one that brought its process down.
 *   Intents of one account queue inside an instance, so 40 share its lease and more would only wait for it. The outbox
 *   is sent by one pass: two would send the same messages.
 * - instances: accounts and commands are few. A flood of requests gets 429 and a flood of alerts waits in its topic;
 *   neither becomes a bill. A schedule is given one instance.
 * - retry: a message comes back until its handler resolves, see app/messages. A look at an account and a pass of the
 *   outbox are repeated soon and few times: the schedules look again anyway. A failed run of a schedule is repeated
 *   once, soon; the telemetry's next run is its repeat.
 */
// biome-ignore format: a table is read by its columns
export const FUNCTIONS = {
  // function                 trigger                        memory    seconds  at once  instances  retry                secret
  webhook:                   https(                       ["256MiB", 10,      40,      10,        null,                HOOKS]),
  commands:                  https(                       ["256MiB", 30,      20,      5,         null,                MACHINES]),
  executor:                  topic("intents",             ["512MiB", 55,      40,      10,        true,                KEYS]),
  commandExecutor:           topic("commands",            ["512MiB", 55,      20,      5,         true,                null]),
  followUp:                  queue(                       ["512MiB", 55,      20,      null,      attempts(5, 2, 30),  KEYS]),
  watchdog:                  queue(                       ["512MiB", 55,      20,      null,      attempts(2, 2, 5),   KEYS]),
  accountBatch:              queue(                       ["512MiB", 55,      100,     null,      attempts(2, 2, 5),   KEYS]),
  watchdogBatch:             queue(                       ["512MiB", 55,      100,     null,      attempts(2, 2, 5),   KEYS]),
  outbox:                    queue(                       ["256MiB", 55,      1,       null,      attempts(2, 10, 30), HOOKS]),
  navEveryMinute:            schedule("every 1 minutes",  ["512MiB", 55,      null,    1,         1,                   KEYS]),
  reconcileEveryMinute:      schedule("every 1 minutes",  ["512MiB", 55,      null,    1,         1,                   KEYS]),
  watchdogEveryMinute:       schedule("every 1 minutes",  ["512MiB", 55,      null,    1,         1,                   KEYS]),
  telemetryEveryFiveMinutes: schedule("every 5 minutes",  ["256MiB", 55,      null,    1,         0,                   HOOKS]),
  universeHourly:            schedule("every 60 minutes", ["512MiB", 55,      null,    1,         1,                   KEYS]),
};

/** A row; `null` where the trigger lacks such a limit, and where the function needs no secret. */
type Row<AtOnce, Instances, Retry> = readonly [
  memory: "256MiB" | "512MiB",
  timeoutSeconds: number,
  atOnce: AtOnce,
  maxInstances: Instances,
  retry: Retry,
  secret: string | null,
];

interface Attempts {
  readonly maxAttempts: number;
  readonly minBackoffSeconds: number;
  readonly maxBackoffSeconds: number;
}

function https([memory, timeoutSeconds, concurrency, maxInstances, , secret]: Row<number, number, null>) {
  const limits = { memory, timeoutSeconds, concurrency, maxInstances, cpu: 1, ...secretsOf(secret) };
  // Public, because senders prove themselves by token, signature or ID token.
  return { region: REGION, cors: false, invoker: "public" as const, ...limits };
}

function topic(name: string, row: Row<number, number, boolean>) {
  const [memory, timeoutSeconds, concurrency, maxInstances, retry, secret] = row;
  const limits = { memory, timeoutSeconds, concurrency, maxInstances, cpu: 1, ...secretsOf(secret) };
  return { topic: name, retry, region: REGION, ...limits };
}

function queue([memory, timeoutSeconds, atOnce, , retryConfig, secret]: Row<number, null, Attempts>) {
  const rateLimits = { maxConcurrentDispatches: atOnce };
  return { region: REGION, memory, timeoutSeconds, retryConfig, rateLimits, ...secretsOf(secret) };
}

function schedule(every: string, row: Row<null, number, number>) {
  const [memory, timeoutSeconds, , maxInstances, retryCount, secret] = row;
  const limits = { memory, timeoutSeconds, maxInstances, retryCount, ...secretsOf(secret) };
  return { schedule: every, timeZone: "Etc/UTC", region: REGION, ...limits };
}

function attempts(maxAttempts: number, minBackoffSeconds: number, maxBackoffSeconds: number): Attempts {
  return { maxAttempts, minBackoffSeconds, maxBackoffSeconds };
}

function secretsOf(secret: string | null): { readonly secrets?: string[] } {
  return secret === null ? {} : { secrets: [secret] };
}
