// GetDocument and BatchGetDocuments.
import { documentMessage, maskPaths, type StoredDocument } from "../document.ts";
import { documentName, rootOf, rootOfDatabase } from "../name.ts";
import type { ConsistencySelector, DocumentMask } from "../proto.ts";
import { withView } from "../read-view.ts";
import { invalidArgument, notFound } from "../status.ts";
import { timestampFromMicros } from "../timestamp.ts";
import type { StreamHandler, UnaryHandler } from "./call.ts";

type GetDocumentRequest = ConsistencySelector & { name?: string; mask?: DocumentMask | null };

/** NOT_FOUND when the document does not exist. */
export const getDocument: UnaryHandler = async ({ database, access, caller }, message) => {
  const request = message as GetDocumentRequest;
  const name = documentName(request.name);
  const paths = maskPaths(request.mask);
  const lock = { kind: "read", names: [name] } as const;
  const stored = await withView(database, request, lock, (view) => view.get(name));
  access.checkGet(caller, name, stored);
  if (stored === null) throw notFound(`Document "${name}" not found.`);
  return documentMessage(stored, paths);
};

type BatchGetRequest = ConsistencySelector & {
  database?: string;
  documents?: readonly string[];
  mask?: DocumentMask | null;
};

/** One response per distinct name, in the order asked; a transaction begun here is in the first. */
export const batchGetDocuments: StreamHandler = async ({ database, access, caller }, message, send) => {
  const request = message as BatchGetRequest;
  const root = rootOfDatabase(request.database);
  const names = [...new Set(request.documents ?? [])].map(documentName);
  const foreign = names.find((name) => rootOf(name) !== root);
  if (foreign !== undefined)
    throw invalidArgument(`Document ${foreign} is not in database ${request.database}`);
  const paths = maskPaths(request.mask);
  const { view, documents } = await withView(database, request, { kind: "read", names }, (opened) => ({
    view: opened,
    documents: names.map((name): [string, StoredDocument | null] => [name, opened.get(name)]),
  }));
  for (const [name, stored] of documents) access.checkGet(caller, name, stored);
  const readTime = timestampFromMicros(view.readMicros);
  let begun: { transaction?: Buffer } =
    view.newTransactionId === undefined ? {} : { transaction: view.newTransactionId };
  for (const [name, stored] of documents) {
    const result = stored === null ? { missing: name } : { found: documentMessage(stored, paths) };
    send({ ...result, ...begun, readTime });
    begun = {};
  }
  if (documents.length === 0) send({ ...begun, readTime });
};
