// The events of a run, in words, and a hash over all of them: two runs of one seed must tell the same story.
import { createHash } from "node:crypto";

/** Lines joined before they are hashed: hashing each by itself costs more than the run. */
const HASH_BLOCK_LINES = 256;

export class EventLog {
  readonly #startMs: number;
  readonly #hash = createHash("sha256");
  readonly #lines: string[] = [];
  #hashed = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  get length(): number {
    return this.#lines.length;
  }

  add(atMs: number, text: string): void {
    this.#lines.push(`${atMs - this.#startMs} ${text}`);
    if (this.#lines.length - this.#hashed >= HASH_BLOCK_LINES) this.#hashPending();
  }

  /** SHA-256 over every line so far, in hexadecimal. */
  digest(): string {
    this.#hashPending();
    return this.#hash.copy().digest("hex");
  }

  /** The last lines, with their time since the start of the run. */
  tail(count: number): readonly string[] {
    return this.#lines.slice(-count).map(inWords);
  }

  #hashPending(): void {
    if (this.#hashed === this.#lines.length) return;
    this.#hash.update(`${this.#lines.slice(this.#hashed).join("\n")}\n`);
    this.#hashed = this.#lines.length;
  }
}

function inWords(line: string): string {
  const space = line.indexOf(" ");
  const elapsedMs = Number(line.slice(0, space));
  return `${(elapsedMs / 1_000).toFixed(3).padStart(9)} s  ${line.slice(space + 1)}`;
}
