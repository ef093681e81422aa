// Contract of every DocumentPort. Run on the in-memory port and on the real adapter over a Firestore server,
// so that a proof over one holds over the other.
import { beforeEach, describe, expect, it } from "vitest";
import type { DocumentPort, DocumentVersion } from "#ports/documents.ts";
import {
  DocumentExistsError,
  DocumentNotFoundError,
  PreconditionFailedError,
  SERVER_TIME,
} from "#ports/documents.ts";
import { describeDocumentQueries } from "./document-queries.ts";

/** `create` gives an empty store, or one where `prefix` is unused: every path of the suite starts with it. */
export interface DocumentStore {
  readonly port: DocumentPort;
  readonly prefix: string;
}

export function describeDocumentPort(name: string, create: () => Promise<DocumentStore>): void {
  describe(`DocumentPort: ${name}`, () => {
    let port: DocumentPort;
    let at: (path: string) => string;
    beforeEach(async () => {
      const store = await create();
      port = store.port;
      at = (path) => `${store.prefix}/${path}`;
    });

    const versionOf = async (path: string): Promise<DocumentVersion> => {
      const [snapshot] = await port.getAll([path]);
      if (snapshot?.version === null || snapshot?.version === undefined)
        throw new Error(`${path} is missing`);
      return snapshot.version;
    };
    const dataOf = async (path: string): Promise<unknown> => (await port.getAll([path]))[0]?.data;

    it("gives back every kind of value as it was stored", async () => {
      const data = {
        text: "0.10000000000000000001",
        whole: 1_767_323_045_678,
        fraction: 0.25,
        yes: true,
        nothing: null,
        at: new Date(1_767_323_045_678),
        list: [1, "a", { b: null }],
        map: { "a.dotted/key": { inner: [] }, empty: {} },
      };
      await port.commit([{ op: "create", path: at("values/a"), data }]);
      expect(await dataOf(at("values/a"))).toEqual(data);
    });

    it("answers in the order asked for, with null for what does not exist, also for a path asked twice", async () => {
      await port.commit([
        { op: "set", path: at("many/a"), data: { n: 1 } },
        { op: "set", path: at("many/b"), data: { n: 2 } },
      ]);
      const snapshots = await port.getAll([at("many/b"), at("many/missing"), at("many/a"), at("many/b")]);
      expect(snapshots.map(({ path }) => path)).toEqual(
        ["many/b", "many/missing", "many/a", "many/b"].map(at),
      );
      expect(snapshots.map(({ data }) => data)).toEqual([{ n: 2 }, null, { n: 1 }, { n: 2 }]);
      expect(snapshots[1]?.version).toBeNull();
    });

    it("asks nothing for nothing", async () => {
      expect(await port.getAll([])).toEqual([]);
      expect(await port.commit([])).toEqual([]);
    });

    it("returns the version that a later read shows", async () => {
      const created = await port.commit([{ op: "create", path: at("versions/a"), data: { n: 1 } }]);
      expect(created).toEqual([await versionOf(at("versions/a"))]);
      const set = await port.commit([{ op: "set", path: at("versions/a"), data: { n: 2 } }]);
      expect(set).toEqual([await versionOf(at("versions/a"))]);
      const updated = await port.commit([{ op: "update", path: at("versions/a"), changes: { n: 3 } }]);
      expect(updated).toEqual([await versionOf(at("versions/a"))]);
      expect(new Set([...created, ...set, ...updated]).size).toBe(3);
      // Whether a write that changes nothing gives a new version is the store's affair; that it tells the truth is not.
      const same = await port.commit([{ op: "set", path: at("versions/a"), data: { n: 3 } }]);
      expect(same).toEqual([await versionOf(at("versions/a"))]);
      expect(await port.commit([{ op: "delete", path: at("versions/a") }])).toEqual([null]);
    });

    it("refuses to create what exists, and stores nothing else of that commit", async () => {
      await port.commit([{ op: "create", path: at("create/a"), data: { n: 1 } }]);
      const again = port.commit([
        { op: "set", path: at("create/other"), data: { n: 1 } },
        { op: "create", path: at("create/a"), data: { n: 2 } },
      ]);
      await expect(again).rejects.toBeInstanceOf(DocumentExistsError);
      expect(await dataOf(at("create/a"))).toEqual({ n: 1 });
      expect(await dataOf(at("create/other"))).toBeNull();
    });

    it("replaces the whole document, with and without a version", async () => {
      await port.commit([{ op: "set", path: at("set/a"), data: { kept: 1, dropped: 2 } }]);
      await port.commit([
        { op: "set", path: at("set/a"), data: { kept: 3 }, version: await versionOf(at("set/a")) },
      ]);
      expect(await dataOf(at("set/a"))).toEqual({ kept: 3 });
      await port.commit([{ op: "set", path: at("set/a"), data: { other: 4 } }]);
      expect(await dataOf(at("set/a"))).toEqual({ other: 4 });
    });

    it.each(["set", "update", "delete"] as const)(
      "refuses to %s a document that was written since, and stores nothing else of that commit",
      async (op) => {
        await port.commit([{ op: "set", path: at("stale/a"), data: { n: 1 } }]);
        const version = await versionOf(at("stale/a"));
        await port.commit([{ op: "set", path: at("stale/a"), data: { n: 2 } }]);
        const path = at("stale/a");
        const stale =
          op === "set"
            ? ({ op, path, data: { n: 3 }, version } as const)
            : op === "update"
              ? ({ op, path, changes: { n: 3 }, version } as const)
              : ({ op, path, version } as const);
        const commit = port.commit([{ op: "create", path: at("stale/other"), data: {} }, stale]);
        await expect(commit).rejects.toBeInstanceOf(PreconditionFailedError);
        expect(await dataOf(path)).toEqual({ n: 2 });
        expect(await dataOf(at("stale/other"))).toBeNull();
      },
    );

    it.each(["set", "update", "delete"] as const)(
      "treats a version of a document that is gone as stale (%s)",
      async (op) => {
        await port.commit([{ op: "set", path: at("gone/a"), data: { n: 1 } }]);
        const version = await versionOf(at("gone/a"));
        await port.commit([{ op: "delete", path: at("gone/a") }]);
        const path = at("gone/a");
        const write =
          op === "set"
            ? ({ op, path, data: { n: 3 }, version } as const)
            : op === "update"
              ? ({ op, path, changes: { n: 3 }, version } as const)
              : ({ op, path, version } as const);
        await expect(port.commit([write])).rejects.toBeInstanceOf(PreconditionFailedError);
        expect(await dataOf(path)).toBeNull();
      },
    );

    it("lets exactly one of many writers with the same version through", async () => {
      await port.commit([{ op: "set", path: at("race/a"), data: { holder: "nobody" } }]);
      const version = await versionOf(at("race/a"));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) =>
          port.commit([{ op: "set", path: at("race/a"), data: { holder: `writer ${index}` }, version }]),
        ),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("changes only the named fields, dotted ones inside maps", async () => {
      const path = at("update/a");
      await port.commit([{ op: "set", path, data: { a: { b: 1, c: 2 }, d: 3, e: "text" } }]);
      await port.commit([{ op: "update", path, changes: { "a.b": 9, "e.f": true, "new.one": [1] } }]);
      expect(await dataOf(path)).toEqual({ a: { b: 9, c: 2 }, d: 3, e: { f: true }, new: { one: [1] } });
    });

    it("refuses to update what does not exist", async () => {
      const missing = port.commit([{ op: "update", path: at("update/missing"), changes: { a: 1 } }]);
      await expect(missing).rejects.toBeInstanceOf(DocumentNotFoundError);
    });

    it("increments what is stored, from zero where nothing is", async () => {
      const path = at("increment/a");
      await port.commit([{ op: "set", path, data: { n: 5, map: {} } }]);
      await Promise.all(
        Array.from({ length: 8 }, () =>
          port.commit([
            { op: "update", path, changes: { n: { incrementBy: 2 }, "map.m": { incrementBy: -1 } } },
          ]),
        ),
      );
      expect(await dataOf(path)).toEqual({ n: 21, map: { m: -8 } });
    });

    it("stamps a server time not before the commit it followed", async () => {
      const path = at("time/a");
      await port.commit([{ op: "set", path, data: { n: 1 } }]);
      const before = Number(await versionOf(path)) * 1_000;
      await port.commit([{ op: "update", path, changes: { "seen.at": SERVER_TIME } }]);
      const data = (await dataOf(path)) as { seen: { at: Date } };
      expect(data.seen.at).toBeInstanceOf(Date);
      expect(data.seen.at.getTime()).toBeGreaterThanOrEqual(Math.floor(before));
    });

    it("hands out data that a reader cannot change for the next one", async () => {
      const path = at("frozen/a");
      await port.commit([{ op: "set", path, data: { map: { n: 1 } } }]);
      const read = (await dataOf(path)) as { map: { n: number } };
      expect(() => {
        read.map.n = 2;
      }).toThrow(TypeError);
      expect(await dataOf(path)).toEqual({ map: { n: 1 } });
    });

    it("does not see what the caller does to its data after the commit", async () => {
      const data = { list: [1] };
      const committed = port.commit([{ op: "set", path: at("copy/a"), data }]);
      data.list.push(2);
      await committed;
      expect(await dataOf(at("copy/a"))).toEqual({ list: [1] });
    });

    it.each([
      ["undefined", { a: undefined }],
      ["NaN", { a: Number.NaN }],
      ["an array in an array", { a: [[1]] }],
      ["a class instance", { a: new URL("http://127.0.0.1/") }],
      ["a reserved field name", { __name__: 1 }],
      ["more than a mebibyte", { a: "x".repeat(1_100_000) }],
    ])("refuses %s before anything is sent", async (_, data) => {
      const write = { op: "set", path: at("bad/a"), data: data as never } as const;
      await expect(port.commit([write])).rejects.toBeInstanceOf(TypeError);
      expect(await dataOf(at("bad/a"))).toBeNull();
    });

    it("refuses one document twice in a commit, overlapping fields, and paths that name no document", async () => {
      const path = at("bad/b");
      const twice = port.commit([
        { op: "set", path, data: {} },
        { op: "delete", path },
      ]);
      await expect(twice).rejects.toBeInstanceOf(TypeError);
      const overlap = port.commit([{ op: "update", path, changes: { a: 1, "a.b": 2 } }]);
      await expect(overlap).rejects.toBeInstanceOf(TypeError);
      await expect(port.getAll([at("odd")])).rejects.toBeInstanceOf(TypeError);
    });

    describeDocumentQueries(() => ({ port, at }));
  });
}
