// How a verb is declared: its place in the command line, the options that all have, and the run around its work. A verb
// that writes is a dry run until it is told; a fault is told in words, with exit code 1.
import type { Command } from "commander";
import { PROJECT_ID } from "#local/stack/settings.ts";
import { NO_VENUE, type OperatorParts, systemParts, type VenueAccess } from "./parts.ts";
import type { TargetValues } from "./target.ts";

/** A noun of the command line. */
export type AddNoun = (program: Command) => void;

/** A verb that changes nothing. `usage` is its name and arguments, `show <accountId>`. */
export function reading(noun: Command, usage: string, about: string): Command {
  return noun
    .command(usage)
    .description(about)
    .option("--environment <name>", "local, test, staging or prod; must be the database's own label", "local")
    .option("--project <id>", "the Firebase project", PROJECT_ID);
}

/** A verb that changes something: without --write it says what it would change. */
export function writing(noun: Command, usage: string, about: string): Command {
  return reading(noun, usage, `${about} (a dry run without --write)`)
    .option("--write", "do it", false)
    .option("--allow-prod", "on prod too", false);
}

/** A verb's whole run over the labelled target. */
export async function onTarget(
  values: TargetValues,
  work: (parts: OperatorParts) => Promise<void>,
  venue: VenueAccess = NO_VENUE,
): Promise<void> {
  const parts = await systemParts(values, venue);
  try {
    await work(parts);
    if (values.write === false) console.error("Nothing was written (--write writes)");
  } finally {
    await parts.close();
  }
}

/** `a,b,c`, as an option gives a list. */
export function listed(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** One of the words, or a refusal that lists them. */
export function chosen<const Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((each) => each === text);
  if (word === undefined) throw new Error(`${text} is none of ${words.join(", ")}`);
  return word;
}
