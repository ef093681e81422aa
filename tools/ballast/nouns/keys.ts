// `keys`: proves a pair of venue keys before it is stored (reads balance, positions and the account's settings with it,
// compares these with the config), and stores it in the form that the deployment reads. Never prints a key.
import type { Command } from "commander";
import { createGoogleRest } from "#adapters/google/google-rest.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { venueKeysSecret } from "#adapters/secrets/cloud-secret-keys.ts";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { createKmsWrapping } from "#adapters/secrets/kms-wrapping.ts";
import { createLocalWrapping } from "#adapters/secrets/local-wrapping.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { SECRET_CALL_MS } from "#adapters/secrets/secret-call.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { decodeRequired } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { settingDifferences } from "#domain/risk/setting-differences.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import type { Secrets } from "#ports/secrets.ts";
import { type Venue, VenueError } from "#ports/venue.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";
import { kmsKeyName } from "#schemas/settings.ts";
import type { KeyForm } from "#tools/setup/cloud-project.ts";
import { accessToken } from "#tools/setup/google/connect.ts";
import { projectOf } from "#tools/setup/project-of.ts";
import type { OperatorParts, VenueAccess } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading, writing } from "#tools/target/verbs.ts";
import { keyPair } from "../commands/key-pair.ts";
import { sealingForm, sealKeys } from "../commands/seal-keys.ts";

interface VenueValues extends TargetValues {
  readonly venueOrigin?: string;
}

interface KeyValues extends VenueValues {
  /** JSON by account, as the secret holds it. */
  readonly file: string;
}

interface SealValues extends VenueValues {
  readonly file?: string;
  readonly kmsKey?: string;
}

export const keys: AddNoun = (program) => {
  const noun = program.command("keys").description("API keys of venue accounts");
  withKeys(reading(noun, "check <accountId>", "Prove new keys; writes nothing anywhere"), check);
  withKeys(writing(noun, "set <accountId>", "Prove new keys, then store them"), set);
  writing(
    noun,
    "seal <accountId>",
    "Prove new keys, then store them in an envelope that only Cloud KMS opens",
  )
    .option(
      "--file <file>",
      'JSON: {"<accountId>": {"apiKey": "…", "secret": "…"}}; without it they are typed',
    )
    .option("--kms-key <name>", "projects/…/cryptoKeys/…, before the deployment has it as BALLAST_KMS_KEY")
    .option("--venue-origin <url>", "where a paper account trades")
    .action(async (accountId: string, values: SealValues) => {
      const pair = once(async () => ({ ...(await keyPair(accountId, values)), revision: TYPED }));
      await onTarget(values, (parts) => sealed(parts, accountId, values), accessOf(pair, values));
    });
};

function withKeys(verb: Command, work: typeof check): void {
  verb
    .requiredOption("--file <file>", 'JSON: {"<accountId>": {"apiKey": "…", "secret": "…"}}')
    .option("--venue-origin <url>", "where a paper account trades")
    .action((accountId: string, values: KeyValues) =>
      onTarget(
        values,
        (parts) => work(parts, accountId, values),
        accessOf(createFileKeys(values.file), values),
      ),
    );
}

/** Of a pair that was typed. */
const TYPED = "typed";

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** The new keys in place of those that are in force. They are asked for when a venue is opened. */
function accessOf(pair: Secrets["venueKeys"], { venueOrigin }: VenueValues): VenueAccess {
  const secrets: Secrets = {
    ...createParameterSecrets({ hookSecrets: null, machineSecrets: null }),
    venueKeys: pair,
  };
  return { secrets, paperVenueOrigin: venueOrigin ?? null };
}

async function sealed(parts: OperatorParts, accountId: string, values: SealValues): Promise<void> {
  const project = projectOf(parts.target);
  const form = await project.keyForm();
  const kmsKey = values.kmsKey === undefined ? null : kmsKeyName.parse(values.kmsKey);
  sealingForm({ form, kmsKey });
  await check(parts, accountId, values);
  const pair = await parts.secrets.venueKeys(accountId);
  await sealKeys(parts, pair, { accountId, form, kmsKey, wrappingOf });
}

function wrappingOf(form: Exclude<KeyForm, { kind: "plain" }>): KeyWrapping {
  if (form.kind === "localKey") return createLocalWrapping(form.key);
  const { keyName } = form;
  const rest = createGoogleRest({
    origin: "https://cloudkms.googleapis.com",
    transport: createNodeTransport(SECRET_CALL_MS),
    accessToken,
    clock: createSystemClock(),
    random: Math.random,
  });
  return createKmsWrapping({ keyName, rest });
}

async function set(parts: OperatorParts, accountId: string, values: VenueValues): Promise<void> {
  const form = await projectOf(parts.target).keyForm();
  if (form !== null && form.kind !== "plain")
    throw new Error(
      `The deployment reads sealed keys: npm run ballast -- keys seal ${accountId}. No function there reads a plain pair`,
    );
  await check(parts, accountId, values);
  const { apiKey, secret } = await parts.secrets.venueKeys(accountId);
  const name = venueKeysSecret(accountId);
  parts.say(`${parts.writes ? "Storing" : "Would store"} the keys of ${accountId} as ${name}`);
  if (!parts.writes) return;
  await projectOf(parts.target).addSecretVersion(name, JSON.stringify({ apiKey, secret }));
  parts.say("In force within five minutes, and at once when the venue refuses the old pair");
}

async function check(parts: OperatorParts, accountId: string, values: VenueValues): Promise<void> {
  const [snapshot] = await parts.documents.getAll([paths.account(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the account");
  const profile = decodeRequired(accountProfileSchema, snapshot);
  const isLocal = parts.target.localPorts !== null;
  if (profile.mode === "paper" && values.venueOrigin === undefined && !isLocal)
    throw new Error("Say where this paper account trades: --venue-origin URL");
  const venue = await parts.venueFor(profile);
  const { walletUsd, positions } = await answered(profile, venue);
  parts.say(`The keys work: wallet ${walletUsd} USD, ${positions.length} open positions`);
  await saySettings(parts, profile, venue);
}

/** Throws with the step to take where the venue refuses the keys. */
async function answered({ accountId, venue: venueId }: AccountProfile, venue: Venue) {
  try {
    const { walletUsd } = await venue.fetchAccount();
    return { walletUsd, positions: await venue.fetchPositions() };
  } catch (error) {
    if (!(error instanceof VenueError) || error.accountRemedy === null) throw error;
    const said = `${error.code}: ${error.message}`;
    throw new Error(`${venueId} refuses these keys for ${accountId} (${said}). ${error.accountRemedy}`, {
      cause: error,
    });
  }
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
