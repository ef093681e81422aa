// The command line: a verb never writes to prod by accident, asked before any connection is made; addresses follow from
// environment and project and cannot be given. Tested for every verb there is, so that a new one cannot forget it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { FUNCTIONS } from "#entry/options.ts";
import { ballast } from "#tools/ballast/program.ts";
import { functionAddress, targetOf } from "#tools/target/target.ts";

const NOUNS = join(import.meta.dirname, "../../../tools/ballast/nouns");

interface Verb {
  readonly name: string;
  readonly words: readonly string[];
  readonly verb: Command;
}

function verbsOf(noun: Command, words: readonly string[] = []): readonly Verb[] {
  return noun.commands.flatMap((verb) => {
    const path = [...words, verb.name()];
    return verb.commands.length > 0 ? verbsOf(verb, path) : [{ name: path.join(" "), words: path, verb }];
  });
}

const verbs = verbsOf(ballast());
const has = ({ verb }: Verb, option: string): boolean =>
  verb.options.some(({ long }) => long === `--${option}`);
const writing = verbs.filter((each) => has(each, "write"));

/** Arguments and required options, whatever they hold: the target is judged before they are. */
function filledIn({ words, verb }: Verb): readonly string[] {
  const given = verb.registeredArguments.filter(({ required }) => required).map(() => "main");
  const needed = verb.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [String(long), "x"]);
  return [...words, ...given, ...needed];
}

async function run(args: readonly string[]): Promise<string> {
  const program = ballast();
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync(["node", "ballast", ...args]);
    return "done";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("a verb", () => {
  it("exists for every noun, and every noun has its file", () => {
    const nouns = ballast()
      .commands.map((noun) => noun.name())
      .toSorted();
    expect(nouns).toEqual(
      readdirSync(NOUNS)
        .map((name) => name.replace(".ts", ""))
        .toSorted(),
    );
    expect(verbs.length).toBeGreaterThan(30);
    expect(writing.length).toBeGreaterThan(20);
  });

  it.each(writing)("$name refuses to write to prod without --allow-prod", async (verb) => {
    const target = ["--environment", "prod", "--project", "ballast-prod", "--write"];
    expect(await run([...filledIn(verb), ...target])).toContain(
      "This would write to prod (project ballast-prod); add --allow-prod",
    );
  });

  it.each(verbs.filter((each) => has(each, "environment")))(
    "$name acts on no real environment in a demo project, and on no local one in a real project",
    async (verb) => {
      const real = ["--environment", "staging", "--project", "demo-ballast"];
      expect(await run([...filledIn(verb), ...real])).toContain("needs a project of its own");
      const local = ["--environment", "local", "--project", "ballast-prod"];
      expect(await run([...filledIn(verb), ...local])).toContain("is a real project");
    },
  );

  it("takes no address: where it sends follows from environment and project", () => {
    const given = verbs.flatMap(({ verb }) => verb.options.map(({ long }) => long));
    expect(given).not.toContain("--url");
    for (const { name } of verbs.filter((each) => has(each, "venue-origin"))) expect(name).toMatch(/^keys /);
  });

  it("reaches the store through the guarded parts only", () => {
    for (const name of readdirSync(NOUNS)) {
      const source = readFileSync(join(NOUNS, name), "utf8");
      expect(source, name).not.toMatch(/firebase-admin|adapters\/(firestore|pubsub)/);
    }
  });
});

describe("a function's address", () => {
  it("is the deployment's own, of the region and project", () => {
    const staging = targetOf({ environment: "staging", project: "ballast-staging" });
    expect(functionAddress(staging, "commands")).toBe(
      `https://${FUNCTIONS.commands.region}-ballast-staging.cloudfunctions.net/commands`,
    );
  });

  it("is the emulator's on the local stack", () => {
    const local = targetOf({ environment: "local", project: "demo-ballast" });
    expect(functionAddress(local, "webhook")).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/demo-ballast\//);
  });
});
