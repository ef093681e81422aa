// Keys in envelopes: they open for the account and environment that they were sealed for, under the key that wrapped them,
// and nowhere else; a changed byte opens nothing. Over Cloud KMS's documented answers and over a local key.
// Proves: adapters/secrets/envelope.ts, adapters/secrets/kms-wrapping.ts, adapters/secrets/local-wrapping.ts
// Proves: adapters/secrets/sealed-bytes.ts, schemas/sealed-keys.ts
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { seal } from "#adapters/secrets/envelope.ts";
import { createKmsWrapping } from "#adapters/secrets/kms-wrapping.ts";
import { createLocalWrapping } from "#adapters/secrets/local-wrapping.ts";
import { createSealedKeys } from "#adapters/secrets/sealed-keys.ts";
import type { SealedKeys } from "#domain/documents/sealed-keys.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import { MissingSecretError, SecretsUnavailableError } from "#ports/secrets.ts";
import { type Google, KMS_KEY, restOf, startGoogle } from "#test/support/google.ts";

const MARK = "MARKED-VALUE";
const KEYS = { apiKey: `${MARK}-key`, secret: `${MARK}-secret` };
const AT_MS = 1_767_000_000_000;

let google: Google;
const wrappings: Record<string, KeyWrapping> = {};
beforeAll(async () => {
  google = await startGoogle();
  wrappings.kms = createKmsWrapping({ keyName: KMS_KEY, rest: restOf(google, async () => "a-token") });
  wrappings.local = createLocalWrapping(randomBytes(32).toString("base64"));
});
afterAll(() => google.close());

function wrappingOf(name: string): KeyWrapping {
  const wrapping = wrappings[name];
  if (wrapping === undefined) throw new Error(`No wrapping ${name}`);
  return wrapping;
}

const sealedBy = (wrapping: KeyWrapping, accountId = "main", environment = "prod"): Promise<SealedKeys> =>
  seal(wrapping, { environment, accountId }, JSON.stringify(KEYS), AT_MS);

const reading = (wrapping: KeyWrapping, stored: unknown, environment = "prod") =>
  createSealedKeys({ environment, wrapping, read: async () => stored });

async function faultOf(asked: Promise<unknown>): Promise<Error> {
  const fault: unknown = await asked.catch((thrown: unknown) => thrown);
  if (!(fault instanceof Error)) throw new Error("Nothing was thrown");
  expect(`${fault.message} ${fault.stack} ${String(fault.cause)}`).not.toContain(MARK);
  return fault;
}

describe.each(["kms", "local"])("an envelope under the key of %s", (name) => {
  it("opens where it belongs, and shows nothing of the keys by itself", async () => {
    const wrapping = wrappingOf(name);
    const stored = await sealedBy(wrapping);
    expect(JSON.stringify(stored)).not.toContain(MARK);
    expect(await reading(wrapping, stored)("main")).toMatchObject(KEYS);
  });

  it.each([
    ["another account", "other", "prod"],
    ["another environment", "main", "staging"],
  ])("does not open for %s", async (_case, accountId, environment) => {
    const wrapping = wrappingOf(name);
    const stored = { ...(await sealedBy(wrapping)), accountId };
    expect(await faultOf(reading(wrapping, stored, environment)(accountId))).toBeInstanceOf(
      MissingSecretError,
    );
  });

  it.each(["nonce", "ciphertext", "wrappedKey"] as const)(
    "does not open after a change of %s",
    async (field) => {
      const wrapping = wrappingOf(name);
      const stored = await sealedBy(wrapping);
      const bytes = Buffer.from(stored[field], "base64");
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      const changed = { ...stored, [field]: bytes.toString("base64") };
      expect(await faultOf(reading(wrapping, changed)("main"))).toBeInstanceOf(MissingSecretError);
    },
  );

  it("has a data key of its own each time", async () => {
    const [first, second] = await Promise.all([sealedBy(wrappingOf(name)), sealedBy(wrappingOf(name))]);
    expect(second.ciphertext).not.toBe(first.ciphertext);
    expect(second.wrappedKey).not.toBe(first.wrappedKey);
  });
});

describe("sealed keys", () => {
  it("are opened once while the envelope stays the same, and anew when it is another", async () => {
    const local = wrappingOf("local");
    const unwrap = vi.fn(local.unwrap);
    const stored = { now: await sealedBy(local) };
    const keys = createSealedKeys({
      environment: "prod",
      wrapping: { ...local, unwrap },
      read: async () => stored.now,
    });
    const first = await keys("main");
    expect(await keys("main")).toEqual(first);
    expect(unwrap).toHaveBeenCalledOnce();
    stored.now = await sealedBy(local);
    expect((await keys("main")).revision).not.toBe(first.revision);
    expect(unwrap).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["none", null],
    ["another shape", { accountId: "main", secret: MARK }],
  ])("that are not there are missing: %s", async (_case, stored) => {
    expect(await faultOf(reading(wrappingOf("local"), stored)("main"))).toBeInstanceOf(MissingSecretError);
  });

  it("could not be asked for when the store is silent, or Cloud KMS", async () => {
    const read = async (): Promise<unknown> => {
      throw new Error(MARK);
    };
    const silent = createSealedKeys({ environment: "prod", wrapping: wrappingOf("local"), read });
    await expect(silent("main")).rejects.toBeInstanceOf(SecretsUnavailableError);
    const stored = await sealedBy(wrappingOf("kms"));
    google.fault = { status: 503, body: JSON.stringify({ error: { status: "UNAVAILABLE", message: MARK } }) };
    const fault = await faultOf(reading(wrappingOf("kms"), stored)("main"));
    google.fault = null;
    expect(fault).toBeInstanceOf(SecretsUnavailableError);
  });
});
