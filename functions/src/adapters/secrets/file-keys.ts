// Venue keys in a file of this machine, `{"<accountId>": {"apiKey": "…", "secret": "…"}}`: the local stack's way. Read at
// each call, so that an account can be added and a pair exchanged while the stack runs.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MissingSecretError, type StoredKeys } from "#ports/secrets.ts";
import { jsonOf, keysOfJson } from "./key-text.ts";

/** Throws MissingSecretError. */
export function createFileKeys(path: string): (accountId: string) => Promise<StoredKeys> {
  return async (accountId) => {
    const json = jsonOf(path, await textOf(path));
    const own = typeof json === "object" && json !== null && Object.hasOwn(json, accountId);
    if (!own)
      throw new MissingSecretError(`${path} has nothing for account ${accountId}: add its keys to the file`);
    const keys = keysOfJson(`${path}, account ${accountId}`, (json as Record<string, unknown>)[accountId]);
    return { ...keys, revision: createHash("sha256").update(JSON.stringify(keys)).digest("hex") };
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new MissingSecretError(`${path} is not there: it holds the venue keys of this machine`);
  }
}
