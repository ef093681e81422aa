// This machine's keys: read from the file at each call, by account, and never shown.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { MissingSecretError } from "#ports/secrets.ts";

const MARK = "MARKED-VALUE";
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ballast-keys-"));
  file = join(folder, "venue-keys.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = (keys: unknown): void => writeFileSync(file, JSON.stringify(keys));

describe("keys in a file", () => {
  it("are the account's own, as the file has them now", async () => {
    const keys = createFileKeys(file);
    store({ main: { apiKey: "a", secret: "b" }, other: { apiKey: "c", secret: "d" } });
    const first = await keys("main");
    expect(first).toMatchObject({ apiKey: "a", secret: "b" });
    expect(await keys("main")).toEqual(first);
    store({ main: { apiKey: "e", secret: "f" } });
    const second = await keys("main");
    expect(second).toMatchObject({ apiKey: "e", secret: "f" });
    expect(second.revision).not.toBe(first.revision);
  });

  it.each([
    ["no file", null, "is not there"],
    ["no JSON", MARK, "is not JSON"],
    ["no such account", '{"other": {}}', "nothing for account constructor"],
    ["no account of that inherited name", "{}", "nothing for account constructor"],
    ["no secret", `{"constructor": {"apiKey": "${MARK}"}}`, "see secret"],
  ])("are missing with %s", async (_case, text, words) => {
    if (text !== null) writeFileSync(file, text);
    const fault: unknown = await createFileKeys(file)("constructor").catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(MissingSecretError);
    expect(String(fault)).toContain(words);
    expect(`${(fault as Error).stack} ${String((fault as Error).cause)}`).not.toContain(MARK);
  });
});
