// The local stack's secrets: made once per data directory, readable by their owner only, never in git. They open
// nothing but this machine's own exchange and hooks.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newSigningSecret, newToken } from "#domain/signal/new-secrets.ts";
import { storeMissingEntries } from "./secret-store.ts";
import {
  ACCOUNT_ID,
  localWrappingKey,
  MACHINE,
  SIGNED_HOOK_ID,
  venueKeysFile,
  wrappingKeyFile,
} from "./settings.ts";

export interface LocalSecrets {
  /** Token of the TradingView hook. */
  readonly hookToken: string;
  /** `whsec_` secret of the signed hook. */
  readonly signingSecret: string;
  /** `whsec_` secret of the machine that may post commands. */
  readonly machineSecret: string;
}

/** Key pair that the local exchange starts with; a paper account there holds play money. */
export const EXCHANGE_KEYS = { apiKey: "local-key", secret: "local-secret" };

/** Of AES-256. */
const WRAPPING_KEY_BYTES = 32;

/** The data directory's secrets, made when there are none. */
export function localSecrets(dataDir: string): LocalSecrets {
  const file = join(dataDir, "secrets.json");
  const stored = storedJson<LocalSecrets>(file);
  // A directory from before one of them existed keeps the others.
  if (stored.hookToken && stored.signingSecret && stored.machineSecret) return stored as LocalSecrets;
  const secrets: LocalSecrets = {
    hookToken: newToken(randomBytes),
    signingSecret: newSigningSecret(randomBytes),
    machineSecret: newSigningSecret(randomBytes),
    ...stored,
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

function storedJson<Shape>(file: string): Partial<Shape> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<Shape>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return {};
  }
}

/** Entries of the seeded account, hook and machine in the store of secrets. */
export function storeSeedSecrets(dataDir: string): void {
  const { signingSecret, machineSecret } = localSecrets(dataDir);
  storeMissingEntries(dataDir, {
    BALLAST_HOOK_SECRETS: { [SIGNED_HOOK_ID]: [signingSecret] },
    BALLAST_MACHINE_SECRETS: {
      // The operator's command line signs with it.
      [MACHINE]: { signingSecrets: [machineSecret], accounts: [ACCOUNT_ID], role: "operator" },
    },
  });
  // Where sealed keys count, no function reads plain ones.
  if (localWrappingKey(dataDir) === null && venueKeysText(dataDir, ACCOUNT_ID) === null)
    storeVenueKeys(dataDir, ACCOUNT_ID, JSON.stringify(EXCHANGE_KEYS));
}

/** An account's keys as they are stored; null: it has none. The functions read the file at each use. */
export function venueKeysText(dataDir: string, accountId: string): string | null {
  const stored = storedJson<Record<string, unknown>>(venueKeysFile(dataDir));
  return Object.hasOwn(stored, accountId) ? JSON.stringify(stored[accountId]) : null;
}

export function storeVenueKeys(dataDir: string, accountId: string, text: string): void {
  const file = venueKeysFile(dataDir);
  const stored = storedJson<Record<string, unknown>>(file);
  mkdirSync(dataDir, { recursive: true });
  const half = `${file}.half`;
  writeFileSync(half, JSON.stringify({ ...stored, [accountId]: JSON.parse(text) }, null, 2), { mode: 0o600 });
  renameSync(half, file);
}

/** From the stack's next start on, envelopes count. A key that is there stays: envelopes open with no other. */
export function storeWrappingKey(dataDir: string): void {
  if (localWrappingKey(dataDir) !== null) return;
  mkdirSync(dataDir, { recursive: true });
  const half = `${wrappingKeyFile(dataDir)}.half`;
  writeFileSync(half, randomBytes(WRAPPING_KEY_BYTES).toString("base64"), { mode: 0o600 });
  renameSync(half, wrappingKeyFile(dataDir));
}
