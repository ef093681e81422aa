// The query half of the document contract: filters, order, limits and collection groups as Firestore defines them.
import { describe, expect, it } from "vitest";
import type { DocumentPort, DocumentQuery } from "#ports/documents.ts";

export interface QueryStore {
  readonly port: DocumentPort;
  /** Puts a path below the part of the store that is this test's own. */
  readonly at: (path: string) => string;
}

export function describeDocumentQueries(current: () => QueryStore): void {
  describe("queries", () => {
    const seed = async (rows: Readonly<Record<string, Record<string, string | number | null>>>) => {
      const { port, at } = current();
      await port.commit(
        Object.entries(rows).map(([id, data]) => ({ op: "create", path: at(`rows/${id}`), data }) as const),
      );
    };
    const idsOf = async (query: Omit<DocumentQuery, "collection">): Promise<string[]> => {
      const { port, at } = current();
      const snapshots = await port.query({ ...query, collection: at("rows") });
      for (const { data, version } of snapshots) expect([data, version]).not.toContain(null);
      return snapshots.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
    };

    it("finds a collection's own documents by id when no order is given, never more than the limit", async () => {
      await seed({ b: { n: 1 }, a: { n: 2 }, c: { n: 3 } });
      const { port, at } = current();
      await port.commit([{ op: "create", path: at("rows/a/below/x"), data: { n: 1 } }]);
      expect(await idsOf({ limit: 10 })).toEqual(["a", "b", "c"]);
      expect(await idsOf({ limit: 2 })).toEqual(["a", "b"]);
    });

    it("filters by equality, by membership and by ranges within one type", async () => {
      await seed({
        a: { n: 1 },
        b: { n: 2 },
        c: { n: 3 },
        text: { n: "2" },
        none: { n: null },
        other: { m: 2 },
      });
      expect(await idsOf({ where: [{ field: "n", op: "==", value: 2 }], limit: 9 })).toEqual(["b"]);
      expect(await idsOf({ where: [{ field: "n", op: "==", value: null }], limit: 9 })).toEqual(["none"]);
      expect(await idsOf({ where: [{ field: "n", op: "in", value: [3, "2"] }], limit: 9 })).toEqual([
        "c",
        "text",
      ]);
      expect(await idsOf({ where: [{ field: "n", op: ">", value: 1 }], limit: 9 })).toEqual(["b", "c"]);
      expect(await idsOf({ where: [{ field: "n", op: "<=", value: 2 }], limit: 9 })).toEqual(["a", "b"]);
    });

    it("joins filters with and, on dotted fields too", async () => {
      const { port, at } = current();
      await port.commit([
        { op: "create", path: at("rows/a"), data: { status: "OPEN", request: { symbol: "BTCUSDT" } } },
        { op: "create", path: at("rows/b"), data: { status: "OPEN", request: { symbol: "ETHUSDT" } } },
        { op: "create", path: at("rows/c"), data: { status: "DONE", request: { symbol: "BTCUSDT" } } },
      ]);
      const where = [
        { field: "status", op: "==", value: "OPEN" },
        { field: "request.symbol", op: "==", value: "BTCUSDT" },
      ] as const;
      expect(await idsOf({ where, limit: 9 })).toEqual(["a"]);
    });

    it("orders both ways, ties by id in the same direction, and drops documents without the field", async () => {
      await seed({ a: { n: 2 }, b: { n: 1 }, c: { n: 2 }, without: { m: 1 } });
      expect(await idsOf({ orderBy: { field: "n", direction: "asc" }, limit: 9 })).toEqual(["b", "a", "c"]);
      expect(await idsOf({ orderBy: { field: "n", direction: "desc" }, limit: 9 })).toEqual(["c", "a", "b"]);
      const range = { field: "n", op: ">=", value: 2 } as const;
      const newest = { where: [range], orderBy: { field: "n", direction: "desc" }, limit: 1 } as const;
      expect(await idsOf(newest)).toEqual(["c"]);
    });

    it("orders text by its bytes and mixed values by type", async () => {
      await seed({ a: { n: "b" }, b: { n: "B" }, c: { n: "é" }, d: { n: 7 }, e: { n: null }, f: { n: "" } });
      const order = { field: "n", direction: "asc" } as const;
      expect(await idsOf({ orderBy: order, limit: 9 })).toEqual(["e", "d", "f", "b", "a", "c"]);
    });

    it("finds documents of every collection with an id, wherever they lie", async () => {
      const { port, at } = current();
      const unique = `group${at("").replaceAll(/[^a-z0-9]/gi, "")}`;
      await port.commit([
        { op: "create", path: at(`rows/a/${unique}/x`), data: { n: 1 } },
        { op: "create", path: at(`rows/b/${unique}/y`), data: { n: 2 } },
        { op: "create", path: at(`rows/b/not${unique}/z`), data: { n: 2 } },
      ]);
      const found = await port.query({ collection: unique, allDescendants: true, limit: 9 });
      expect(found.map(({ path }) => path)).toEqual([at(`rows/a/${unique}/x`), at(`rows/b/${unique}/y`)]);
    });

    it("gives the documents of a collection page by page, by their names", async () => {
      await seed({ b: { n: 1 }, a: { n: 2 }, d: {}, c: { n: 1 } });
      const { at } = current();
      expect(await idsOf({ limit: 2 })).toEqual(["a", "b"]);
      const [, last] = await current().port.query({ collection: at("rows"), limit: 2 });
      expect(await idsOf({ after: last?.path ?? "", limit: 9 })).toEqual(["c", "d"]);
      expect(await idsOf({ after: at("rows/d"), limit: 9 })).toEqual([]);
      await expect(idsOf({ after: at("elsewhere/d"), limit: 9 })).rejects.toBeInstanceOf(TypeError);
    });

    it("refuses a query without a bound, and one that Firestore would order otherwise", async () => {
      await expect(idsOf({ limit: 0 })).rejects.toBeInstanceOf(TypeError);
      await expect(idsOf({ limit: Number.POSITIVE_INFINITY })).rejects.toBeInstanceOf(TypeError);
      const where = [{ field: "n", op: ">", value: 1 }] as const;
      const orderBy = { field: "m", direction: "asc" } as const;
      await expect(idsOf({ where, orderBy, limit: 1 })).rejects.toBeInstanceOf(TypeError);
    });
  });
}
