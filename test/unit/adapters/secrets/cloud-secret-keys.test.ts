// Venue keys out of Secret Manager: one secret an account, the newest version, and errors that say whether the keys are gone
// or could not be asked for. No error shows a byte of a key.
// Proves: adapters/secrets/secret-call.ts, adapters/secrets/key-text.ts
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSecretManagerKeys, venueKeysSecret } from "#adapters/secrets/cloud-secret-keys.ts";
import { MissingSecretError, SecretsUnavailableError } from "#ports/secrets.ts";
import { type Google, restOf, startGoogle } from "#test/support/google.ts";

const SECRET = venueKeysSecret("main");
const MARK = "MARKED-VALUE";
const TEXT = JSON.stringify({ apiKey: `${MARK}-key`, secret: `${MARK}-secret` });

let google: Google;
beforeEach(async () => {
  google = await startGoogle();
});
afterEach(() => google.close());

const keys = (token = async () => "a-token") =>
  createSecretManagerKeys({ projectId: "some-project", rest: restOf(google, token) });

async function faultOf(asked: Promise<unknown>): Promise<Error> {
  const fault: unknown = await asked.catch((thrown: unknown) => thrown);
  if (!(fault instanceof Error)) throw new Error("Nothing was thrown");
  // Down to the last cause, as a crash prints it.
  expect(inspect(fault, { depth: null })).not.toContain(MARK);
  return fault;
}

describe("keys in Secret Manager", () => {
  it("are the newest version of the account's own secret, asked for in the process's name", async () => {
    google.secrets.set(SECRET, { version: 3, text: TEXT, state: "ENABLED" });
    expect(await keys()("main")).toEqual({
      apiKey: `${MARK}-key`,
      secret: `${MARK}-secret`,
      revision: "3",
    });
    expect(google.requests).toEqual([
      {
        url: "/v1/projects/some-project/secrets/ballast-venue-keys-main/versions/latest:access",
        authorization: "Bearer a-token",
      },
    ]);
  });

  it("are another revision once a version is added", async () => {
    google.secrets.set(SECRET, { version: 3, text: TEXT, state: "ENABLED" });
    const ask = keys();
    await ask("main");
    google.secrets.set(SECRET, { version: 4, text: TEXT, state: "ENABLED" });
    expect(await ask("main")).toMatchObject({ revision: "4" });
  });

  it("that were never stored are missing, by name", async () => {
    const fault = await faultOf(keys()("main"));
    expect(fault).toBeInstanceOf(MissingSecretError);
    expect(fault.message).toContain("ballast-venue-keys-main");
  });

  it("whose newest version a person disabled are missing", async () => {
    google.secrets.set(SECRET, { version: 3, text: TEXT, state: "DISABLED" });
    expect(await faultOf(keys()("main"))).toBeInstanceOf(MissingSecretError);
  });

  it.each([
    ["not JSON", `${MARK} is no JSON`],
    ["without a secret", JSON.stringify({ apiKey: MARK })],
    ["with a field too many", JSON.stringify({ apiKey: MARK, secret: MARK, [MARK]: MARK })],
    ["empty", JSON.stringify({ apiKey: "", secret: MARK })],
  ])("that are unusable are missing, and not shown: %s", async (_case, text) => {
    google.secrets.set(SECRET, { version: 1, text, state: "ENABLED" });
    expect(await faultOf(keys()("main"))).toBeInstanceOf(MissingSecretError);
  });

  it.each([
    ["is busy", 503, JSON.stringify({ error: { status: "UNAVAILABLE", message: MARK } }), /503 UNAVAILABLE/],
    ["forbids it", 403, JSON.stringify({ error: { status: "PERMISSION_DENIED" } }), /secretAccessor/],
    ["names its fault oddly", 500, JSON.stringify({ error: { status: `${MARK} x` } }), /500 UNNAMED/],
    ["answers with a page", 200, `<html>${MARK}</html>`, /did not answer/],
    ["answers with another shape", 200, JSON.stringify({ [MARK]: 1 }), /is odd/],
  ])("could not be asked for when Google %s", async (_case, status, body, words) => {
    google.secrets.set(SECRET, { version: 1, text: TEXT, state: "ENABLED" });
    google.fault = { status, body };
    const fault = await faultOf(keys()("main"));
    expect(fault).toBeInstanceOf(SecretsUnavailableError);
    expect(fault.message).toMatch(words);
  });

  it("could not be asked for when the process has no identity", async () => {
    const noToken = async (): Promise<string> => {
      throw new Error(`no credentials ${MARK}`);
    };
    expect(await faultOf(keys(noToken)("main"))).toBeInstanceOf(SecretsUnavailableError);
  });
});
