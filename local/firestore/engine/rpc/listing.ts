// ListDocuments and ListCollectionIds: what consoles, listDocuments() and listCollections() use.

import { compareNames, compareStrings } from "../compare.ts";
import { documentMessage, maskPaths, type StoredDocument } from "../document.ts";
import { collectionId, lastSegment, parentName } from "../name.ts";
import type { ConsistencySelector, DocumentMask } from "../proto.ts";
import { compileQuery, predicateOf } from "../query/compile.ts";
import { missingNames } from "../query/run.ts";
import { withView } from "../read-view.ts";
import { invalidArgument, permissionDenied, unimplemented } from "../status.ts";
import type { UnaryHandler } from "./call.ts";

/** Documents or ids per page when the request names no size. */
const DEFAULT_PAGE_SIZE = 300;

type ListDocumentsRequest = ConsistencySelector & {
  parent?: string;
  collectionId?: string;
  pageSize?: number;
  pageToken?: string;
  orderBy?: string;
  mask?: DocumentMask | null;
  showMissing?: boolean;
};

const pageSizeOf = (requested: number | undefined): number => (requested ? requested : DEFAULT_PAGE_SIZE);
const encodeToken = (last: string): string => Buffer.from(last).toString("base64url");
const decodeToken = (token: string): string => Buffer.from(token, "base64url").toString();

/** A collection's documents by name, and on request the missing ones (name only, no fields). */
export const listDocuments: UnaryHandler = async ({ database, access, caller }, message) => {
  const request = message as ListDocumentsRequest;
  if (!request.collectionId) throw unimplemented("ListDocuments over all collections is not supported");
  if (request.orderBy && !/^__name__( asc)?$/iu.test(request.orderBy.trim())) {
    throw unimplemented("ListDocuments supports no order but __name__; use RunQuery");
  }
  const pageSize = pageSizeOf(request.pageSize);
  if (pageSize < 0) throw invalidArgument("page_size is negative");
  if (request.showMissing === true && (request.readTime != null || request.transaction != null)) {
    throw unimplemented("Missing documents can only be listed as they are now");
  }
  const query = compileQuery(request.parent, { from: [{ collectionId: request.collectionId }] });
  access.checkQuery(caller, query);
  const paths = maskPaths(request.mask);
  const lock = { kind: "query", predicate: predicateOf(query) } as const;
  const stored = await withView(database, request, lock, (view) => view.query(query));
  const entries = new Map<string, StoredDocument | null>(stored.map((document) => [document.name, document]));
  if (request.showMissing === true) {
    const path = `${query.parent}/${collectionId(request.collectionId)}`;
    for (const name of missingNames(database.store, path)) entries.set(name, null);
  }
  const after = request.pageToken ? decodeToken(request.pageToken) : undefined;
  const names = [...entries.keys()]
    .sort(compareNames)
    .filter((name) => after === undefined || compareNames(name, after) > 0);
  const page = names.slice(0, pageSize);
  const documents = page.map((name) => {
    const document = entries.get(name);
    return document == null ? { name } : documentMessage(document, paths);
  });
  const last = page.at(-1);
  return names.length > page.length && last !== undefined
    ? { documents, nextPageToken: encodeToken(last) }
    : { documents };
};

type ListCollectionIdsRequest = {
  parent?: string;
  pageSize?: number;
  pageToken?: string;
  readTime?: unknown;
};

/** Ids of the collections directly below a document or the root. For servers only, as in Google's. */
export const listCollectionIds: UnaryHandler = async ({ database, caller }, message) => {
  const request = message as ListCollectionIdsRequest;
  if (caller.kind !== "owner") throw permissionDenied();
  if (request.readTime != null) throw unimplemented("ListCollectionIds at a read_time is not supported");
  const prefix = `${parentName(request.parent)}/`;
  const ids = new Set<string>();
  for (const { path } of database.store.collections()) {
    if (path.startsWith(prefix)) ids.add(path.slice(prefix.length).split("/")[0] ?? lastSegment(path));
  }
  const after = request.pageToken ? decodeToken(request.pageToken) : undefined;
  const sorted = [...ids]
    .sort(compareStrings)
    .filter((id) => after === undefined || compareStrings(id, after) > 0);
  const page = sorted.slice(0, pageSizeOf(request.pageSize));
  const last = page.at(-1);
  return sorted.length > page.length && last !== undefined
    ? { collectionIds: page, nextPageToken: encodeToken(last) }
    : { collectionIds: page };
};
