// The table of the seeds at which each mutation was caught, the last one first. It only says where to look first; which
// mutation is caught, the run alone says. `npm run sim -- --mutations` writes it.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("./caught-at.json", import.meta.url);
/** A seed whose workload held what it takes is likely to hold it again after a change; more than these cost too many runs. */
const KEPT_SEEDS = 3;

/** Seeds by the name of the mutation. */
export type CaughtAt = Readonly<Record<string, readonly number[]>>;

export function readCaughtAt(): CaughtAt {
  return JSON.parse(readFileSync(FILE, "utf8")) as CaughtAt;
}

/** The table with a new finding in front; of a mutation that survived nothing is left. */
export function withFinding(table: CaughtAt, name: string, seed: number | null): CaughtAt {
  const before = table[name] ?? [];
  const seeds = seed === null ? [] : [seed, ...before.filter((each) => each !== seed)].slice(0, KEPT_SEEDS);
  return { ...table, [name]: seeds };
}

/** Stores the seeds of mutations that there are, in their order. */
export function writeCaughtAt(table: CaughtAt, names: readonly string[]): void {
  writeFileSync(FILE, caughtAtText(table, names));
}

/** A line a mutation, so that two branches that add one each can be merged. */
export function caughtAtText(table: CaughtAt, names: readonly string[]): string {
  const lines = names.map((name) => `  ${JSON.stringify(name)}: [${(table[name] ?? []).join(", ")}]`);
  return `{\n${lines.join(",\n")}\n}\n`;
}
