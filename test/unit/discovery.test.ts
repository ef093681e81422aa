// The requests that a deployment makes of Google, function by function: trigger, identity, who may call it, limits, retries
// and secrets, as the CLI reads them out of the built file.
// Proves: entry/options.ts
import { beforeAll, describe, expect, it } from "vitest";
import { IDENTITIES } from "#entry/options.ts";
import {
  DISCOVERY_TIMEOUT_MS,
  type Discovered,
  discovered,
  type Endpoint,
  PROJECT,
} from "#test/support/discovery.ts";

const REGION = "asia-northeast1";
const EDGE = `ballast-edge@${PROJECT}.iam.gserviceaccount.com`;
const TRADER = `ballast-trader@${PROJECT}.iam.gserviceaccount.com`;
const TELLER = `ballast-teller@${PROJECT}.iam.gserviceaccount.com`;
const TASKS = `ballast-tasks@${PROJECT}.iam.gserviceaccount.com`;

const common = { platform: "gcfv2", region: REGION, cpu: 1 };
const open = { ...common, ingressSettings: "ALLOW_ALL", availableMemoryMb: 256, serviceAccount: EDGE };
const internal = {
  ...common,
  ingressSettings: "ALLOW_INTERNAL_ONLY",
  availableMemoryMb: 512,
  timeoutSeconds: 55,
};
const { cpu: _, ...scheduled } = { ...internal, maxInstances: 1 };
const everyMinute = { schedule: "every 1 minutes", timeZone: "Etc/UTC", retryConfig: { retryCount: 1 } };
const told = (topic: string) => ({
  eventType: "google.cloud.pubsub.topic.v1.messagePublished",
  eventFilters: { topic: `projects/${PROJECT}/topics/${topic}` },
  retry: true,
});
const queue = (
  maxAttempts: number,
  minBackoffSeconds: number,
  maxBackoffSeconds: number,
  atOnce: number,
) => ({
  retryConfig: { maxAttempts, minBackoffSeconds, maxBackoffSeconds },
  rateLimits: { maxConcurrentDispatches: atOnce },
  invoker: [TASKS],
});

interface Expected {
  readonly secrets: readonly string[];
  readonly endpoint: Readonly<Record<string, unknown>>;
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  webhook: {
    secrets: ["BALLAST_HOOK_SECRETS"],
    endpoint: {
      ...open,
      timeoutSeconds: 10,
      concurrency: 40,
      maxInstances: 10,
      httpsTrigger: { invoker: ["public"] },
    },
  },
  commands: {
    secrets: ["BALLAST_MACHINE_SECRETS"],
    endpoint: {
      ...open,
      timeoutSeconds: 30,
      concurrency: 20,
      maxInstances: 5,
      httpsTrigger: { invoker: ["public"] },
    },
  },
  commandExecutor: {
    secrets: [],
    endpoint: {
      ...internal,
      serviceAccount: EDGE,
      concurrency: 20,
      maxInstances: 5,
      eventTrigger: told("commands"),
    },
  },
  executor: {
    secrets: [],
    endpoint: {
      ...internal,
      serviceAccount: TRADER,
      concurrency: 40,
      maxInstances: 10,
      eventTrigger: told("intents"),
    },
  },
  followUp: {
    secrets: [],
    endpoint: {
      ...internal,
      serviceAccount: TRADER,
      concurrency: 20,
      maxInstances: 2,
      taskQueueTrigger: queue(5, 2, 30, 20),
    },
  },
  watchdog: {
    secrets: [],
    endpoint: {
      ...internal,
      serviceAccount: TRADER,
      concurrency: 20,
      maxInstances: 2,
      taskQueueTrigger: queue(2, 2, 5, 20),
    },
  },
  navEveryMinute: {
    secrets: [],
    endpoint: { ...scheduled, serviceAccount: TRADER, scheduleTrigger: everyMinute },
  },
  reconcileEveryMinute: {
    secrets: [],
    endpoint: { ...scheduled, serviceAccount: TRADER, scheduleTrigger: everyMinute },
  },
  watchdogEveryMinute: {
    secrets: [],
    endpoint: { ...scheduled, serviceAccount: TRADER, scheduleTrigger: everyMinute },
  },
  outbox: {
    secrets: ["BALLAST_HOOK_SECRETS"],
    endpoint: {
      ...internal,
      serviceAccount: TELLER,
      availableMemoryMb: 256,
      concurrency: 1,
      maxInstances: 1,
      taskQueueTrigger: queue(2, 10, 30, 1),
    },
  },
  telemetryEveryFiveMinutes: {
    secrets: ["BALLAST_HOOK_SECRETS"],
    endpoint: {
      ...scheduled,
      serviceAccount: TELLER,
      availableMemoryMb: 256,
      scheduleTrigger: { ...everyMinute, schedule: "every 5 minutes", retryConfig: { retryCount: 0 } },
    },
  },
  ...Object.fromEntries(
    ["accountBatch", "watchdogBatch"].map((name) => [
      name,
      {
        secrets: [],
        endpoint: {
          ...internal,
          serviceAccount: TRADER,
          concurrency: 1,
          maxInstances: 100,
          taskQueueTrigger: {
            retryConfig: { maxAttempts: 2, minBackoffSeconds: 2, maxBackoffSeconds: 5 },
            rateLimits: { maxConcurrentDispatches: 100 },
          },
        },
      },
    ]),
  ),
  universeHourly: {
    secrets: [],
    endpoint: {
      ...scheduled,
      serviceAccount: TELLER,
      scheduleTrigger: { ...everyMinute, schedule: "every 60 minutes" },
    },
  },
};

let found: Discovered;
let all: readonly Endpoint[];

beforeAll(async () => {
  found = await discovered();
  all = Object.values(found.endpoints);
}, DISCOVERY_TIMEOUT_MS);

describe("discovery on the built file", () => {
  it("finds these functions and no others", () => {
    expect(Object.keys(found.endpoints).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))(
    "reads trigger, identity, callers, limits and secrets of %s",
    (name, { endpoint, secrets }) => {
      expect(found.endpoints[name]).toMatchObject(endpoint);
      expect(found.endpoints[name]?.secretEnvironmentVariables?.map(({ key }) => key) ?? []).toEqual(secrets);
    },
  );

  it("gives every function an identity of ours and a limit of instances", () => {
    for (const { id, serviceAccount, maxInstances } of all) {
      expect([EDGE, TRADER, TELLER], id).toContain(serviceAccount);
      expect(maxInstances, id).toBeGreaterThan(0);
    }
  });

  it("lets strangers reach no function but those that check a proof", () => {
    const reachable = all.filter(({ ingressSettings }) => ingressSettings !== "ALLOW_INTERNAL_ONLY");
    expect(reachable.map(({ id }) => id).sort()).toEqual(["commands", "webhook"]);
  });

  it("lets no function take venue keys from its environment", () => {
    expect(all.flatMap(({ secretEnvironmentVariables: secrets = [] }) => secrets)).not.toContainEqual(
      expect.objectContaining({ key: expect.stringMatching(/KEY/) }),
    );
  });
});

describe("what Google is asked for", () => {
  it("names all identities of the table and no others", () => {
    const callers = all.flatMap(({ taskQueueTrigger }) => taskQueueTrigger?.invoker ?? []);
    const named = new Set([...all.map(({ serviceAccount }) => serviceAccount), ...callers]);
    const listed = Object.values(IDENTITIES).map((each) => each.replace("{{ params.PROJECT_ID }}", PROJECT));
    expect([...named].sort()).toEqual(listed.sort());
  });

  it("names whole service accounts in functions and in their triggers", () => {
    for (const endpoint of all)
      expect(found.functionOf(endpoint), endpoint.id).toMatchObject({
        serviceConfig: { serviceAccountEmail: endpoint.serviceAccount },
      });
  });

  it("has schedules called by the function's own account, by its whole address", async () => {
    const schedules = all.filter(({ scheduleTrigger }) => scheduleTrigger !== undefined);
    expect(schedules).toHaveLength(5);
    for (const endpoint of schedules)
      expect(await found.jobOf(endpoint), endpoint.id).toMatchObject({
        httpTarget: { oidcToken: { serviceAccountEmail: endpoint.serviceAccount } },
      });
  });
});
