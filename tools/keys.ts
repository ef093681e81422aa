// Operator command: proves a new pair of venue keys before it is stored: reads balance and positions with it, and
// writes nothing anywhere. Never prints a key.
//   node tools/keys.ts check <accountId> --file new-keys.json [--venue-origin URL]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { decodeRequired } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { venueOrigin } from "#domain/risk/live-gate.ts";
import { LOCAL_HOST } from "#local/ports.ts";
import { accountProfileSchema } from "#schemas/config.ts";
import { type OperatorParts, runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";

const USAGE = `Usage: keys.ts check <accountId> --file FILE [--venue-origin URL] ${TARGET_USAGE}`;
const TIMEOUT_MS = 8_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...TARGET_OPTIONS, file: { type: "string" }, "venue-origin": { type: "string" } },
});

runTool(values, async (parts) => {
  const [command, accountId] = positionals;
  if (command !== "check" || accountId === undefined || values.file === undefined) throw new Error(USAGE);
  const [snapshot] = await parts.documents.getAll([paths.account(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the account");
  const profile = decodeRequired(accountProfileSchema, snapshot);
  const secrets = createParameterSecrets({
    venueKeys: readFileSync(values.file, "utf8"),
    hookSecrets: null,
    machineSecrets: null,
  });
  if (profile.venue !== "binance-usdm") throw new Error(`Venue ${profile.venue} is not supported yet`);
  const venue = createCcxtVenue({
    venue: profile.venue,
    keys: await secrets.venueKeys(accountId),
    origin: originOf(parts, profile),
    clock: parts.clock,
    identity: createSystemIdentity(),
    logger: {
      info: () => undefined,
      warn: (message) => parts.say(message),
      error: (message) => parts.say(message),
    },
    requestTimeoutMs: TIMEOUT_MS,
  });
  const balance = await venue.fetchBalance();
  const positions = await venue.fetchPositions();
  parts.say(`The keys work: ${JSON.stringify(balance)}, ${positions.length} positions`);
});

function originOf({ environment, localPorts }: OperatorParts, profile: AccountProfile): string | null {
  const local = localPorts === null ? undefined : `http://${LOCAL_HOST}:${localPorts.exchange}`;
  const paper = values["venue-origin"] ?? local;
  if (profile.mode === "paper" && paper === undefined)
    throw new Error("Say where this paper account trades: --venue-origin URL");
  return venueOrigin(profile, environment, environment, paper ?? "");
}
