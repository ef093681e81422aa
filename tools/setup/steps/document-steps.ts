// The documents of a new deployment: its label first, then the account as one batch, then its hooks. A document that is
// there is never written over.
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import { newToken } from "#domain/signal/new-secrets.ts";
import { explainedNumbers } from "../explained-numbers.ts";
import { firstConfig } from "../first-config.ts";
import { accountWrites, hookWrite, newHook } from "../new-account.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";
import { read } from "./read-document.ts";
import { proofHookId } from "./secret-steps.ts";

const ACTOR = "ballast setup";
/** The token of the hook for TradingView, as it is kept beside the checkout. */
export const HOOK_TOKEN = "hookToken";

export function documentSteps(parts: SetupParts): readonly Step[] {
  return [label(parts), account(parts), tokenHook(parts), signedHook(parts)];
}

function label({ documents, environment }: SetupParts): Step {
  const wants = [`the database's label: ${environment}`];
  return {
    name: "environment label",
    needs: ["database"],
    wants,
    async missing() {
      const present = await read(documents, paths.environment);
      if (present === null) return wants;
      if (present.name === environment) return [];
      throw new Error(`the database is labelled ${String(present.name)}, and setup was told ${environment}`);
    },
    async apply() {
      await documents.commit([{ op: "create", path: paths.environment, data: { name: environment } }]);
    },
  };
}

function account(parts: SetupParts): Step {
  const { documents, answers } = parts;
  const { accountId, accountName: name, venue, profile, capitalUsd, symbols, strategyId } = answers;
  const numbers = explainedNumbers(profile, capitalUsd);
  const wants = [
    `account ${accountId} (paper, ${venue}): profile, control document, config version 1`,
    ...numbers,
  ];
  const of: AccountProfile = { accountId, name, venue, mode: "paper" };
  return {
    name: "account",
    needs: ["database", "environment label"],
    wants,
    missing: async () => ((await read(documents, paths.account(accountId))) === null ? wants : []),
    async apply() {
      const given = { profile, capitalUsd, symbols, strategies: [strategyId], mode: of.mode };
      const config = firstConfig(given, ACTOR, parts.nowMs());
      await documents.commit(accountWrites(of, config, ACTOR, parts.nowMs()));
    },
  };
}

/** Its token is kept before the hook is stored: a run that is killed in between goes on with the same one. */
function tokenHook(parts: SetupParts): Step {
  const { documents, answers, keepsakes, random, hookAddresses } = parts;
  const { hookId, accountId, strategyId } = answers;
  const wants = [`hook ${hookId} for TradingView, proved by a token`];
  return {
    name: "hook",
    needs: ["database", "account"],
    wants,
    missing: async () => ((await read(documents, paths.hook(hookId))) === null ? wants : []),
    async apply() {
      const kept = keepsakes.get(HOOK_TOKEN);
      const token = kept ?? newToken(random);
      if (kept === null) keepsakes.put(HOOK_TOKEN, token);
      const made = newHook({ hookId, accountId, strategyId, token, sourceAddresses: hookAddresses });
      await documents.commit([hookWrite(made)]);
    },
  };
}

function signedHook({ documents, answers }: SetupParts): Step {
  const { accountId, strategyId } = answers;
  const hookId = proofHookId(accountId);
  const wants = [`hook ${hookId} for senders that sign`];
  return {
    name: "signed hook",
    needs: ["database", "account"],
    wants,
    missing: async () => ((await read(documents, paths.hook(hookId))) === null ? wants : []),
    async apply() {
      const made = newHook({ hookId, accountId, strategyId, token: null, sourceAddresses: [] });
      await documents.commit([hookWrite(made)]);
    },
  };
}

/** Whether the kept token is the one whose hash the hook holds: else it can only be replaced. */
export async function keptTokenFits({ documents, answers, keepsakes }: SetupParts): Promise<boolean> {
  const token = keepsakes.get(HOOK_TOKEN);
  const hook = await read(documents, paths.hook(answers.hookId));
  return token !== null && hook?.tokenSha256 === tokenSha256(token);
}
