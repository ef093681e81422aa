// Operator command: shows an account's config, says what a file would change, tries it against the last recorded
// intents, and activates it as the next version by a command. `activate` needs --reason and the account's name:
//   node tools/config.ts show <accountId> | diff|shadow|activate <accountId> <file.json>
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadBooks } from "#app/books";
import { shadowConfig } from "#app/commands";
import { configDiff } from "#domain/config/config-diff.ts";
import { type AccountConfig, NO_CONFIG_VERSION } from "#domain/documents/config.ts";
import { postedCommandSchema, postedShadowSchema } from "#schemas/command.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { postAndFollow } from "./operate/follow-command.ts";
import { type OperatorParts, runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";

const USAGE = `Usage: config.ts show <accountId> | diff|shadow|activate <accountId> <file.json>
  [--limit N] [--reason TEXT] [--account-name NAME] [--machine NAME] [--url BASE] ${TARGET_USAGE}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...TARGET_OPTIONS,
    limit: { type: "string", default: "50" },
    reason: { type: "string" },
    "account-name": { type: "string" },
    machine: { type: "string", default: "bot" },
    url: { type: "string" },
  },
});

runTool(values, async (parts) => {
  const [command, accountId, file] = positionals;
  if (accountId === undefined) throw new Error(USAGE);
  const { config, configFault } = await loadBooks(parts, accountId);
  if (configFault !== null) parts.say(`config/current is not in force: ${configFault}`);
  if (config.version === NO_CONFIG_VERSION) parts.say("No valid config exists: entries are refused");
  if (command === "show" && file === undefined) return parts.say(JSON.stringify(config, null, 2));
  if (file === undefined) throw new Error(USAGE);
  const candidate = readCandidate(file, config);
  if (command === "diff") return sayDiff(parts, config, candidate);
  if (command === "shadow") return await shadow(parts, accountId, candidate);
  if (command === "activate") return await activate(parts, accountId, config, candidate);
  throw new Error(USAGE);
});

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
  const faults = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "(root)"}: ${message}`,
  );
  throw new Error(`${file} is not a config:\n${faults.join("\n")}`);
}

function sayDiff({ say }: OperatorParts, config: AccountConfig, candidate: AccountConfig): void {
  const changes = configDiff(config, candidate);
  if (changes.length === 0) say(`No difference to version ${config.version}`);
  for (const { field, before, after } of changes)
    say(`${field}: ${JSON.stringify(before) ?? "not there"} → ${JSON.stringify(after) ?? "not there"}`);
}

async function shadow(parts: OperatorParts, accountId: string, config: AccountConfig): Promise<void> {
  const asked = postedShadowSchema.parse({ accountId, config, limit: Number(values.limit) });
  const { comparedCount, differences } = await shadowConfig(parts, asked);
  parts.say(`${differences.length} of the last ${comparedCount} intents would be decided differently now`);
  for (const { intentId, symbol, action, present, candidate } of differences)
    parts.say(`${intentId} ${action} ${symbol}: ${JSON.stringify(present)} → ${JSON.stringify(candidate)}`);
}

async function activate(
  parts: OperatorParts,
  accountId: string,
  config: AccountConfig,
  candidate: AccountConfig,
): Promise<void> {
  sayDiff(parts, config, candidate);
  const request = { kind: "set_config", baseVersion: config.version, config: candidate };
  const posted = postedCommandSchema.safeParse({ accountId, request, reason: values.reason });
  if (!posted.success) throw new Error(`Say why with --reason TEXT\n${USAGE}`);
  await postAndFollow(parts, posted.data, {
    url: values.url ?? null,
    machine: values.machine,
    accountName: values["account-name"] ?? null,
  });
}
