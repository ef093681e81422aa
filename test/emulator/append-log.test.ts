// The one durable log: what was appended is there again, a torn end is dropped once, other damage is named, and a rewrite
// leaves the old file or the new one. Lines that earlier releases wrote are read as they are.
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonFormat, openAppendLog } from "@ballast/local-serving/append-log.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface Entry {
  readonly n: number;
}

let folder: string;
let file: string;
const warnings: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "append-log-"));
  file = join(folder, "below", "entries.jsonl");
  warnings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (settings: { smallestCompactionBytes?: number; snapshotBytes?: number } = {}) =>
  openAppendLog(file, { warn: (line) => warnings.push(line), format: jsonFormat<Entry>(), ...settings });

function stored(): readonly Entry[] {
  const log = open();
  const entries = [...log.replay()];
  log.close();
  return entries;
}

function write(...entries: readonly Entry[]): void {
  const log = open();
  Array.from(log.replay());
  for (const entry of entries) log.append(entry);
  log.close();
}

describe("an append log", () => {
  it("brings back every entry in order, from the first start on", () => {
    expect(stored()).toEqual([]);
    write({ n: 1 }, { n: 2 });
    write({ n: 3 });
    expect(stored()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(readFileSync(file, "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  });

  it.each([
    ["without a newline", '{"n":'],
    ["that looks whole but has no newline", '{"n":9}'],
    ["with a newline", '{"n":\n'],
  ])("drops a torn last line %s, says so once, and goes on behind it", (_what, torn) => {
    write({ n: 1 });
    appendFileSync(file, torn);
    write({ n: 2 });
    expect(warnings).toEqual([expect.stringContaining(`${file}: dropped a torn last line`)]);
    expect(stored()).toEqual([{ n: 1 }, { n: 2 }]);
    expect(warnings).toHaveLength(1);
  });

  it("stops at any other damage, naming file, line, byte and remedy", () => {
    write({ n: 1 }, { n: 2 }, { n: 3 });
    writeFileSync(file, readFileSync(file, "utf8").replace('{"n":2}', '{"n"x2}'));
    expect(stored).toThrow(
      `${file} line 2 is damaged at byte 8. Put back a copy of the file, or move it away`,
    );
  });

  it("is replaced as a whole, and takes what follows", () => {
    write({ n: 1 }, { n: 2 });
    const log = open();
    log.rewrite([{ n: 7 }]);
    log.append({ n: 8 });
    log.close();
    expect(stored()).toEqual([{ n: 7 }, { n: 8 }]);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it("ignores a rewrite that died before its end", () => {
    write({ n: 1 });
    writeFileSync(`${file}.new`, '{"n":');
    expect(stored()).toEqual([{ n: 1 }]);
  });

  it("is overgrown only beyond its smallest size and four times what it describes", () => {
    const log = open({ smallestCompactionBytes: 20, snapshotBytes: 10 });
    const grown: boolean[] = [];
    for (let n = 0; n < 6; n += 1) {
      log.append({ n });
      grown.push(log.isOvergrown);
    }
    // Eight bytes a line: above forty with the sixth.
    expect(grown).toEqual([false, false, false, false, false, true]);
    log.rewrite([{ n: 0 }]);
    expect(log.isOvergrown).toBe(false);
    log.close();
    expect(statSync(file).size).toBe(8);
  });
});
