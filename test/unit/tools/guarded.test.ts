// Writes of a tool: a dry run writes nothing; else it writes only whole documents of their schema. A
// placeholder, or a zero in place of a known amount, never gets through. Only a doubted peak can be deleted.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { planPeakRebuild, recordOfDrop } from "#functions/app/rebuild/rebuild-peak.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { NOW_MS, nav, peak } from "#test/support/factories.ts";
import { createMemoryBus } from "#test/support/memory/bus.ts";
import { createWorld } from "#test/support/world.ts";
import { guardedBus, guardedDocuments } from "#tools/target/guarded.ts";

async function tool(writes: boolean) {
  const world = await createWorld();
  const said: string[] = [];
  const guard = { writes, say: (line: string) => void said.push(line) };
  return { world, said, documents: guardedDocuments(world.documents, guard), guard };
}

const set = (path: string, data: object): DocumentWrite => ({ op: "set", path, data: encode(data) });
const PEAK = paths.peak("main");

const DROP: DocumentWrite = { op: "delete", path: PEAK };
const doubted = { present: peak(), rebuilt: peak(), samples: 3, body: "{}", writes: [] };
const RECORD = recordOfDrop("main", doubted, "tools/rebuild", NOW_MS);
const OTHERS = recordOfDrop("other", doubted, "tools/rebuild", NOW_MS);

describe("a tool", () => {
  it("in a dry run says what it would write and publish, and does neither", async () => {
    const { world, said, documents, guard } = await tool(false);
    const before = world.documents.dump();
    await documents.commit([set(PEAK, peak({ peakUsd: "123456" }))]);
    const bus = createMemoryBus();
    await guardedBus(bus, guard).publish("intents", { intent: {} }, {});
    expect(world.documents.dump()).toEqual(before);
    expect(bus.published).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(/^Would write: set accounts\/main\/control\/peak .*123456/),
      'Would publish on intents: {"intent":{}}',
    ]);
  });

  it("writes when it is told to, and says so", async () => {
    const { world, said, documents } = await tool(true);
    await documents.commit([set(PEAK, peak({ peakUsd: "123456" }))]);
    expect(world.read(PEAK)).toMatchObject({ peakUsd: "123456" });
    expect(said[0]).toMatch(/^Writing: set/);
  });

  it.each([false, true])(
    "drops a peak, which the NAV run makes anew, only with --write (%s)",
    async (writes) => {
      const { world, documents } = await tool(writes);
      world.documents.seed(PEAK, encode(peak()));
      await documents.commit([DROP, ...RECORD]);
      expect(world.read(PEAK) === null).toBe(writes);
    },
  );

  it("with --write on a doubted peak changes exactly that, the NAV's version, and the records of it", async () => {
    const { world, documents } = await tool(true);
    const before = world.documents.dump();
    const plan = await planPeakRebuild(documents, "main");
    await documents.commit([...plan.writes, ...recordOfDrop("main", plan, "tools/rebuild", NOW_MS)]);
    const after = world.documents.dump();
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]),
    );
    const collections = changed.map((path) => path.replace(/\/[^/]+$/, "")).toSorted();
    expect(collections).toEqual([
      "accounts/main/alerts",
      "accounts/main/control",
      "accounts/main/control",
      "accounts/main/outbox",
      "quarantine",
    ]);
    expect(after[PEAK]).toBeUndefined();
    expect(after[paths.nav("main")]).toMatchObject({ navUsd: before[paths.nav("main")]?.navUsd });
  });

  it.each<readonly [string, DocumentWrite, string]>([
    ["a part of a document", set(PEAK, { peakUsd: "1" }), "baselineId"],
    ["a number where an amount belongs", set(PEAK, { ...peak(), peakUsd: 0 }), "peakUsd"],
    ["a peak of zero", set(PEAK, peak({ peakUsd: "0" })), "peakUsd"],
    ["a NAV that becomes zero", set(paths.nav("main"), nav({ navUsd: "0" })), "navUsd would become zero"],
    ["a wallet of zeroes", set(paths.nav("main"), nav({ walletUsd: "0.00" })), "walletUsd would become zero"],
    [
      "a series with a placeholder",
      set(paths.navSeries("main", "2026-01-02"), {
        accountId: "main",
        day: "2026-01-02",
        baseline: null,
        adjustments: [],
        atMs: [1_767_323_045_678],
        navUsd: ["0"],
        updatedAtMs: 1_767_323_045_678,
      }),
      "navUsd would become zero",
    ],
    ["an unknown document", set("accounts/main/telemetry/unknown/x/y", {}), "it has no schema"],
    ["a field that is not of the schema", { op: "update", path: PEAK, changes: { note: "x" } }, "note"],
    ["a drop of a peak that nothing records", DROP, "only together with an alert"],
    ["a delete of NAV", { op: "delete", path: paths.nav("main") }, "tools delete nothing but a peak"],
    ["a delete of the books", { op: "delete", path: paths.control("main") }, "tools delete nothing"],
    ["a delete of an account", { op: "delete", path: "accounts/main" }, "tools delete nothing"],
    [
      "a delete of what only ends like a peak",
      { op: "delete", path: "backup/accounts/main/control/peak" },
      "tools delete nothing",
    ],
    ["a delete of a journal entry", { op: "delete", path: paths.journal("main", 1) }, "tools delete nothing"],
    ["a delete beside a peak", { op: "delete", path: `${PEAK}/x/y` }, "tools delete nothing"],
  ])("never writes %s, dry or not", async (_what, write, fault) => {
    for (const writes of [false, true]) {
      const { world, documents } = await tool(writes);
      const before = world.documents.dump();
      await expect(documents.commit([write])).rejects.toThrow(fault);
      expect(world.documents.dump()).toEqual(before);
    }
  });

  it("refuses a whole batch for one delete in it, and the alert of another account as a record", async () => {
    const { world, documents } = await tool(true);
    const before = world.documents.dump();
    const orders: DocumentWrite = { op: "delete", path: paths.order("main", "b1") };
    await expect(documents.commit([DROP, ...RECORD, orders])).rejects.toThrow(
      "tools delete nothing but a peak",
    );
    await expect(documents.commit([DROP, ...OTHERS])).rejects.toThrow("only together with an alert");
    expect(world.documents.dump()).toEqual(before);
  });
});
