// Resource names: `projects/p/databases/d/documents[/collection/id]*`. Checks them and takes them apart; a name that
// passed documentName() is the key under which the store, locks and listeners know the document.
import { invalidArgument } from "./status.ts";

/** Longest document or collection id, UTF-8 bytes (Firestore quota). */
const MAX_ID_BYTES = 1500;
const RESERVED_ID = /^__.*__$/u;
/** Datastore's numeric ids, the one allowed form with double underscores. */
export const NUMERIC_ID = /^__id(-?\d+)__$/u;
const ROOT = /^projects\/[^/]+\/databases\/[^/]+\/documents/u;
const ROOT_SEGMENTS = 5;

/** `projects/p/databases/d/documents` of a name or a database name. Throws INVALID_ARGUMENT when there is none. */
export function rootOf(name: string): string {
  const match = ROOT.exec(name);
  if (match === null) throw invalidArgument(`Invalid resource name: ${JSON.stringify(name)}`);
  return match[0];
}

/** The documents root of a `projects/p/databases/d` name. */
export function rootOfDatabase(database: string | undefined): string {
  return rootOf(`${database ?? ""}/documents`);
}

function checkId(id: string, name: string): void {
  if (id === "" || id === "." || id === "..") {
    throw invalidArgument(
      `Resource name ${JSON.stringify(name)} has an unusable segment ${JSON.stringify(id)}`,
    );
  }
  if (RESERVED_ID.test(id) && !NUMERIC_ID.test(id)) {
    throw invalidArgument(`Resource id ${JSON.stringify(id)} is invalid because it is reserved.`);
  }
  if (id.length * 3 > MAX_ID_BYTES && Buffer.byteLength(id) > MAX_ID_BYTES) {
    throw invalidArgument(`Resource id is longer than ${MAX_ID_BYTES} bytes`);
  }
}

function segmentsBelowRoot(name: string): string[] {
  const root = rootOf(name);
  if (name.length === root.length) return [];
  if (name[root.length] !== "/") throw invalidArgument(`Invalid resource name: ${JSON.stringify(name)}`);
  return name.slice(root.length + 1).split("/");
}

/** The name, checked to be a document's. Throws INVALID_ARGUMENT. */
export function documentName(name: string | undefined): string {
  if (name === undefined || name === "") throw invalidArgument("A document name is missing");
  const segments = segmentsBelowRoot(name);
  if (segments.length === 0 || segments.length % 2 !== 0) {
    throw invalidArgument(`Document name ${JSON.stringify(name)} has an odd number of path segments`);
  }
  for (const segment of segments) checkId(segment, name);
  return name;
}

/** A parent: the documents root, or a document's name. Throws INVALID_ARGUMENT. */
export function parentName(name: string | undefined): string {
  const parent = name ?? "";
  const segments = segmentsBelowRoot(parent);
  if (segments.length % 2 !== 0)
    throw invalidArgument(`Parent ${JSON.stringify(parent)} is not a document or root`);
  for (const segment of segments) checkId(segment, parent);
  return parent;
}

export function collectionId(id: string): string {
  checkId(id, id);
  if (id.includes("/")) throw invalidArgument(`Collection id ${JSON.stringify(id)} contains a slash`);
  return id;
}

/** `…/documents/accounts/a/orders` of `…/documents/accounts/a/orders/o`. */
export const collectionOf = (name: string): string => name.slice(0, name.lastIndexOf("/"));

/** The last segment: a document's id, or a collection's. */
export const lastSegment = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** The path rules see: `accounts/a/orders/o`, without the documents root. */
export const pathBelowRoot = (name: string): string => name.split("/").slice(ROOT_SEGMENTS).join("/");
