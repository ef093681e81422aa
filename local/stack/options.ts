// The supervisor's command line. All faults are reported at once, with the usage beside them.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export interface StackOptions {
  /** Start, send one alert, wait for its fill, stop. */
  readonly check: boolean;
  /** Forget everything that earlier runs stored. */
  readonly fresh: boolean;
  /** Begin without account, hook and user, as an empty project does: `npm run setup` makes them. */
  readonly empty: boolean;
  /** Venue keys count as sealed envelopes only, under a key of this machine: `keys seal` makes them. Remembered. */
  readonly sealed: boolean;
  /** Google's own emulators for Firestore and Pub/Sub. */
  readonly official: boolean;
  /** Where state and logs are kept. */
  readonly dataDir: string;
}

const USAGE = `npm start [-- OPTIONS]
  --check       start, send one alert, wait for its fill, stop; exit 0 or 1
  --fresh       forget everything stored by earlier runs
  --empty       begin without account, hook and user; npm run setup makes them
  --sealed      read venue keys from sealed envelopes only; npm run ballast -- keys seal makes them
  --official    use Google's Firestore and Pub/Sub emulators (Java 21) in place of the built-in ones
  --data DIR    keep state and logs in DIR instead of .local`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options from the arguments after the script's name. Throws UsageError. */
export function readOptions(args: readonly string[], root: string): StackOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        check: { type: "boolean", default: false },
        fresh: { type: "boolean", default: false },
        empty: { type: "boolean", default: false },
        sealed: { type: "boolean", default: false },
        official: { type: "boolean", default: false },
        data: { type: "string" },
      },
    });
    const { data, ...flags } = values;
    if (flags.check && flags.empty) throw new Error("--check needs an account, and --empty begins without");
    if (flags.sealed && (flags.check || flags.empty))
      throw new Error("--sealed begins without usable keys, and --check and --empty with plain ones");
    return { ...flags, dataDir: data === undefined ? join(root, ".local") : resolve(data) };
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n${USAGE}`, { cause });
  }
}
