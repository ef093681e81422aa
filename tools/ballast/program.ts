// The nouns and verbs of the command line, as one program. Building it opens nothing.
import { Command } from "commander";
import type { AddNoun } from "#tools/target/verbs.ts";
import { account } from "./nouns/account.ts";
import { command } from "./nouns/command.ts";
import { config } from "./nouns/config.ts";
import { deadLetters } from "./nouns/dead-letters.ts";
import { documents } from "./nouns/documents.ts";
import { environment } from "./nouns/env.ts";
import { hook } from "./nouns/hook.ts";
import { keys } from "./nouns/keys.ts";
import { rebuild } from "./nouns/rebuild.ts";
import { router } from "./nouns/router.ts";
import { runOnce } from "./nouns/run-once.ts";
import { state } from "./nouns/state.ts";
import { user } from "./nouns/user.ts";

/** In the order in which an operator meets them. */
const NOUNS: readonly AddNoun[] = [
  account,
  hook,
  user,
  keys,
  config,
  environment,
  state,
  router,
  command,
  deadLetters,
  rebuild,
  documents,
  runOnce,
];

export function ballast(): Command {
  const program = new Command("ballast")
    .description("Operates a deployment of Ballast: npm run ballast -- <noun> <verb>")
    .showHelpAfterError("(--help shows every option)");
  for (const add of NOUNS) add(program);
  return program;
}
