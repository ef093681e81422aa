// `keys`: proves a pair of venue keys before it is stored (reads balance, positions and the account's settings with it,
// compares these with the config), and stores it. Never prints a key.
import type { Command } from "commander";
import { venueKeysSecret } from "#adapters/secrets/cloud-secret-keys.ts";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { decodeRequired } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { settingDifferences } from "#domain/risk/setting-differences.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Venue } from "#ports/venue.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";
import { projectOf } from "#tools/setup/project-of.ts";
import type { OperatorParts, VenueAccess } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading, writing } from "#tools/target/verbs.ts";

interface KeyValues extends TargetValues {
  /** JSON by account, as the secret holds it. */
  readonly file: string;
  readonly venueOrigin?: string;
}

export const keys: AddNoun = (program) => {
  const noun = program.command("keys").description("API keys of venue accounts");
  withKeys(reading(noun, "check <accountId>", "Prove new keys; writes nothing anywhere"), check);
  withKeys(writing(noun, "set <accountId>", "Prove new keys, then store them"), set);
};

function withKeys(verb: Command, work: typeof check): void {
  verb
    .requiredOption("--file <file>", 'JSON: {"<accountId>": {"apiKey": "…", "secret": "…"}}')
    .option("--venue-origin <url>", "where a paper account trades")
    .action((accountId: string, values: KeyValues) =>
      onTarget(values, (parts) => work(parts, accountId, values), accessOf(values)),
    );
}

/** The new keys in place of those that are in force. Their file is read when a venue is opened. */
function accessOf({ file, venueOrigin }: KeyValues): VenueAccess {
  const secrets: Secrets = {
    ...createParameterSecrets({ hookSecrets: null, machineSecrets: null }),
    venueKeys: (accountId) => createFileKeys(file)(accountId),
  };
  return { secrets, paperVenueOrigin: venueOrigin ?? null };
}

async function set(parts: OperatorParts, accountId: string, values: KeyValues): Promise<void> {
  await check(parts, accountId, values);
  const { apiKey, secret } = await parts.secrets.venueKeys(accountId);
  const name = venueKeysSecret(accountId);
  parts.say(`${parts.writes ? "Storing" : "Would store"} the keys of ${accountId} as ${name}`);
  if (!parts.writes) return;
  await projectOf(parts.target).addSecretVersion(name, JSON.stringify({ apiKey, secret }));
  parts.say("In force within five minutes, and at once when the venue refuses the old pair");
}

async function check(parts: OperatorParts, accountId: string, values: KeyValues): Promise<void> {
  const [snapshot] = await parts.documents.getAll([paths.account(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the account");
  const profile = decodeRequired(accountProfileSchema, snapshot);
  const isLocal = parts.target.localPorts !== null;
  if (profile.mode === "paper" && values.venueOrigin === undefined && !isLocal)
    throw new Error("Say where this paper account trades: --venue-origin URL");
  const venue = await parts.venueFor(profile);
  const balance = await venue.fetchAccount();
  const positions = await venue.fetchPositions();
  parts.say(`The keys work: ${JSON.stringify(balance)}, ${positions.length} positions`);
  await saySettings(parts, profile, venue);
}

/** How the account is set at the venue, and where that differs from its config. */
async function saySettings(parts: OperatorParts, profile: AccountProfile, venue: Venue): Promise<void> {
  const [stored] = await parts.documents.getAll([paths.config(profile.accountId)]);
  if (stored === undefined) throw new Error("The store answered without the config");
  const config = decodeRequired(accountConfigSchema, stored);
  const settings = await venue.fetchSettings(config.symbols);
  const { key, positionMode, multiAssets, mayTrade, feesInCoin, symbols } = settings;
  parts.say(`  account: ${JSON.stringify({ positionMode, multiAssets, mayTrade, feesInCoin })}`);
  parts.say(`  key: ${key === null ? "the venue's address does not tell" : JSON.stringify(key)}`);
  for (const [symbol, { marginType, leverage }] of Object.entries(symbols))
    parts.say(`  ${symbol}: ${marginType}, ${leverage}x`);
  const differences = settingDifferences(config, settings);
  for (const { setting, expected, actual, remedy } of differences)
    parts.say(`  differs: ${setting} is ${actual}, wanted ${expected}. ${remedy}`);
  if (differences.length === 0) parts.say("  Everything is set as the config wants it");
}
