// `hook`: the addresses that alerts come in at. A token is shown once, when it is made; only its hash is stored. A sender
// that signs has its secret in the store of secrets.
import { randomBytes } from "node:crypto";
import { HOOK_SECRETS } from "#adapters/secrets/parameter-secrets.ts";
import { decode } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import { HOOK_MODES } from "#domain/documents/words.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import { newSigningSecret, newToken } from "#domain/signal/new-secrets.ts";
import { hookSchema } from "#schemas/records.ts";
import { firstMessage } from "#tools/alerts/examples.ts";
import { hookWrite, newHook, usualAddresses } from "#tools/setup/new-account.ts";
import { projectOf } from "#tools/setup/project-of.ts";
import { putEntry } from "#tools/setup/secret-entries.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import { functionAddress, type TargetValues } from "#tools/target/target.ts";
import { type AddNoun, chosen, listed, onTarget, reading, writing } from "#tools/target/verbs.ts";

/** As far as making a hook goes. */
type HookParts = Pick<OperatorParts, "documents" | "target" | "writes" | "say">;

const LISTED = 500;

interface CreateValues extends TargetValues {
  readonly account: string;
  readonly strategy: string;
  readonly mode: string;
  readonly addresses?: string;
}

export const hook: AddNoun = (program) => {
  const noun = program.command("hook").description("Addresses that alerts come in at");
  reading(noun, "list", "Every hook, its account and strategy").action((values: TargetValues) =>
    onTarget(values, list),
  );
  writing(noun, "create <hookId>", "A hook with its token or signing secret, shown once")
    .requiredOption("--account <accountId>", "the account that it trades")
    .option("--strategy <strategyId>", "the strategy that it speaks for", "main")
    .option(
      "--mode <mode>",
      "tradingview: proves itself by a token; signed: Standard Webhooks",
      "tradingview",
    )
    .option("--addresses <list>", "addresses that may call by token; TradingView's own without it")
    .action((hookId: string, values: CreateValues) =>
      onTarget(values, (parts) => createHook(parts, hookId, values)),
    );
  writing(noun, "rotate <hookId>", "A new token or signing secret; the old token stops working").action(
    (hookId: string, values: TargetValues) => onTarget(values, (parts) => rotate(parts, hookId)),
  );
  for (const [verb, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const)
    writing(noun, `${verb} <hookId>`, enabled ? "Let alerts in again" : "Refuse every alert").action(
      (hookId: string, values: TargetValues) =>
        onTarget(values, (parts) => change(parts, hookId, (present) => ({ ...present, enabled }))),
    );
};

async function list({ documents, say }: OperatorParts): Promise<void> {
  const snapshots = await documents.query({ collection: "hooks", limit: LISTED });
  if (snapshots.length === 0) say("No hooks: hook create makes one");
  for (const { path, data } of snapshots)
    say(
      `${path.slice("hooks/".length)}  ${String(data?.mode)}  account ${String(data?.accountId)}  strategy ${String(data?.strategyId)}  ${data?.enabled === true ? "enabled" : "disabled"}`,
    );
}

/** Refuses a name that is taken before a secret is stored: the present sender's would be gone. */
export async function createHook(parts: HookParts, hookId: string, values: CreateValues): Promise<void> {
  const { account: accountId, strategy: strategyId } = values;
  const wanted = [paths.account(accountId), paths.hook(hookId)];
  const [account, present] = await parts.documents.getAll(wanted);
  if (account?.data == null) throw new Error(`There is no account ${accountId}`);
  if (present?.data != null)
    throw new Error(`There is a hook ${hookId} already: hook rotate renews its secret`);
  const isSigned = chosen(HOOK_MODES, values.mode) === "signed";
  const token = isSigned ? null : newToken(randomBytes);
  const { addresses } = values;
  const sourceAddresses = addresses === undefined ? usualAddresses(parts.target) : listed(addresses);
  const made = newHook({ hookId, accountId, strategyId, token, sourceAddresses });
  if (isSigned) await storeSigningSecret(parts, hookId);
  await parts.documents.commit([hookWrite(made)]);
  if (token !== null) sayToken(parts, hookId, token);
}

async function rotate(parts: OperatorParts, hookId: string): Promise<void> {
  const { mode } = await hookOf(parts, hookId);
  if (mode === "signed") return await storeSigningSecret(parts, hookId);
  const token = newToken(randomBytes);
  await change(parts, hookId, (present) => ({ ...present, tokenSha256: tokenSha256(token) }));
  sayToken(parts, hookId, token);
}

/** Stored before the hook: a hook without a secret refuses every alert. */
async function storeSigningSecret(parts: HookParts, hookId: string): Promise<void> {
  const { target, say, writes } = parts;
  say(`${writes ? "Storing" : "Would store"} a signing secret for ${hookId} in ${HOOK_SECRETS}`);
  if (!writes) return;
  const secret = newSigningSecret(randomBytes);
  await putEntry(projectOf(target), HOOK_SECRETS, hookId, [secret]);
  say(`Address  ${functionAddress(target, "webhook")}/${hookId}`);
  say(`Secret   ${secret}   (shown once; in force when the functions have started with it)`);
}

/** In the body, because addresses end in the platform's log. */
function sayToken({ target, say, writes }: HookParts, hookId: string, token: string): void {
  if (!writes) {
    say("Would show the address and the token to paste into TradingView");
    return;
  }
  say(`Address  ${functionAddress(target, "webhook")}/${hookId}`);
  say(`Message  ${firstMessage(token)}`);
  say("The token is shown once; hook rotate makes a new one. docs/alerts.md has a message for every purpose");
}

async function hookOf(parts: OperatorParts, hookId: string): Promise<Hook> {
  const [snapshot] = await parts.documents.getAll([paths.hook(hookId)]);
  const found = snapshot === undefined ? null : decode(hookSchema, snapshot);
  if (found === null) throw new Error(`There is no hook ${hookId}`);
  return found;
}

async function change(parts: OperatorParts, hookId: string, next: (present: Hook) => Hook): Promise<void> {
  const data = { ...next(await hookOf(parts, hookId)) };
  await parts.documents.commit([{ op: "set", path: paths.hook(hookId), data }]);
  parts.say("In force within a minute, in every instance");
}
