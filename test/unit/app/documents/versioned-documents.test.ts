// A document is read in the newest shape that a release knows and written with its version. One of a later
// release is marked, leaves the other documents readable, and is never acted on.
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { DOCUMENT_KINDS, type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";
import {
  FROZEN_KINDS,
  KNOWLEDGE,
  type Knowledge,
  PATCHED_FIELDS,
  type Shape,
  type UpgradeStep,
} from "#domain/documents/versions.ts";
import {
  committedAtMs,
  decode,
  NewerDocumentError,
  UnusableDocumentError,
} from "#functions/app/documents/codec.ts";
import {
  presentRelease,
  type Stamps,
  stampedAs,
  versionedDocuments,
} from "#functions/app/documents/versioned-documents.ts";
import type { DocumentData, DocumentPort } from "#ports/documents.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments, type MemoryDocuments } from "#test/support/memory/documents.ts";

const HOOK = paths.hook("h-1");
const LETTER = paths.deadLetter("d-1");

/** Splits `name` in two, and from release 0.4.0 on counts its parts. */
const HOOK_STEPS: readonly UpgradeStep[] = [
  {
    since: "0.3.0",
    up: ({ name, ...rest }) => ({ ...rest, names: String(name).split(" ") }),
  },
  { since: "0.4.0", up: (shape) => ({ ...shape, parts: (shape.names as string[]).length }) },
];

const knowing = (steps: Partial<Record<DocumentKind, readonly UpgradeStep[]>>): Knowledge => ({
  ...KNOWLEDGE,
  // As the first release has them: what the real steps add is their own test's.
  ...{ order: [], group: [], control: [] },
  ...steps,
});

let stored: MemoryDocuments;
beforeEach(() => {
  stored = createMemoryDocuments(createFakeClock());
});

function port(steps: Parameters<typeof knowing>[0] = {}, stamps: Stamps = "new"): DocumentPort {
  return versionedDocuments(stored, { knowledge: knowing(steps), stamps });
}

async function read(documents: DocumentPort, path: string) {
  const [snapshot] = await documents.getAll([path]);
  if (snapshot === undefined) throw new Error("The store answered with nothing");
  return snapshot;
}

const raw = (path: string): DocumentData | undefined => stored.dump()[path];

describe("every path", () => {
  const spelled: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(paths)
      .filter(
        ([name]) =>
          !["receipts", "intents", "orders", "groups", "commands", "outbox", "alerts"].includes(name),
      )
      .map(([name, path]) => [
        name,
        typeof path === "string" ? path : path("main" as never, "publisher" as never),
      ]),
  );

  it.each(Object.entries(spelled))("%s has a kind", (_name, path) => {
    expect(kindOf(path), path).not.toBeNull();
  });

  it("of a collection has none, nor has a path that the product does not know", () => {
    for (const path of [paths.orders("main"), "accounts/main/orders/o-1/more/x", "elsewhere/x"])
      expect(kindOf(path)).toBeNull();
  });
});

describe("a document of an older release", () => {
  it.each<[DocumentData]>([
    [{ name: "Ada Lovelace" }],
    [{ names: ["Ada", "Lovelace"], schema: { version: 2, since: "0.3.0" } }],
    [{ names: ["Ada", "Lovelace"], parts: 2, schema: { version: 3, since: "0.4.0" } }],
  ])("is led through the steps that it lacks: %o", async (data) => {
    stored.seed(HOOK, data);
    const snapshot = await read(port({ hook: HOOK_STEPS }), HOOK);
    const schema = z.strictObject({ names: z.array(z.string()), parts: z.number() });
    expect(decode(schema, snapshot)).toEqual({ names: ["Ada", "Lovelace"], parts: 2 });
    expect(raw(HOOK)).toEqual(data);
  });

  it("keeps the fields that only the store knows", async () => {
    const expireAt = new Date(5);
    stored.seed(HOOK, { name: "a", expireAt });
    expect((await read(port({ hook: HOOK_STEPS }), HOOK)).data).toMatchObject({ expireAt, parts: 1 });
  });

  it("is led on in a query too", async () => {
    stored.seed(HOOK, { name: "a b" });
    const [found] = await port({ hook: HOOK_STEPS }).query({ collection: "hooks", limit: 10 });
    expect(found?.data).toMatchObject({ parts: 2 });
  });
});

describe("a document of a later release", () => {
  const newer = { names: [], parts: 0, schema: { version: 3, since: "0.4.0" } };

  it("is marked with the release that is needed, and is not decoded", async () => {
    stored.seed(HOOK, newer);
    const snapshot = await read(port(), HOOK);
    expect(snapshot.newer).toEqual({ found: 3, known: 1, since: "0.4.0" });
    expect(() => decode(z.unknown(), snapshot)).toThrow(NewerDocumentError);
    expect(() => decode(z.unknown(), snapshot)).toThrow(/hooks\/h-1 is of version 3.*release 0\.4\.0/);
    expect(committedAtMs(snapshot)).toBe(committedAtMs(await read(stored, HOOK)));
  });

  it("keeps no other document of the same request from being read", async () => {
    stored.seed(HOOK, newer);
    stored.seed(LETTER, { a: 1 });
    const [first, second] = await port().getAll([HOOK, LETTER]);
    expect(first?.newer).toBeDefined();
    expect(second).toMatchObject({ data: { a: 1 } });
    expect(second?.newer).toBeUndefined();
  });

  it.each([[{ version: "2", since: "0.3.0" }], [{ version: 0, since: "x" }], ["2"], [null]])(
    "is any whose stamp cannot be read: %o",
    async (schema) => {
      stored.seed(HOOK, { schema });
      expect((await read(port({ hook: HOOK_STEPS }), HOOK)).newer).toBeDefined();
    },
  );
});

describe("a document that is written", () => {
  it("carries no stamp at version 1, so that release 0.1.0 can read it", async () => {
    await port().commit([{ op: "create", path: HOOK, data: { name: "a" } }]);
    expect(raw(HOOK)).toEqual({ name: "a" });
  });

  it.each(["create", "set"] as const)("whole (%s) carries its version", async (op) => {
    await port({ hook: HOOK_STEPS }).commit([{ op, path: HOOK, data: { names: [], parts: 0 } }]);
    await port({}, "all").commit([{ op, path: LETTER, data: { a: 1 } }]);
    expect(raw(HOOK)).toEqual({ names: [], parts: 0, schema: { version: 3, since: "0.4.0" } });
    expect(raw(LETTER)).toEqual({ a: 1, schema: { version: 1, since: "0.1.0" } });
  });

  it("in place keeps its version, and only in fields that no step may touch", async () => {
    stored.seed(paths.control("main"), { inbox: { storedCount: 1 }, schema: { version: 1, since: "0.1.0" } });
    const documents = port();
    const changes = { "inbox.storedCount": { incrementBy: 1 } };
    await documents.commit([{ op: "update", path: paths.control("main"), changes }]);
    expect(raw(paths.control("main"))).toEqual({
      inbox: { storedCount: 2 },
      schema: { version: 1, since: "0.1.0" },
    });
    const other = { op: "update", path: paths.control("main"), changes: { flatten: null } } as const;
    await expect(async () => documents.commit([other])).rejects.toThrow(/PATCHED_FIELDS/);
  });
});

describe("an entry of the journal", () => {
  const path = paths.journal("main", 1);

  it("holds images with versions of their own, which are led on and read without their stamps", async () => {
    const steps = { deadLetter: [{ since: "0.3.0", up: (shape: Shape) => ({ ...shape, feesUsd: null }) }] };
    await port().commit([{ op: "create", path, data: { images: { [LETTER]: { a: 1 }, [HOOK]: { b: 2 } } } }]);
    const later = port(steps);
    const images = { [LETTER]: { a: 1, feesUsd: null }, [HOOK]: { b: 2 } };
    expect((await read(later, path)).data).toEqual({ images });
    await later.commit([{ op: "set", path, data: { images } }]);
    expect(raw(path)).toEqual({
      images: { [LETTER]: { a: 1, feesUsd: null, schema: { version: 2, since: "0.3.0" } }, [HOOK]: { b: 2 } },
    });
    expect((await read(later, path)).data).toEqual({ images });
    expect((await read(port(), path)).newer).toEqual({ found: 2, known: 1, since: "0.3.0" });
  });
});

describe("what this release knows", () => {
  it("leaves the first version to the kinds that every release must be able to write", () => {
    for (const kind of FROZEN_KINDS) expect(KNOWLEDGE[kind], kind).toEqual([]);
  });

  it("has releases in order, and steps that leave the fields changed in place as they are", () => {
    expect(Object.keys(KNOWLEDGE).sort()).toEqual([...DOCUMENT_KINDS].sort());
    for (const kind of DOCUMENT_KINDS) {
      const sinces = KNOWLEDGE[kind].map(({ since }) => since);
      expect(sinces).toEqual([...new Set(sinces)].sort());
      const patched = Object.fromEntries(
        (PATCHED_FIELDS[kind] ?? []).map((field) => [field, { kept: field }]),
      );
      for (const { up } of KNOWLEDGE[kind]) expect(up(patched, "x")).toMatchObject(patched);
    }
  });

  it("is what the product is composed with", () => {
    expect(presentRelease("new")).toEqual({ knowledge: KNOWLEDGE, stamps: "new" });
  });
});

describe("a document that is written beside the port, as the local stack's seed is", () => {
  it.each([paths.control("main"), paths.config("main"), HOOK, paths.journal("main", 1), "elsewhere/x"])(
    "carries the stamp of this release, so that nothing waits to be led on: %s",
    async (path) => {
      const data = { accountId: "main", images: { [paths.control("main")]: { accountId: "main" } } };
      const release = presentRelease("new");
      const documents = versionedDocuments(stored, release);
      await documents.commit([{ op: "create", path, data }]);
      const seeded = stampedAs(release, path, data);
      expect(seeded).toEqual(raw(path));
      const kind = kindOf(path);
      const version = kind === null ? 1 : KNOWLEDGE[kind].length + 1;
      expect(seeded.schema).toEqual(version === 1 ? undefined : { version, since: "0.3.0" });
    },
  );
});

describe("a step that a document stops", () => {
  it("makes that document unusable, and no other one of the answer", async () => {
    stored.seed(LETTER, { qty: "1" });
    stored.seed(HOOK, { name: "a b" });
    const up = (): Shape => {
      throw new TypeError("no fees");
    };
    const documents = port({ deadLetter: [{ since: "0.3.0", up }] });
    const [letter, hook] = await documents.getAll([LETTER, HOOK]);
    expect(() => letter && decode(z.unknown(), letter)).toThrow(UnusableDocumentError);
    expect(() => letter && decode(z.unknown(), letter)).toThrow(/version 1: no fees/);
    expect(hook?.data).toEqual({ name: "a b" });
  });
});
