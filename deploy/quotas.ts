// Google's default limits of a new project, each with its official page, as data: test/unit/deploy/quotas.test.ts holds the
// code's needs below them. Stored copies of the pages were read on 2026-11-28; Google changes them, so look again before
// a project grows. Limits that Google gives by region and project only stand in the console: those have no number here.

export interface Quota {
  readonly limit: number;
  readonly unit: string;
  readonly source: string;
  /** Whether Google raises it on request. */
  readonly canGrow: boolean;
}

/** Accounts that one project is said to carry (docs/cost.md): needs that grow with accounts are counted for so many. */
export const ACCOUNTS_OF_A_PROJECT = 10_000;

const FUNCTIONS = "https://cloud.google.com/functions/quotas";
const RUN = "https://cloud.google.com/run/quotas";
const TASKS = "https://cloud.google.com/tasks/docs/quotas";
const RATE_LIMITS =
  "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RateLimits";
const SCHEDULER = "https://cloud.google.com/scheduler/quotas";
const PUBSUB = "https://cloud.google.com/pubsub/quotas";
const SECRETS = "https://cloud.google.com/secret-manager/quotas";

// biome-ignore format: a table is read by its columns
export const QUOTAS = {
  functions:            quota(1_000,     "functions and services in a region",        FUNCTIONS,   false),
  servingRevisions:     quota(4_000,     "revisions that serve, in a region",         RUN,         false),
  requestsOfInstance:   quota(1_000,     "requests at once in an instance",           RUN,         false),
  memoryOfInstance:     quota(32,        "GiB of an instance",                        RUN,         false),
  queues:               quota(1_000,     "queues in a region",                        TASKS,       true),
  taskRequests:         quota(6_000_000, "requests to Cloud Tasks a minute",          TASKS,       true),
  dispatchesOfQueue:    quota(500,       "tasks let out of a queue a second",         RATE_LIMITS, false),
  dispatchesAtOnce:     quota(5_000,     "tasks of a queue at once",                  RATE_LIMITS, false),
  scheduledJobs:        quota(1_000,     "jobs in a region",                          SCHEDULER,   true),
  published:            quota(3_000_000, "kB published a minute, in a small region",  PUBSUB,      true),
  secretAccesses:       quota(90_000,    "accesses of secrets a minute",              SECRETS,     true),
  secretSize:           quota(64,        "KiB of a secret's version",                 SECRETS,     false),
} as const satisfies Readonly<Record<string, Quota>>;

function quota(limit: number, unit: string, source: string, canGrow: boolean): Quota {
  return { limit, unit, source, canGrow };
}
