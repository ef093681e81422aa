// Command line of the simulator: `npm run sim -- --seeds N [--from S] | --seed S | --mutations | --sweep`. Exit code 1
// when a rule broke, a mutation survived or the sweep left something out.
import { parseArgs } from "node:util";
import type { VenueId } from "#domain/documents/account.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { printHashes, runMutations, runSeed, runSeeds, type Terminal } from "#test/simulation/command.ts";
import { runSweep } from "#test/simulation/sweep/command.ts";

const USAGE = `npm run sim -- --seeds N [--from S]   runs N seeds, from S or 1
npm run sim -- … --venue VENUE        the same with every paper account at that venue
npm run sim -- --seeds N [--from S] --hashes
                                      the hash of each run, to compare before and after a change
npm run sim -- --seed S               runs one seed, event by event
npm run sim -- --mutations [--only NAME]
                                      switches every mutation on in turn, and stores which seeds caught it
npm run sim -- --sweep [--only NAME] [--list]
                                      strikes every port call of every scenario`;

const DEFAULT_SEEDS = 1_000;

function readOptions() {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      from: { type: "string" },
      seed: { type: "string" },
      hashes: { type: "boolean" },
      venue: { type: "string" },
      mutations: { type: "boolean" },
      sweep: { type: "boolean" },
      only: { type: "string" },
      list: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  return values;
}

/** A seed or a count. Throws RangeError naming the option. */
function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= 1) return value;
  throw new RangeError(`--${option} must be a whole number from 1, not ${text}`);
}

/** Null: as each seed draws it. Throws RangeError naming the option. */
function venueIn(text: string | undefined): VenueId | null {
  if (text === undefined) return null;
  const venue = VENUE_IDS.find((each) => each === text);
  if (venue === undefined)
    throw new RangeError(`--venue must be one of ${VENUE_IDS.join(", ")}, not ${text}`);
  return venue;
}

async function main(): Promise<boolean> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return true;
  }
  let stopped = false;
  process.on("SIGINT", () => {
    stopped = true;
  });
  const terminal: Terminal = {
    write: (line) => process.stdout.write(`${line}\n`),
    elapsedMs: () => performance.now(),
    isStopped: async () => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      return stopped;
    },
  };
  if (options.sweep) {
    const only = options.only === undefined ? {} : { only: options.only };
    const isStopped = (): boolean => stopped;
    return await runSweep({ ...only, lists: options.list ?? false, isStopped }, terminal.write);
  }
  if (options.mutations) return await runMutations(options.only ?? "", terminal);
  const venue = venueIn(options.venue);
  if (options.seed !== undefined) return await runSeed(wholeNumber(options.seed, "seed"), venue, terminal);
  const from = wholeNumber(options.from ?? "1", "from");
  const seeds = wholeNumber(options.seeds ?? String(DEFAULT_SEEDS), "seeds");
  return options.hashes
    ? await printHashes({ from, seeds, venue }, terminal)
    : await runSeeds({ from, seeds, venue }, terminal);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 1;
}
