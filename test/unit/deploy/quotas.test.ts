// The needs of the code stay below Google's default limits: functions, instances and queues as the CLI would
// create them, and what grows with accounts for as many as one project is said to carry, each work reading a secret anew.
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS_OF_A_PROJECT, QUOTAS } from "#deploy/quotas.ts";
import { IDENTITIES, FUNCTIONS as OPTIONS } from "#entry/options.ts";
import { KEYS_FRESH_MS } from "#functions/compose/venue-for.ts";
import { MAX_ACCOUNTS_AT_ONCE } from "#schemas/records.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { DISCOVERY_TIMEOUT_MS, type Discovered, discovered, type Endpoint } from "#test/support/discovery.ts";
import { readText } from "#tools/house/source.ts";

const MINUTE_MS = 60_000;
const KIB = 1_024;

let found: readonly Endpoint[];

beforeAll(async () => {
  const all: Discovered = await discovered();
  found = Object.values(all.endpoints);
}, DISCOVERY_TIMEOUT_MS);

const numberOf = (endpoint: Endpoint, field: string): number => {
  const value = endpoint[field];
  if (typeof value !== "number") throw new Error(`${endpoint.id} has no ${field}`);
  return value;
};
const queues = () => found.filter(({ taskQueueTrigger }) => taskQueueTrigger !== undefined);
const jobs = () => found.filter(({ scheduleTrigger }) => scheduleTrigger !== undefined);
const schedulesOfAccounts = Object.entries(OPTIONS).filter(
  ([, options]) => "schedule" in options && options.serviceAccount === IDENTITIES.trader,
);
/** Looks of the watchdog at one account in a minute, beside the schedule's own. */
const looks = MINUTE_MS / PLAIN_CONFIG.watchdog.intervalMs - 1;
const aSecond = (aMinute: number): number => aMinute / 60;

describe("a deployment", () => {
  it("has fewer functions, queues and jobs than a region takes, with both revisions of a rollout serving", () => {
    expect(found.length).toBe(Object.keys(OPTIONS).length);
    expect(found.length).toBeLessThan(QUOTAS.functions.limit);
    expect(2 * found.length).toBeLessThan(QUOTAS.servingRevisions.limit);
    expect(queues().length).toBeGreaterThan(3);
    expect(queues().length).toBeLessThan(QUOTAS.queues.limit);
    expect(jobs().length).toBeGreaterThan(3);
    expect(jobs().length).toBeLessThan(QUOTAS.scheduledJobs.limit);
  });

  it("asks of an instance no more memory than Cloud Run gives", () => {
    for (const endpoint of found) {
      expect(numberOf(endpoint, "availableMemoryMb"), endpoint.id).toBeLessThanOrEqual(
        QUOTAS.memoryOfInstance.limit * KIB,
      );
    }
  });

  it("lets an instance serve no more requests at once than Cloud Run does, where it says how many", () => {
    const said = found.filter(({ concurrency }) => typeof concurrency === "number");
    expect(said.length).toBeGreaterThan(5);
    for (const endpoint of said)
      expect(numberOf(endpoint, "concurrency"), endpoint.id).toBeLessThanOrEqual(
        QUOTAS.requestsOfInstance.limit,
      );
  });

  it("lets no more tasks out of a queue at once than Cloud Tasks does, and has the instances for them", () => {
    for (const endpoint of queues()) {
      const { rateLimits } = endpoint.taskQueueTrigger as {
        readonly rateLimits: { readonly maxConcurrentDispatches: number };
      };
      const { maxConcurrentDispatches: atOnce } = rateLimits;
      expect(atOnce, endpoint.id).toBeLessThanOrEqual(QUOTAS.dispatchesAtOnce.limit);
      expect(numberOf(endpoint, "maxInstances") * numberOf(endpoint, "concurrency")).toBeGreaterThanOrEqual(
        atOnce,
      );
    }
  });

  it("needs the instances together that docs/limits.md names: Google gives that limit in the console only", () => {
    const instances = found.reduce((sum, endpoint) => sum + numberOf(endpoint, "maxInstances"), 0);
    expect(readText("docs/limits.md")).toContain(`${instances} instances`);
  });
});

describe("as many accounts as one project carries", () => {
  it("let tasks out within a queue's rate, and within the project's requests", () => {
    const looksAMinute = ACCOUNTS_OF_A_PROJECT * looks;
    const batchesAMinute = (ACCOUNTS_OF_A_PROJECT / MAX_ACCOUNTS_AT_ONCE) * schedulesOfAccounts.length;
    expect(aSecond(looksAMinute)).toBeLessThanOrEqual(QUOTAS.dispatchesOfQueue.limit);
    expect(aSecond(batchesAMinute)).toBeLessThanOrEqual(QUOTAS.dispatchesOfQueue.limit);
    expect(looksAMinute + batchesAMinute).toBeLessThan(QUOTAS.taskRequests.limit);
  });

  it("read their secrets within the limit, also when every pass meets an instance that has none", () => {
    expect(schedulesOfAccounts.length).toBe(3);
    const passes = schedulesOfAccounts.length + looks;
    const cold = ACCOUNTS_OF_A_PROJECT * passes;
    expect(cold).toBeLessThan(QUOTAS.secretAccesses.limit);
    const traders = Object.values(OPTIONS).filter(
      ({ serviceAccount }) => serviceAccount === IDENTITIES.trader,
    );
    const warm = (ACCOUNTS_OF_A_PROJECT * traders.length * MINUTE_MS) / KEYS_FRESH_MS;
    expect(warm).toBeLessThan(cold);
  });

  it("publish within the limit while the webhook is as full as it gets", () => {
    const { concurrency, maxInstances } = OPTIONS.webhook;
    // Two round trips to Firestore and Pub/Sub, at their quickest; an intent is a few fields.
    const [quickestMs, intentKb] = [50, 2];
    const aMinute = ((concurrency * maxInstances * MINUTE_MS) / quickestMs) * intentKb;
    expect(aMinute).toBeLessThan(QUOTAS.published.limit);
  });

  it("are as many as docs/cost.md says", () => {
    expect(readText("docs/cost.md")).toContain(
      `One project carries ${ACCOUNTS_OF_A_PROJECT.toLocaleString("en-US")} accounts`,
    );
  });
});

it("every limit has its official page", () => {
  for (const [name, { source }] of Object.entries(QUOTAS))
    expect(source, name).toMatch(/^https:\/\/cloud\.google\.com\//);
});
