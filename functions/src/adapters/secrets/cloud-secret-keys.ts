// Venue keys in Secret Manager, one secret for each account: who may read one account's keys is said for that account, and
// one account's rotation touches no other.
import { z } from "zod";
import type { GoogleRest } from "#adapters/google/google-rest.ts";
import { MissingSecretError, SecretsUnavailableError, type StoredKeys } from "#ports/secrets.ts";
import { keysOfText } from "./key-text.ts";
import { callForSecret, SecretCallError } from "./secret-call.ts";

export interface SecretManagerOptions {
  readonly projectId: string;
  readonly rest: GoogleRest;
}

const accessAnswer = z.object({ name: z.string(), payload: z.object({ data: z.base64() }) });

/** The account's secret. */
export function venueKeysSecret(accountId: string): string {
  return `ballast-venue-keys-${accountId}`;
}

/** Throws MissingSecretError, SecretsUnavailableError. */
export function createSecretManagerKeys({
  projectId,
  rest,
}: SecretManagerOptions): (accountId: string) => Promise<StoredKeys> {
  return async (accountId) => {
    const secret = venueKeysSecret(accountId);
    const path = `/v1/projects/${projectId}/secrets/${secret}/versions/latest:access`;
    const answer = accessAnswer.safeParse(await accessed(rest, secret, path));
    if (!answer.success) throw new SecretsUnavailableError(`Secret Manager's answer on ${secret} is odd`);
    const { name, payload } = answer.data;
    const text = Buffer.from(payload.data, "base64").toString("utf8");
    return { ...keysOfText(secret, text), revision: name.slice(name.lastIndexOf("/") + 1) };
  };
}

async function accessed(rest: GoogleRest, secret: string, path: string): Promise<unknown> {
  try {
    return await callForSecret(rest, { method: "GET", path });
  } catch (error) {
    if (!(error instanceof SecretCallError)) throw error;
    // Gone, never there, or its newest version disabled: all three are a person's decision.
    if (error.status === 404 || error.reason === "FAILED_PRECONDITION")
      throw new MissingSecretError(
        `Secret ${secret} has no version that may be read (${error.reason}): store the account's keys in it`,
        { cause: error },
      );
    const remedy =
      error.status === 403 ? ": give the trader's service account roles/secretmanager.secretAccessor" : "";
    throw new SecretsUnavailableError(`Secret ${secret} could not be read (${error.message})${remedy}`, {
      cause: error,
    });
  }
}
