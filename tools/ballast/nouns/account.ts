// `account`: what accounts there are, and a new one with its config from a risk profile. Its keys come by `keys set`, its
// alerts by a hook; until it has keys it raises an alert on itself and trades nothing.
import { decode, decodeRequired, UnusableDocumentError } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { ACCOUNT_MODES, VENUE_IDS } from "#domain/documents/words.ts";
import { accountProfileSchema } from "#schemas/config.ts";
import { explainedNumbers } from "#tools/setup/explained-numbers.ts";
import { firstConfig } from "#tools/setup/first-config.ts";
import { accountsMarkWrite, accountWrites } from "#tools/setup/new-account.ts";
import { projectOf } from "#tools/setup/project-of.ts";
import { PROFILE_NAMES } from "#tools/setup/risk-profiles.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, chosen, listed, onTarget, reading, writing } from "#tools/target/verbs.ts";
import { readMarkets } from "../commands/read-markets.ts";

const ACTOR = "ballast account create";
const LISTED = 500;

interface CreateValues extends TargetValues {
  readonly name?: string;
  readonly venue: string;
  readonly mode: string;
  readonly profile: string;
  readonly capitalUsd: string;
  readonly symbols: string;
  readonly strategies: string;
}

export const account: AddNoun = (program) => {
  const noun = program.command("account").description("Venue accounts that are traded");
  reading(noun, "list", "Every account, its venue and mode").action((values: TargetValues) =>
    onTarget(values, list),
  );
  writing(noun, "create <accountId>", "A new account with its first config")
    .option("--name <name>", "as people type it to confirm a command")
    .option("--venue <venue>", VENUE_IDS.join(", "), VENUE_IDS[0])
    .option("--mode <mode>", ACCOUNT_MODES.join(", "), "paper")
    .option("--profile <profile>", `${PROFILE_NAMES.join(", ")} (config profiles explains them)`, "cautious")
    .option("--capital-usd <usd>", "what the account trades with; limits are shares of it", "10000")
    .option("--symbols <list>", "symbols that may be traded", "BTCUSDT,ETHUSDT")
    .option("--strategies <list>", "names of the strategies that trade it", "main")
    .action((accountId: string, values: CreateValues) =>
      onTarget(values, (parts) => create(parts, accountId, values)),
    );
  writing(noun, "set-mode <accountId> <mode>", "paper or live: live also needs the environment prod").action(
    (accountId: string, mode: string, values: TargetValues) =>
      onTarget(values, (parts) => setMode(parts, accountId, chosen(ACCOUNT_MODES, mode))),
  );
};

async function list({ documents, say }: OperatorParts): Promise<void> {
  const snapshots = await documents.query({ collection: "accounts", limit: LISTED });
  if (snapshots.length === 0) say("No accounts: account create makes one");
  for (const snapshot of snapshots) {
    try {
      const profile = decode(accountProfileSchema, snapshot);
      say(`${profile?.accountId}  ${profile?.venue}  ${profile?.mode}  ${profile?.name}`);
    } catch (error) {
      if (!(error instanceof UnusableDocumentError)) throw error;
      say(`${snapshot.path}  ${error.message}`);
    }
  }
}

async function create(parts: OperatorParts, accountId: string, values: CreateValues): Promise<void> {
  const profile = chosen(PROFILE_NAMES, values.profile);
  const mode = chosen(ACCOUNT_MODES, values.mode);
  const nowMs = parts.clock.nowMs();
  const answers = {
    profile,
    capitalUsd: values.capitalUsd,
    symbols: listed(values.symbols),
    strategies: listed(values.strategies),
    mode,
  };
  const config = firstConfig(answers, ACTOR, nowMs);
  for (const line of explainedNumbers(profile, values.capitalUsd)) parts.say(line);
  const venue = chosen(VENUE_IDS, values.venue);
  const name = values.name ?? `${accountId} (${mode})`;
  await parts.documents.commit(accountWrites({ accountId, name, venue, mode }, config, ACTOR, nowMs));
  await readMarkets(parts, { venue, symbols: answers.symbols }, () =>
    projectOf(parts.target).runSchedule("universeHourly"),
  );
  parts.say(`Next: keys set ${accountId} --file KEYS, then hook create HOOK --account ${accountId}`);
}

async function setMode(
  parts: OperatorParts,
  accountId: string,
  mode: (typeof ACCOUNT_MODES)[number],
): Promise<void> {
  if (mode === "live" && parts.target.environment !== "prod")
    throw new Error(`Live orders leave only from prod, and this is ${parts.target.environment}`);
  const path = paths.account(accountId);
  const [snapshot] = await parts.documents.getAll([path]);
  if (snapshot?.data === null || snapshot?.version == null)
    throw new Error(`There is no account ${accountId}`);
  const profile = decodeRequired(accountProfileSchema, snapshot);
  if (profile.mode === mode) return parts.say(`${accountId} is ${mode} already`);
  await parts.documents.commit([
    { op: "set", path, data: { ...profile, mode }, version: snapshot.version },
    accountsMarkWrite(parts.clock.nowMs()),
  ]);
}
