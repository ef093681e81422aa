// How each server runs as a process: options in, one ready line out, a clean stop on SIGINT or SIGTERM, and an end of its
// own when the process that started it is gone. Exit code 1, with one line that says why, when it cannot start.
import { fileURLToPath } from "node:url";
import { every, systemClock } from "./clock.ts";
import {
  CommandLineError,
  flag,
  type Options,
  optionLines,
  readCommandLine,
  type Values,
} from "./command-line.ts";
import { type LogLine, stderrLog } from "./log-line.ts";
import { nearestManifest } from "./package-root.ts";
import type { serverOptions } from "./server-options.ts";

/** How often an orphan notices that its parent is gone. */
const PARENT_CHECK_MS = 500;

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

type ServerOptions = ReturnType<typeof serverOptions>;

interface ServerProgram<O extends Options & ServerOptions> {
  /** As in `NAME ready on HOST:PORT` and before every line of the log. */
  readonly name: string;
  /** What the server is, for its help. */
  readonly about: string;
  /** `import.meta.url` of the file that node was started with. */
  readonly main: string;
  readonly options: O;
  readonly start: (values: Values<O>, log: LogLine) => Promise<Running>;
}

const STANDING_OPTIONS = {
  help: flag("say what this is and which options it has"),
  version: flag("say which version this is"),
};

/** Runs the program as this process says: its arguments, its environment, its signals. */
export async function runServer<O extends Options & ServerOptions>(program: ServerProgram<O>): Promise<void> {
  const { name, options, start } = program;
  const log = stderrLog(name);
  try {
    const asked = readCommandLine({ ...options, ...STANDING_OPTIONS }, process.argv.slice(2), process.env);
    if (asked.help || asked.version) {
      process.stdout.write(asked.help ? helpOf(program) : versionOf(program));
      return;
    }
    const values: Values<O & ServerOptions> = asked;
    const running = await start(values, log);
    stopOnSignal(running, log, values["exit-with-parent"]);
    // Last: a reader of this line may send a signal at once.
    process.stdout.write(`${name} ready on ${values.host}:${running.port}\n`);
  } catch (fault) {
    const remedy =
      fault instanceof CommandLineError ? ` (node ${commandOf(program)} --help lists the options)` : "";
    log(`cannot start: ${fault instanceof Error ? fault.message : String(fault)}${remedy}`);
    process.exit(1);
  }
}

function stopOnSignal(running: Running, log: LogLine, isTiedToParent: boolean): void {
  let isStopping = false;
  const stop = (why: string) => {
    if (isStopping) return;
    isStopping = true;
    log(`stopping: ${why}`);
    running.stop().then(
      () => process.exit(0),
      (fault: unknown) => {
        log(`did not stop cleanly: ${String(fault)}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", () => stop("the reader of the log is gone"));
  if (!isTiedToParent) return;
  const parentId = process.ppid;
  const check = every(systemClock, PARENT_CHECK_MS, () => {
    if (process.ppid === parentId) return;
    check.cancel();
    stop("the parent process is gone");
  });
}

/** The file to start, from where the caller stands. */
function commandOf({ main }: { readonly main: string }): string {
  const file = fileURLToPath(main);
  const folder = `${process.cwd()}/`;
  return file.startsWith(folder) ? file.slice(folder.length) : file;
}

function helpOf<O extends Options & ServerOptions>(program: ServerProgram<O>): string {
  const lines = optionLines({ ...program.options, ...STANDING_OPTIONS });
  return `${program.about}\n\nnode ${commandOf(program)} [OPTIONS]\n${lines.join("\n")}\n`;
}

function versionOf({ name, main }: { readonly name: string; readonly main: string }): string {
  const { manifest } = nearestManifest(fileURLToPath(main));
  return `${name} (${manifest.name} ${manifest.version})\n`;
}
