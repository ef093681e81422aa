// `config`: shows an account's config, says what a file would change, tries it against the last recorded intents, and
// activates it as the next version by a command. A new account's first config comes from a risk profile.
import { readFileSync } from "node:fs";
import { type Books, loadBooks } from "#app/books";
import { shadowConfig } from "#app/commands";
import { configDiff } from "#domain/config/config-diff.ts";
import { type AccountConfig, NO_CONFIG_VERSION } from "#domain/documents/config.ts";
import { postedCommandSchema, postedShadowSchema } from "#schemas/command.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { explainedNumbers } from "#tools/setup/explained-numbers.ts";
import { projectOf } from "#tools/setup/project-of.ts";
import { PROFILE_NAMES } from "#tools/setup/risk-profiles.ts";
import { faultsOf } from "#tools/target/faults-of.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading, writing } from "#tools/target/verbs.ts";
import { postAndFollow } from "../commands/follow-command.ts";
import { readMarkets } from "../commands/read-markets.ts";
import { posting } from "./command.ts";

interface ShadowValues extends TargetValues {
  readonly limit: string;
}

interface ActivateValues extends TargetValues {
  readonly reason: string;
  readonly accountName?: string;
  readonly machine: string;
}

export const config: AddNoun = (program) => {
  const noun = program.command("config").description("An account's limits, protections and strategies");
  noun
    .command("profiles")
    .description("The risk profiles that a first config is made of, each number explained")
    .option("--capital-usd <usd>", "what the account trades with", "10000")
    .action(({ capitalUsd }: { readonly capitalUsd: string }) => {
      for (const profile of PROFILE_NAMES)
        for (const line of explainedNumbers(profile, capitalUsd)) console.log(line);
    });
  reading(noun, "show <accountId>", "The config in force").action((accountId: string, values: TargetValues) =>
    onTarget(values, async (parts) => parts.say(JSON.stringify(await inForce(parts, accountId), null, 2))),
  );
  reading(noun, "diff <accountId> <file>", "What a file would change").action(
    (accountId: string, file: string, values: TargetValues) =>
      onTarget(values, async (parts) => {
        const present = await inForce(parts, accountId);
        sayDiff(parts, present, readCandidate(file, present));
      }),
  );
  reading(noun, "shadow <accountId> <file>", "Which recorded intents it would decide differently")
    .option("--limit <count>", "how many intents, newest first", "50")
    .action((accountId: string, file: string, values: ShadowValues) =>
      onTarget(values, async (parts) => {
        const candidate = readCandidate(file, await inForce(parts, accountId));
        await shadow(parts, accountId, candidate, Number(values.limit));
      }),
    );
  posting(writing(noun, "activate <accountId> <file>", "Activate it as the next version")).action(
    (accountId: string, file: string, values: ActivateValues) =>
      onTarget(values, (parts) => activate(parts, accountId, file, values)),
  );
};

async function inForce(parts: OperatorParts, accountId: string): Promise<AccountConfig> {
  return (await loaded(parts, accountId)).config;
}

async function loaded(parts: OperatorParts, accountId: string): Promise<Pick<Books, "config" | "profile">> {
  const { config: present, configFault, profile } = await loadBooks(parts, accountId);
  if (configFault !== null) console.error(`config/current is not in force: ${configFault}`);
  if (present.version === NO_CONFIG_VERSION) console.error("No valid config exists: entries are refused");
  return { config: present, profile };
}

/** Version, author and time are given when it is activated, so a file may leave them out. */
function readCandidate(file: string, { version, author, createdAtMs }: AccountConfig): AccountConfig {
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  const given = typeof content === "object" ? content : {};
  const parsed = accountConfigSchema.safeParse({
    ...given,
    version: Math.max(1, version),
    author,
    createdAtMs,
  });
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a config:\n  ${faultsOf(parsed.error.issues, "\n  ")}`);
}

function sayDiff({ say }: OperatorParts, present: AccountConfig, candidate: AccountConfig): void {
  const changes = configDiff(present, candidate);
  if (changes.length === 0) say(`No difference to version ${present.version}`);
  for (const { field, before, after } of changes)
    say(`${field}: ${JSON.stringify(before) ?? "not there"} → ${JSON.stringify(after) ?? "not there"}`);
}

async function shadow(
  parts: OperatorParts,
  accountId: string,
  candidate: AccountConfig,
  limit: number,
): Promise<void> {
  const asked = postedShadowSchema.parse({ accountId, config: candidate, limit });
  const { comparedCount, differences } = await shadowConfig(parts, asked);
  parts.say(`${differences.length} of the last ${comparedCount} intents would be decided differently now`);
  for (const { intentId, symbol, action, present, candidate: after } of differences)
    parts.say(`${intentId} ${action} ${symbol}: ${JSON.stringify(present)} → ${JSON.stringify(after)}`);
}

async function activate(
  parts: OperatorParts,
  accountId: string,
  file: string,
  { reason, machine, accountName }: ActivateValues,
): Promise<void> {
  const { config: present, profile } = await loaded(parts, accountId);
  const candidate = readCandidate(file, present);
  sayDiff(parts, present, candidate);
  const request = { kind: "set_config", baseVersion: present.version, config: candidate };
  const posted = postedCommandSchema.parse({ accountId, request, reason });
  await postAndFollow(parts, posted, { machine, accountName: accountName ?? null });
  await readMarkets(parts, { venue: profile.venue, symbols: candidate.symbols }, () =>
    projectOf(parts.target).runSchedule("universeHourly"),
  );
}
