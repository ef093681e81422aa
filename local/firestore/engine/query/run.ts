// Runs a compiled query over the live documents, or over the documents as they were (an overlay of older versions).
import type { Collection } from "../collection.ts";
import { compareNames } from "../compare.ts";
import type { StoredDocument } from "../document.ts";
import type { Overlay } from "../history.ts";
import { collectionOf } from "../name.ts";
import type { Store } from "../store.ts";
import type { CompiledQuery } from "./compile.ts";

function* scopedCollections(store: Store, query: CompiledQuery): Generator<Collection> {
  if (query.collectionId !== undefined && !query.allDescendants) {
    const collection = store.collection(`${query.parent}/${query.collectionId}`);
    if (collection !== undefined) yield collection;
    return;
  }
  const candidates =
    query.collectionId === undefined ? store.collections() : store.collectionsById(query.collectionId);
  for (const collection of candidates) if (query.inScope(collection.path)) yield collection;
}

function* candidates(
  store: Store,
  query: CompiledQuery,
  overlay: Overlay | undefined,
): Generator<StoredDocument> {
  for (const collection of scopedCollections(store, query)) {
    for (const document of collection.values()) {
      if (overlay === undefined || !overlay.has(document.name)) yield document;
    }
  }
  if (overlay === undefined) return;
  for (const [name, document] of overlay) {
    if (document !== null && query.inScope(collectionOf(name))) yield document;
  }
}

/** A single collection in name order needs no sort and can stop at the limit. */
function runByName(collection: Collection, query: CompiledQuery, descending: boolean): StoredDocument[] {
  const names = collection.sortedNames();
  const wanted = query.offset + (query.limit ?? Number.POSITIVE_INFINITY);
  const found: StoredDocument[] = [];
  for (let at = 0; at < names.length && found.length < wanted; at += 1) {
    const document = collection.get(names[descending ? names.length - 1 - at : at] ?? "");
    if (document !== undefined && query.matches(document)) found.push(document);
  }
  return found.slice(query.offset);
}

/** The query's documents in order, offset and limit applied. */
export function runQuery(store: Store, query: CompiledQuery, overlay?: Overlay): StoredDocument[] {
  if (query.nameOrder !== undefined && overlay === undefined && query.collectionId !== undefined) {
    if (!query.allDescendants) {
      const collection = store.collection(`${query.parent}/${query.collectionId}`);
      return collection === undefined ? [] : runByName(collection, query, query.nameOrder === -1);
    }
  }
  if (query.limit === undefined) return windowOf(query, sortedMatches(store, query, overlay));
  return windowOf(query, firstMatches(store, query, query.offset + query.limit, overlay));
}

/** The first `count` matches in order. A page of a large collection must not cost a sort of all of it. */
function firstMatches(
  store: Store,
  query: CompiledQuery,
  count: number,
  overlay?: Overlay,
): StoredDocument[] {
  const first: StoredDocument[] = [];
  if (count === 0) return first;
  for (const document of candidates(store, query, overlay)) {
    const last = first.length < count ? undefined : first.at(-1);
    if (last !== undefined && query.compare(document, last) >= 0) continue;
    if (!query.matches(document)) continue;
    first.splice(insertionIndex(first, document, query.compare), 0, document);
    if (first.length > count) first.pop();
  }
  return first;
}

/** Index of the first element of a sorted list that is not before the given one. */
export function insertionIndex(
  sorted: readonly StoredDocument[],
  document: StoredDocument,
  compare: CompiledQuery["compare"],
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = sorted[middle];
    if (candidate !== undefined && compare(candidate, document) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All matching documents in order, without the window: what a listener with a limit keeps. */
export function sortedMatches(store: Store, query: CompiledQuery, overlay?: Overlay): StoredDocument[] {
  const found: StoredDocument[] = [];
  for (const document of candidates(store, query, overlay)) if (query.matches(document)) found.push(document);
  return found.sort(query.compare);
}

export function windowOf(query: CompiledQuery, sorted: readonly StoredDocument[]): StoredDocument[] {
  const end = query.limit === undefined ? sorted.length : query.offset + query.limit;
  return sorted.slice(query.offset, end);
}

/** Names of a collection that exist only as ancestors of stored documents ("missing documents"), in order. */
export function missingNames(store: Store, collectionPath: string): string[] {
  const prefix = `${collectionPath}/`;
  const missing = new Set<string>();
  for (const { path } of store.collections()) {
    if (!path.startsWith(prefix)) continue;
    const name = `${prefix}${path.slice(prefix.length).split("/")[0]}`;
    if (store.get(name) === null) missing.add(name);
  }
  return [...missing].sort(compareNames);
}
