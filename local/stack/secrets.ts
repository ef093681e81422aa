// The local stack's secrets: made once per data directory, readable by their owner only, never in git. They open
// nothing but this machine's own exchange and hooks.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MACHINE, venueKeysFile } from "./settings.ts";

export interface LocalSecrets {
  /** Token of the TradingView hook. */
  readonly hookToken: string;
  /** `whsec_` secret of the signed hook. */
  readonly signingSecret: string;
  /** `whsec_` secret of the machine that may post commands. */
  readonly machineSecret: string;
}

const TOKEN_BYTES = 24;
const SIGNING_BYTES = 32;

/** Key pair that the local exchange starts with; a paper account there holds play money. */
const EXCHANGE_KEYS = { apiKey: "local-key", secret: "local-secret" };

/** The data directory's secrets, made when there are none. */
export function localSecrets(dataDir: string): LocalSecrets {
  const file = join(dataDir, "secrets.json");
  const stored = storedJson<LocalSecrets>(file);
  // A directory from before one of them existed keeps the others.
  if (stored.hookToken && stored.signingSecret && stored.machineSecret) return stored as LocalSecrets;
  const secrets: LocalSecrets = {
    hookToken: randomBytes(TOKEN_BYTES).toString("base64url"),
    signingSecret: newSigningSecret(),
    machineSecret: newSigningSecret(),
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

function newSigningSecret(): string {
  return `whsec_${randomBytes(SIGNING_BYTES).toString("base64")}`;
}

/** Gives an account the exchange's keys where it has none; keys that somebody put there stay. */
export function keepVenueKeys(dataDir: string, accountId: string): void {
  const file = venueKeysFile(dataDir);
  const stored = storedJson<Record<string, unknown>>(file);
  if (Object.hasOwn(stored, accountId)) return;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify({ ...stored, [accountId]: EXCHANGE_KEYS }, null, 2), { mode: 0o600 });
}

/** The file that the functions emulator reads in place of Secret Manager: `KEY=value` lines. */
export function secretFile(secrets: LocalSecrets, accountId: string, signedHookId: string): string {
  const hookSecrets = JSON.stringify({ [signedHookId]: [secrets.signingSecret] });
  const machines = JSON.stringify({
    // The operator's command line signs with it.
    [MACHINE]: { signingSecrets: [secrets.machineSecret], accounts: [accountId], role: "operator" },
  });
  const lines = {
    BALLAST_HOOK_SECRETS: hookSecrets,
    BALLAST_MACHINE_SECRETS: machines,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}
