// Venue keys as sealed envelopes in the database, for projects with many accounts: one wrapping key in place of a secret
// each. An envelope is opened once for as long as it stays the same.
import type { SealedKeys } from "#domain/documents/sealed-keys.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import { MissingSecretError, SecretsUnavailableError, type StoredKeys } from "#ports/secrets.ts";
import { sealedKeysSchema } from "#schemas/sealed-keys.ts";
import { open } from "./envelope.ts";
import { keysOfText } from "./key-text.ts";

export interface SealedKeysOptions {
  readonly environment: string;
  readonly wrapping: KeyWrapping;
  /** The stored envelope's fields; null where there is none. */
  readonly read: (accountId: string) => Promise<unknown>;
}

/** Throws MissingSecretError, SecretsUnavailableError. */
export function createSealedKeys({
  environment,
  wrapping,
  read,
}: SealedKeysOptions): (accountId: string) => Promise<StoredKeys> {
  const opened = new Map<string, StoredKeys>();
  return async (accountId) => {
    const sealed = envelopeOf(accountId, await stored(read, accountId));
    const revision = `${sealed.sealedAtMs}/${sealed.nonce}`;
    const known = opened.get(accountId);
    if (known?.revision === revision) return known;
    const text = await open(wrapping, { environment, accountId }, sealed);
    const keys = { ...keysOfText(`The envelope of ${accountId}`, text), revision };
    opened.set(accountId, keys);
    return keys;
  };
}

async function stored(read: SealedKeysOptions["read"], accountId: string): Promise<unknown> {
  try {
    return await read(accountId);
  } catch (error) {
    throw new SecretsUnavailableError(`The sealed keys of ${accountId} could not be read`, { cause: error });
  }
}

function envelopeOf(accountId: string, data: unknown): SealedKeys {
  if (data === null)
    throw new MissingSecretError(`Account ${accountId} has no sealed keys: seal the account's keys`);
  const sealed = sealedKeysSchema.safeParse(data);
  if (sealed.success) return sealed.data;
  throw new MissingSecretError(`The sealed keys of ${accountId} are not an envelope: seal them anew`);
}
