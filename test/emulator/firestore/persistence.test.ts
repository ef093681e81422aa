// What was acknowledged is there after a restart, whatever moment the process died at; and the files follow the
// live documents, not the history.
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DocumentLog } from "#local/firestore/engine/log/document-log.ts";
import { DATABASE, engineUnderTest, int, nameOf } from "./engine-under-test.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ballast-firestore-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const logFile = (): string =>
  join(dataDir, readdirSync(dataDir).find((file) => file.startsWith("log-")) ?? "");

const everyType = {
  nothing: { nullValue: "NULL_VALUE" },
  yes: { booleanValue: true },
  int: { integerValue: "-9223372036854775808" },
  nan: { doubleValue: Number.NaN },
  negativeZero: { doubleValue: -0 },
  infinite: { doubleValue: Number.NEGATIVE_INFINITY },
  at: { timestampValue: { seconds: "-5", nanos: 123_456_000 } },
  text: { stringValue: "line\nbreak \u2028 😀" },
  bytes: { bytesValue: Buffer.from([0, 10, 255]) },
  ref: { referenceValue: nameOf("a/b") },
  place: { geoPointValue: { latitude: 1.5, longitude: -2 } },
  list: { arrayValue: { values: [{ mapValue: { fields: { deep: { nullValue: "NULL_VALUE" } } } }] } },
  vector: {
    mapValue: {
      fields: {
        __type__: { stringValue: "__vector__" },
        value: { arrayValue: { values: [{ doubleValue: 1 }] } },
      },
    },
  },
};

describe("a restart", () => {
  it("brings back every document, value, version and deletion", async () => {
    const first = engineUnderTest({ dataDir });
    await first.set("a/all", everyType);
    await first.set("a/gone", { n: int(1) });
    await first.remove("a/gone");
    const { writeResults } = (await first.set("a/b", { n: int(1) })) as {
      writeResults: { updateTime: object }[];
    };
    first.engine.close();

    const second = engineUnderTest({ dataDir });
    expect(await second.get("a/all")).toEqual(everyType);
    expect(await second.get("a/gone")).toBeNull();
    const currentDocument = { updateTime: writeResults[0]?.updateTime };
    await second.commit({ writes: [{ update: { name: nameOf("a/b"), fields: {} }, currentDocument }] });
    second.engine.close();
  });

  it("keeps commit times rising even when the clock stood still or went back", async () => {
    const first = engineUnderTest({ dataDir });
    const times: number[] = [];
    const record = async (response: object): Promise<void> => {
      const { seconds, nanos } = (response as { commitTime: { seconds: string; nanos: number } }).commitTime;
      times.push(Number(seconds) * 1_000_000 + nanos / 1000);
    };
    for (let n = 0; n < 3; n += 1) await record(await first.set("a/b", { n: int(n) }));
    first.engine.close();
    const second = engineUnderTest({ dataDir });
    for (let n = 3; n < 6; n += 1) await record(await second.set("a/b", { n: int(n) }));
    second.engine.close();
    expect(new Set(times).size).toBe(6);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("forgets what was cleared, and only in that database", async () => {
    const first = engineUnderTest({ dataDir });
    await first.set("a/b", {});
    const other = "projects/demo-other/databases/(default)";
    const foreign = { update: { name: `${other}/documents/a/b`, fields: {} } };
    await first.engine.unary("Commit", { database: other, writes: [foreign] }, { kind: "owner" });
    first.engine.clear(DATABASE);
    await first.set("a/c", {});
    first.engine.close();
    const second = engineUnderTest({ dataDir });
    expect([await second.get("a/b"), await second.get("a/c")]).toEqual([null, {}]);
    const kept = await second.engine.unary(
      "GetDocument",
      { name: `${other}/documents/a/b` },
      { kind: "owner" },
    );
    expect(kept.name).toBe(`${other}/documents/a/b`);
    second.engine.close();
  });
});

describe("a torn last line", () => {
  it.each([
    ["half a line", (file: string) => appendFileSync(file, '{"at":1750000000000009,"set":[["proj')],
    ["half a line with a newline", (file: string) => appendFileSync(file, '{"at":17500000000\n')],
  ])("(%s) is dropped with a warning, and what follows is safe", async (_what, tear) => {
    const first = engineUnderTest({ dataDir });
    await first.set("a/b", { n: int(1) });
    first.engine.close();
    tear(logFile());
    const second = engineUnderTest({ dataDir });
    expect(second.logged.join()).toMatch(/torn last line/u);
    expect(await second.get("a/b")).toEqual({ n: { integerValue: "1" } });
    await second.set("a/b", { n: int(2) });
    second.engine.close();
    const third = engineUnderTest({ dataDir });
    expect(third.logged).toEqual([]);
    expect(await third.get("a/b")).toEqual({ n: { integerValue: "2" } });
    third.engine.close();
  });

  it("is the only damage tolerated: a broken line in the middle stops the start and says where", async () => {
    const first = engineUnderTest({ dataDir });
    await first.set("a/b", {});
    await first.set("a/c", {});
    first.engine.close();
    const file = logFile();
    writeFileSync(file, `x${readFileSync(file, "utf8").slice(1)}`);
    expect(() => engineUnderTest({ dataDir })).toThrow(/damaged at byte 0/u);
  });
});

describe("compaction", () => {
  it("keeps the files near the size of the live documents, and loses nothing", async () => {
    const first = engineUnderTest({ dataDir });
    const text = { stringValue: "x".repeat(100_000) };
    for (let n = 0; n < 400; n += 1) await first.set(`a/${n % 5}`, { n: int(n), text });
    const bytes = readdirSync(dataDir).reduce((sum, file) => sum + statSync(join(dataDir, file)).size, 0);
    expect(bytes).toBeLessThan(20_000_000);
    expect(readdirSync(dataDir).sort()).toEqual([
      expect.stringMatching(/^log-[1-9]/u),
      expect.stringMatching(/^snap/u),
    ]);
    first.engine.close();
    const second = engineUnderTest({ dataDir });
    expect((await second.get("a/4"))?.n).toEqual({ integerValue: "399" });
    second.engine.close();
  });

  it("that dies before its end leaves the old generation in charge", async () => {
    const first = engineUnderTest({ dataDir });
    await first.set("a/b", { n: int(1) });
    first.engine.close();
    writeFileSync(join(dataDir, "snapshot-1.jsonl.tmp"), "half a snap");
    const second = engineUnderTest({ dataDir });
    expect(await second.get("a/b")).toEqual({ n: { integerValue: "1" } });
    second.engine.close();
  });

  it("that dies right after its end replays the snapshot alone", () => {
    const log = new DocumentLog(dataDir, () => undefined, {
      document: () => undefined,
      record: () => undefined,
    });
    const kept = { name: nameOf("a/b"), fields: {}, createMicros: 1, updateMicros: 2, sizeBytes: 0 };
    log.commit(1, [{ name: nameOf("a/old"), before: null, after: { ...kept, name: nameOf("a/old") } }]);
    log.compact([kept]);
    log.close();
    rmSync(logFile());
    const names: string[] = [];
    const again = new DocumentLog(dataDir, () => undefined, {
      document: ({ name }) => names.push(name),
      record: () => undefined,
    });
    again.close();
    expect(names).toEqual([kept.name]);
  });
});
