// Holds the in-memory store to firestore.indexes.json, as the local Firestore does: a query of a project's collection that
// lacks its index is refused, so that it cannot pass here and fail in production. Other collections are tests' own.
import { readFileSync } from "node:fs";
import { checkIndex, type IndexNeed, parseIndexes } from "@ballast/local-firestore";
import { type DocumentQuery, DocumentRefusedError } from "#ports/documents.ts";

const FILE = new URL("../../../firestore.indexes.json", import.meta.url);
const indexes = parseIndexes(readFileSync(FILE, "utf8"), "firestore.indexes.json");
const projectCollections = new Set(indexes.fieldOverrides.map(({ collectionGroup }) => collectionGroup));

/** Throws DocumentRefusedError. */
export function assertIndexed(query: DocumentQuery): void {
  const need = needOf(query);
  if (!projectCollections.has(need.collectionId)) return;
  try {
    checkIndex(indexes, need);
  } catch (error) {
    throw new DocumentRefusedError((error as Error).message, null, { cause: error });
  }
}

function needOf({ collection, allDescendants, where = [], orderBy }: DocumentQuery): IndexNeed {
  const equal = where.filter(({ op }) => op === "==" || op === "in").map(({ field }) => field);
  const ranged = where.filter(({ op }) => op !== "==" && op !== "in").map(({ field }) => field);
  const mode = orderBy?.direction === "desc" ? ("DESCENDING" as const) : ("ASCENDING" as const);
  const ordered = [...new Set([...(orderBy === undefined ? [] : [orderBy.field]), ...ranged])];
  return {
    collectionId: collection.split("/").at(-1) ?? "",
    scope: allDescendants === true ? "COLLECTION_GROUP" : "COLLECTION",
    equal: [...new Set(equal)],
    contains: [],
    orders: ordered.map((fieldPath) => ({ fieldPath, mode })),
  };
}
