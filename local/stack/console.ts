// The lines at the terminal: one per event, a padded part name in front, colour only on a terminal. All
// output of the parts goes to a log file each; only lines for a person come here.
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { redactAddresses } from "#domain/signal/redact.ts";

const NAME_WIDTH = 10;
const COLOURS = ["cyan", "magenta", "blue", "green", "yellow"] as const;

export type Say = (part: string, text: string) => void;

export class StackConsole {
  readonly #logDir: string;
  readonly #files = new Map<string, WriteStream>();
  readonly #names: string[] = [];

  constructor(dataDir: string) {
    this.#logDir = join(dataDir, "logs");
    mkdirSync(this.#logDir, { recursive: true });
  }

  /** One line for the terminal. */
  readonly say: Say = (part, text) => {
    process.stdout.write(`${this.#prefix(part)}  ${redactAddresses(text)}\n`);
  };

  readonly warn: Say = (part, text) => {
    process.stdout.write(
      `${this.#prefix(part)}  ${styleText("red", redactAddresses(text), { stream: process.stdout })}\n`,
    );
  };

  /** One line for the part's log file, without the tokens of addresses: the emulators log every request's. */
  log(part: string, line: string): void {
    this.#file(part).write(`${new Date().toISOString()} ${redactAddresses(line)}\n`);
  }

  logFile(part: string): string {
    return join(this.#logDir, `${part}.log`);
  }

  /** Resolves when every line is on disk. */
  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => new Promise((done) => file.end(done))));
  }

  #file(part: string): WriteStream {
    const known = this.#files.get(part);
    if (known !== undefined) return known;
    const file = createWriteStream(this.logFile(part), { flags: "a" });
    this.#files.set(part, file);
    return file;
  }

  #prefix(part: string): string {
    if (!this.#names.includes(part)) this.#names.push(part);
    const colour = COLOURS[this.#names.indexOf(part) % COLOURS.length] ?? "cyan";
    return styleText(colour, part.padEnd(NAME_WIDTH), { stream: process.stdout });
  }
}
