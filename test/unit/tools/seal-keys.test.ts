// `keys seal`: what it stores opens in the deployment that it was sealed for, and shows nothing of the keys; it never seals
// with a key that the deployment does not open with, and setup and `keys set` leave the form alone that the deployment reads.
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKmsWrapping } from "#adapters/secrets/kms-wrapping.ts";
import { createLocalWrapping } from "#adapters/secrets/local-wrapping.ts";
import { createSealedKeys } from "#adapters/secrets/sealed-keys.ts";
import { paths } from "#domain/documents/paths.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import { SetupWorld } from "#test/support/google/setup-world.ts";
import { type Google, KMS_KEY, restOf, startGoogle } from "#test/support/google.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { type Sealing, sealingForm, sealKeys } from "#tools/ballast/commands/seal-keys.ts";
import type { KeyForm } from "#tools/setup/cloud-project.ts";
import { runSteps } from "#tools/setup/step.ts";
import { allSteps } from "#tools/setup/steps/all-steps.ts";

const MARK = "MARKED-VALUE";
const PAIR = { apiKey: `${MARK}-key`, secret: `${MARK}-secret` };
const LOCAL: KeyForm = { kind: "localKey", key: randomBytes(32).toString("base64") };
const KMS: KeyForm = { kind: "kms", keyName: KMS_KEY };
const PLAIN: KeyForm = { kind: "plain" };

let google: Google;
let said: string[];
const clock = createFakeClock();
let documents: ReturnType<typeof createMemoryDocuments>;

beforeEach(async () => {
  google = await startGoogle();
  documents = createMemoryDocuments(clock);
  said = [];
});
afterEach(() => google.close());

const wrappingOf: Sealing["wrappingOf"] = (form): KeyWrapping =>
  form.kind === "localKey"
    ? createLocalWrapping(form.key)
    : createKmsWrapping({ keyName: form.keyName, rest: restOf(google, async () => "a-token") });

async function seal(form: KeyForm | null, kmsKey: string | null = null, writes = true): Promise<void> {
  const parts = {
    documents,
    clock,
    writes,
    say: (line: string) => void said.push(line),
    target: { environment: "staging" },
  };
  await sealKeys(parts, PAIR, { accountId: "main", form, kmsKey, wrappingOf });
}

const opened = async (form: Exclude<KeyForm, { kind: "plain" }>) =>
  createSealedKeys({
    environment: "staging",
    wrapping: wrappingOf(form),
    read: async () => documents.dump()[paths.sealedKeys("main")] ?? null,
  })("main");

describe("a pair that is sealed", () => {
  it.each([
    ["Cloud KMS", KMS],
    ["the key of this machine", LOCAL],
  ] as const)(
    "under %s is what the deployment reads, and stands in no document and on no screen",
    async (_case, form) => {
      await seal(form);
      expect(await opened(form)).toMatchObject(PAIR);
      expect(JSON.stringify([documents.dump(), said, google.requests])).not.toContain(MARK);
      expect(said.at(-1)).toContain("Sealed keys count here");
    },
  );

  it("before the deployment reads envelopes is stored, and it is said that plain keys still count", async () => {
    for (const form of [PLAIN, null]) {
      await seal(form, KMS_KEY);
      expect(await opened(KMS)).toMatchObject(PAIR);
      expect(said.at(-1)).toContain("Plain keys count until");
    }
  });

  it("replaces the one before", async () => {
    await seal(LOCAL);
    const before = documents.dump()[paths.sealedKeys("main")];
    await seal(LOCAL);
    expect(documents.dump()[paths.sealedKeys("main")]).not.toEqual(before);
    expect(await opened(LOCAL)).toMatchObject(PAIR);
  });

  it("in a dry run is neither stored nor sent to Cloud KMS", async () => {
    await seal(KMS, null, false);
    expect(documents.dump()).toEqual({});
    expect(google.requests).toEqual([]);
  });
});

describe("a key that the deployment does not open with", () => {
  it.each([
    ["another key of Cloud KMS", KMS, `${KMS_KEY}-2`, /BALLAST_KMS_KEY/],
    ["a key of Cloud KMS on the local stack", LOCAL, KMS_KEY, /leave --kms-key out/],
    ["none, where plain keys are read", PLAIN, null, /--kms-key/],
    ["none, where nothing is deployed", null, null, /--kms-key/],
  ] as const)("is refused: %s", (_case, form, kmsKey, remedy) => {
    expect(() => sealingForm({ form, kmsKey })).toThrow(remedy);
  });
});

describe("setup over a deployment that reads sealed keys", () => {
  it("keeps the setting, asks for the envelope, and stores no plain pair beside it", async () => {
    const world = new SetupWorld();
    const setUp = () =>
      runSteps(allSteps(world.parts()), { isDry: false, report: () => {}, begins: () => {} });
    await setUp();
    world.settings += `BALLAST_KMS_KEY=${KMS_KEY}\n`;
    world.google.serviceConfigs.navEveryMinute = {
      serviceConfig: { environmentVariables: { BALLAST_KMS_KEY: KMS_KEY } },
    };
    world.google.secrets = Object.fromEntries(
      Object.entries(world.google.secrets).filter(([name]) => !name.startsWith("ballast-venue-keys-")),
    );
    await expect(setUp()).rejects.toThrow(/keys seal main/);
    world.documents.seed(paths.sealedKeys("main"), { accountId: "main" });
    world.effects.length = 0;
    await setUp();
    expect(world.effects).toEqual([]);
    expect(world.settings).toContain(`BALLAST_KMS_KEY=${KMS_KEY}`);
  });
});
