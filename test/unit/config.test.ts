// Guards the settings: a process starts only with all of them, every fault is named at once, errors are free
// of secrets, and paper orders cannot be pointed at a venue's production host.
// Proves: schemas/settings.ts
import { describe, expect, it } from "vitest";
import { ConfigError, type Env, readConfig } from "#functions/config.ts";

const LOCAL: Env = {
  BALLAST_ENVIRONMENT: "local",
  GCLOUD_PROJECT: "demo-ballast",
  BALLAST_LOCATION: "europe-west1",
  BALLAST_PAPER_VENUE_ORIGIN: "http://127.0.0.1:8600",
  BALLAST_TASKS_ENDPOINT: "127.0.0.1:8123",
  BALLAST_TASK_TARGET_ORIGIN: "http://127.0.0.1:5001/demo-ballast/europe-west1/",
  BALLAST_VENUE_KEYS_FILE: "/var/stack/venue-keys.json",
};
const PROD: Env = {
  BALLAST_ENVIRONMENT: "prod",
  GCLOUD_PROJECT: "ballast-prod",
  BALLAST_LOCATION: "europe-west1",
  BALLAST_PAPER_VENUE_ORIGIN: "https://testnet.binancefuture.com",
  BALLAST_PROJECT_NUMBER: "123456789012",
  BALLAST_TASK_INVOKER: "tasks@ballast-prod.iam.gserviceaccount.com",
  BALLAST_HOOK_SECRETS: '{"a":["very-secret"]}',
};

function faultsOf(env: Env): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("readConfig", () => {
  it("reads a complete local and a complete production environment", () => {
    expect(readConfig(LOCAL)).toEqual({
      environment: "local",
      projectId: "demo-ballast",
      location: "europe-west1",
      paperOrigins: { "binance-usdm": "http://127.0.0.1:8600", "bybit-linear": null },
      stamps: "new",
      firestoreEmulator: null,
      pubsubEmulator: null,
      tasksEndpoint: "127.0.0.1:8123",
      taskTargetOrigin: "http://127.0.0.1:5001/demo-ballast/europe-west1",
      taskInvoker: null,
      notifierUrl: null,
      projectNumber: null,
      keyStore: { kind: "file", path: "/var/stack/venue-keys.json" },
      hookSecrets: null,
      machineSecrets: null,
    });
    expect(readConfig(PROD)).toMatchObject({
      environment: "prod",
      hookSecrets: PROD.BALLAST_HOOK_SECRETS,
      projectNumber: "123456789012",
      taskTargetOrigin: null,
      keyStore: { kind: "secretManager" },
    });
  });

  it("takes sealed keys where a key is named that wraps them", () => {
    const keyName = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
    expect(readConfig({ ...PROD, BALLAST_KMS_KEY: keyName }).keyStore).toEqual({ kind: "kms", keyName });
    const key = Buffer.alloc(32, 7).toString("base64");
    const local = { ...LOCAL, BALLAST_LOCAL_WRAPPING_KEY: key, BALLAST_VENUE_KEYS_FILE: undefined };
    expect(readConfig(local).keyStore).toEqual({ kind: "localKey", key });
  });

  it("names every missing setting at once, each with a remedy", () => {
    const faults = faultsOf({ BALLAST_TASKS_ENDPOINT: " " });
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([
      "BALLAST_ENVIRONMENT",
      "GCLOUD_PROJECT",
      "BALLAST_LOCATION",
      "BALLAST_PAPER_VENUE_ORIGIN",
    ]);
    for (const fault of faults) expect(fault).toMatch(/ is missing: set it to /);
  });

  it.each([
    [
      "an unknown environment",
      LOCAL,
      { BALLAST_ENVIRONMENT: "production" },
      /BALLAST_ENVIRONMENT is unusable/,
    ],
    ["a real project under local", LOCAL, { GCLOUD_PROJECT: "ballast-prod" }, /is a real project/],
    ["a demo project under prod", PROD, { GCLOUD_PROJECT: "demo-ballast" }, /is a demo project/],
    [
      "an emulator under prod",
      PROD,
      { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080" },
      /FIRESTORE_EMULATOR_HOST/,
    ],
    [
      "a tasks endpoint under prod",
      PROD,
      { BALLAST_TASKS_ENDPOINT: "127.0.0.1:1" },
      /BALLAST_TASKS_ENDPOINT/,
    ],
    ["no invoker under prod", PROD, { BALLAST_TASK_INVOKER: "" }, /BALLAST_TASK_INVOKER is missing/],
    ["no project number under prod", PROD, { BALLAST_PROJECT_NUMBER: "" }, /BALLAST_PROJECT_NUMBER is miss/],
    [
      "a target of tasks that is no function of the project",
      PROD,
      { BALLAST_TASK_TARGET_ORIGIN: "https://example.org" },
      /BALLAST_TASK_TARGET_ORIGIN is for the local stack only/,
    ],
    ["keys in a file under prod", PROD, { BALLAST_VENUE_KEYS_FILE: "/keys" }, /for the local stack only/],
    [
      "a wrapping key in the environment under prod",
      PROD,
      { BALLAST_LOCAL_WRAPPING_KEY: Buffer.alloc(32).toString("base64") },
      /for the local stack only/,
    ],
    [
      "no place for keys under local",
      LOCAL,
      { BALLAST_VENUE_KEYS_FILE: "" },
      /BALLAST_VENUE_KEYS_FILE is mis/,
    ],
    [
      "a key at Google under local",
      LOCAL,
      { BALLAST_KMS_KEY: "projects/p/locations/l/keyRings/r/cryptoKeys/k" },
      /is a key at Google/,
    ],
    ["a key that is none", PROD, { BALLAST_KMS_KEY: "my-key" }, /not the resource name of a key/],
    ["a short wrapping key", LOCAL, { BALLAST_LOCAL_WRAPPING_KEY: "c2hvcnQ=" }, /must be 32 bytes/],
    ["an ill-formed endpoint", LOCAL, { BALLAST_TASKS_ENDPOINT: "http://x" }, /must be host:port/],
    ["plain http to a stranger", LOCAL, { BALLAST_TASK_TARGET_ORIGIN: "http://example.org" }, /loopback/],
    ["a path on the venue", LOCAL, { BALLAST_PAPER_VENUE_ORIGIN: "https://x.test/fapi" }, /without a path/],
    ["a region that is none", LOCAL, { BALLAST_LOCATION: "Belgium" }, /BALLAST_LOCATION/],
  ])("refuses %s", (_name, base, change, message) => {
    expect(faultsOf({ ...base, ...change }).join("\n")).toMatch(message);
  });

  it.each([
    ...["fapi.binance.com", "FAPI.Binance.com.", "x.y.binance.us"],
    ...["api.bybit.com", "api.bytick.com", "api.bybit-tr.com", "api.bybitgeorgia.ge", "api.bybit.ae"],
  ])("refuses %s for paper orders", (host) => {
    expect(faultsOf({ ...LOCAL, BALLAST_PAPER_VENUE_ORIGIN: `https://${host}` }).join()).toMatch(
      /production host/,
    );
  });

  it.each([
    ...["testnet.binancefuture.com", "demo-fapi.binance.com", "notbinance.com"],
    ...["api-testnet.bybit.com", "api-demo.bybit.com", "api-demo-testnet.bybit.com"],
  ])("accepts %s for paper orders", (host) => {
    expect(faultsOf({ ...LOCAL, BALLAST_PAPER_VENUE_ORIGIN: `https://${host}` })).toEqual([]);
  });

  it("reports faults between settings together with faults of shape", () => {
    const faults = faultsOf({ ...PROD, BALLAST_LOCATION: undefined, BALLAST_TASK_INVOKER: undefined });
    expect(faults).toHaveLength(2);
  });

  it("never puts a secret into the error", () => {
    const env = {
      ...PROD,
      BALLAST_PAPER_VENUE_ORIGIN: "https://user:very-secret@x.test",
      BALLAST_LOCATION: "",
    };
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(faultsOf(env).join()).not.toContain("very-secret");
  });
});
