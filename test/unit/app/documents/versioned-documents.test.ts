// Guards documents across releases: an older shape is led to the present one, a newer one is marked and left alone, a
// document that is written whole carries its version, and what is changed in place is nothing that a step may move.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE, type Knowledge } from "#domain/documents/versions.ts";
import {
  decode,
  encode,
  encodeWithTtl,
  NewerDocumentError,
  UnusableDocumentError,
} from "#functions/app/documents/codec.ts";
import {
  presentRelease,
  type Release,
  versionedDocuments,
} from "#functions/app/documents/versioned-documents.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";

const PATH = paths.order("main", "o-1");
const GROUP = paths.group("main", "g-1");

const NEXT: Knowledge = {
  ...KNOWLEDGE,
  order: [{ since: "0.3.0", up: (shape) => ({ ...shape, feesUsd: null }) }],
};
const LATER: Knowledge = {
  ...KNOWLEDGE,
  order: [
    ...NEXT.order,
    { since: "0.4.0", up: ({ feesUsd, ...shape }) => ({ ...shape, fees: { usd: feesUsd ?? null } }) },
  ],
};

function store() {
  const raw = createMemoryDocuments(createFakeClock());
  const as = (knowledge: Knowledge, stamps: Release["stamps"] = "new") =>
    versionedDocuments(raw, { knowledge, stamps });
  const read = async (knowledge: Knowledge, path: string) => {
    const [snapshot] = await as(knowledge).getAll([path]);
    if (snapshot === undefined) throw new Error("no answer");
    return snapshot;
  };
  return { raw, as, read };
}

describe("reading", () => {
  it("leads every older shape, step by step, to the shape that is known", async () => {
    const { raw, as, read } = store();
    raw.seed(PATH, { qty: "1" });
    expect((await read(NEXT, PATH)).data).toMatchObject({ qty: "1", feesUsd: null });
    expect((await read(LATER, PATH)).data).toEqual({
      qty: "1",
      fees: { usd: null },
      schema: { version: 3, since: "0.4.0" },
    });
    await as(NEXT).commit([{ op: "set", path: PATH, data: { qty: "1", feesUsd: "2" } }]);
    expect(
      decode(
        z.strictObject({ qty: z.string(), fees: z.object({ usd: z.string() }) }),
        await read(LATER, PATH),
      ),
    ).toEqual({
      qty: "1",
      fees: { usd: "2" },
    });
  });

  it("keeps an expiry across a step, out of the step's sight", async () => {
    const { raw, read } = store();
    const { expireAt, ...rest } = encodeWithTtl({ qty: "1" }, 0, 1_000);
    raw.seed(PATH, { ...rest, expireAt: expireAt as Date });
    const seen: unknown[] = [];
    const spying: Knowledge = {
      ...KNOWLEDGE,
      order: [{ since: "0.3.0", up: (shape) => (seen.push(shape), shape) }],
    };
    expect((await read(spying, PATH)).data?.expireAt).toEqual(expireAt);
    expect(seen).toEqual([{ qty: "1" }]);
  });

  it("marks what is newer, says which release is needed, and spoils no other document of the answer", async () => {
    const { raw, as } = store();
    await as(LATER).commit([{ op: "set", path: PATH, data: { fees: null } }]);
    raw.seed(GROUP, { groupId: "g-1" });
    const [order, group] = await as(NEXT).getAll([PATH, GROUP]);
    expect(order?.newer).toEqual({ found: 3, known: 2, since: "0.4.0" });
    expect(() => order && decode(z.object({}), order)).toThrow(NewerDocumentError);
    expect(() => order && decode(z.object({}), order)).toThrow(/release 0\.4\.0/);
    expect(group).toMatchObject({ data: { groupId: "g-1" } });
    expect(group?.newer).toBeUndefined();
    const [listed] = await as(NEXT).query({ collection: paths.orders("main"), limit: 5 });
    expect(listed?.newer?.found).toBe(3);
  });

  it.each<[string, object | string | number | null]>([
    ["no map", "2"],
    ["null", null],
    ["without a version", { since: "0.3.0" }],
    ["of version 0", { version: 0, since: "0.1.0" }],
    ["of half a version", { version: 1.5, since: "0.1.0" }],
    ["without a release", { version: 1 }],
  ])("takes a stamp that is %s for one from the future", async (_name, schema) => {
    const { raw, read } = store();
    raw.seed(PATH, encode({ qty: "1", schema }));
    expect((await read(LATER, PATH)).newer).toMatchObject({ since: "unknown" });
  });

  it("calls a document unusable that stops a step, and only that document", async () => {
    const { raw, as } = store();
    raw.seed(PATH, { qty: "1" });
    raw.seed(GROUP, { groupId: "g-1" });
    const failing: Knowledge = {
      ...KNOWLEDGE,
      order: [
        {
          since: "0.3.0",
          up: () => {
            throw new TypeError("no fees");
          },
        },
      ],
    };
    const [order, group] = await as(failing).getAll([PATH, GROUP]);
    expect(() => order && decode(z.object({}), order)).toThrow(UnusableDocumentError);
    expect(() => order && decode(z.object({}), order)).toThrow(/version 1: no fees/);
    expect(group?.data).toEqual({ groupId: "g-1" });
  });
});

describe("a journal entry", () => {
  const ENTRY = paths.journal("main", 1);

  it("holds images with stamps of their own, which are led on one by one", async () => {
    const { raw, as, read } = store();
    await as(NEXT, "all").commit([
      {
        op: "create",
        path: ENTRY,
        data: { seq: 1, images: { [PATH]: { feesUsd: "1" }, [GROUP]: { slots: 1 } } },
      },
    ]);
    expect(raw.dump()[ENTRY]?.images).toMatchObject({
      [PATH]: { schema: { version: 2, since: "0.3.0" } },
      [GROUP]: { schema: { version: 1, since: "0.1.0" } },
    });
    expect((await read(LATER, ENTRY)).data?.images).toEqual({
      [PATH]: { fees: { usd: "1" } },
      [GROUP]: { slots: 1 },
    });
  });

  it("is newer when one of its images is", async () => {
    const { as, read } = store();
    await as(NEXT).commit([{ op: "create", path: ENTRY, data: { seq: 1, images: { [PATH]: {} } } }]);
    expect((await read(KNOWLEDGE, ENTRY)).newer).toEqual({ found: 2, known: 1, since: "0.3.0" });
  });
});

describe("writing", () => {
  it("stamps what is written whole: all of it, or only what is above the first version", async () => {
    const { raw, as } = store();
    const writes = [
      { op: "create", path: PATH, data: { qty: "1" } },
      { op: "set", path: GROUP, data: { groupId: "g-1" } },
    ] as const;
    await as(NEXT).commit(writes);
    expect(raw.dump()).toMatchObject({ [PATH]: { schema: { version: 2, since: "0.3.0" } } });
    expect(raw.dump()[GROUP]).toEqual({ groupId: "g-1" });
    await as(NEXT, "all").commit([writes[1]]);
    expect(raw.dump()[GROUP]).toEqual({ groupId: "g-1", schema: { version: 1, since: "0.1.0" } });
  });

  it("of this release, until it is told otherwise, adds no field to any document", async () => {
    const { raw } = store();
    const documents = versionedDocuments(raw, presentRelease("new"));
    const data = { seq: 1, images: { [PATH]: { qty: "1" } } };
    await documents.commit([
      { op: "create", path: paths.journal("main", 1), data },
      { op: "set", path: GROUP, data: { groupId: "g-1" } },
    ]);
    expect(raw.dump()).toEqual({ [paths.journal("main", 1)]: data, [GROUP]: { groupId: "g-1" } });
  });

  it("leaves stamp and shape alone where a field is changed in place", async () => {
    const { raw, as } = store();
    const path = paths.control("main");
    await as({ ...KNOWLEDGE, control: NEXT.order }).commit([
      { op: "set", path, data: { inbox: { storedCount: 1 } } },
    ]);
    await as(KNOWLEDGE, "all").commit([
      { op: "update", path, changes: { "inbox.storedCount": { incrementBy: 1 } } },
    ]);
    expect(raw.dump()[path]).toEqual({ inbox: { storedCount: 2 }, schema: { version: 2, since: "0.3.0" } });
  });

  it("refuses a change in place of a field that a step may move", () => {
    const { as } = store();
    const changes = { "lease.fence": 7 };
    expect(() => as(KNOWLEDGE).commit([{ op: "update", path: paths.control("main"), changes }])).toThrow(
      RangeError,
    );
  });
});
