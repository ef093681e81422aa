// Operator command: proves a new pair of venue keys before it is stored: reads balance, positions and the account's
// settings with it, compares these with the config, and writes nothing anywhere. Never prints a key.
//   node tools/keys.ts check <accountId> --file new-keys.json [--venue-origin URL]
import { parseArgs } from "node:util";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { decodeRequired } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { settingDifferences } from "#domain/risk/setting-differences.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Venue } from "#ports/venue.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";
import {
  exchangeOrigin,
  type OperatorParts,
  runTool,
  TARGET_OPTIONS,
  TARGET_USAGE,
} from "./operate/operator.ts";

const USAGE = `Usage: keys.ts check <accountId> --file FILE [--venue-origin URL] ${TARGET_USAGE}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...TARGET_OPTIONS, file: { type: "string" }, "venue-origin": { type: "string" } },
});

/** The new keys in place of those that are in force. Their file is read when a venue is opened. */
const secrets: Secrets = {
  ...createParameterSecrets({ hookSecrets: null, machineSecrets: null }),
  venueKeys: (accountId) => createFileKeys(values.file ?? "")(accountId),
};

async function check(parts: OperatorParts): Promise<void> {
  const [command, accountId] = positionals;
  if (command !== "check" || accountId === undefined || values.file === undefined) throw new Error(USAGE);
  const [snapshot] = await parts.documents.getAll([paths.account(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the account");
  const profile = decodeRequired(accountProfileSchema, snapshot);
  const paperOrigin = values["venue-origin"] ?? exchangeOrigin(parts.localPorts);
  if (profile.mode === "paper" && paperOrigin === null)
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
  const { key, positionMode, multiAssets, mayTrade, feesInCoin, symbols } = await venue.fetchSettings(
    config.symbols,
  );
  parts.say(`  account: ${JSON.stringify({ positionMode, multiAssets, mayTrade, feesInCoin })}`);
  parts.say(`  key: ${key === null ? "the venue's address does not tell" : JSON.stringify(key)}`);
  for (const [symbol, { marginType, leverage }] of Object.entries(symbols))
    parts.say(`  ${symbol}: ${marginType}, ${leverage}x`);
  const settings = {
    key,
    positionMode,
    multiAssets,
    mayTrade,
    feesInCoin,
    symbols,
    asOfMs: parts.clock.nowMs(),
  };
  const differences = settingDifferences(config, settings);
  for (const { setting, expected, actual, remedy } of differences)
    parts.say(`  differs: ${setting} is ${actual}, wanted ${expected}. ${remedy}`);
  if (differences.length === 0) parts.say("  Everything is set as the config wants it");
}

runTool(values, check, { secrets, paperVenueOrigin: values["venue-origin"] ?? null });
