// Maps an HTTP method and path of Firestore's REST API to the RPC behind it (google.firestore.v1's http rules).
import { RpcError } from "../backend.ts";
import { INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED } from "./rpc-status.ts";

const PREFIX = "/v1/";
/** Of Google's API, but no part of what is served: databases, their indexes and fields, pipelines, operations. */
const OF_A_PROJECT =
  /^\/v1\/projects\/[^/]+\/databases(?:\/[^/:]+(?::[A-Za-z]+|\/(?:backupSchedules|collectionGroups|operations|userCreds)(?:\/.*)?)?)?$/;
const DOCUMENTS = /^(projects\/[^/]+\/databases\/[^/]+)\/documents(?:\/(.+))?$/;

/** RPC behind each verb, and the request field that takes the resource in the path. */
const VERBS: Readonly<Record<string, readonly [method: string, resource: "database" | "parent"]>> = {
  batchGet: ["BatchGetDocuments", "database"],
  beginTransaction: ["BeginTransaction", "database"],
  commit: ["Commit", "database"],
  rollback: ["Rollback", "database"],
  batchWrite: ["BatchWrite", "database"],
  runQuery: ["RunQuery", "parent"],
  runAggregationQuery: ["RunAggregationQuery", "parent"],
  partitionQuery: ["PartitionQuery", "parent"],
  listCollectionIds: ["ListCollectionIds", "parent"],
};

export interface RestRoute {
  readonly rpc: string;
  /** Request fields that the path gives. */
  readonly fromPath: Readonly<Record<string, string>>;
  /** Where the body goes: the whole request, its `document`, or nowhere. */
  readonly body: "request" | "document" | "none";
  /** Name of the document to update, which the path gives. */
  readonly documentName?: string;
}

/** The RPC that `METHOD path` stands for. `path` is still percent-encoded. Throws RpcError NOT_FOUND, UNIMPLEMENTED or INVALID_ARGUMENT. */
export function restRoute(httpMethod: string, path: string): RestRoute {
  const [, resource = "", verb] =
    (httpMethod === "POST" ? /^(.+?)(?::([A-Za-z]+))?$/ : /^(.+)$/).exec(path.slice(PREFIX.length)) ?? [];
  const name = resource.split("/").map(decode).join("/");
  const [, database, below] = DOCUMENTS.exec(name) ?? [];
  if (!path.startsWith(PREFIX) || database === undefined) throw unservedRoute(httpMethod, path);
  const route =
    verb === undefined
      ? documentRoute(httpMethod, name, below)
      : verbRoute(verb, below === undefined ? { database, parent: name } : { parent: name });
  if (route === undefined) throw unknownRoute(httpMethod, path);
  return route;
}

/** Undefined when the verb is not one of the resource that the path names. Throws RpcError UNIMPLEMENTED. */
function verbRoute(
  verb: string,
  resources: { readonly database?: string; readonly parent: string },
): RestRoute | undefined {
  const found = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (found === undefined)
    throw new RpcError(UNIMPLEMENTED, `${verb} is not supported by the local Firestore server`);
  const [rpc, field] = found;
  const resource = resources[field];
  return resource === undefined ? undefined : { rpc, fromPath: { [field]: resource }, body: "request" };
}

function documentRoute(httpMethod: string, name: string, below: string | undefined): RestRoute | undefined {
  if (below === undefined) return undefined;
  const isDocument = below.split("/").length % 2 === 0;
  const cut = name.lastIndexOf("/");
  const collection = { parent: name.slice(0, cut), collectionId: name.slice(cut + 1) };
  if (httpMethod === "GET" && isDocument) return { rpc: "GetDocument", fromPath: { name }, body: "none" };
  if (httpMethod === "GET") return { rpc: "ListDocuments", fromPath: collection, body: "none" };
  if (httpMethod === "POST" && !isDocument) {
    return { rpc: "CreateDocument", fromPath: collection, body: "document" };
  }
  if (httpMethod === "PATCH" && isDocument) {
    return { rpc: "UpdateDocument", fromPath: {}, body: "document", documentName: name };
  }
  if (httpMethod === "DELETE" && isDocument)
    return { rpc: "DeleteDocument", fromPath: { name }, body: "none" };
  return undefined;
}

function decode(segment: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch (error) {
    const message = `The path segment "${segment}" is not percent-encoded text`;
    throw new RpcError(INVALID_ARGUMENT, message, { cause: error });
  }
  if (decoded.includes("/")) {
    throw new RpcError(INVALID_ARGUMENT, `The path segment "${segment}" holds an encoded slash`);
  }
  return decoded;
}

function unservedRoute(httpMethod: string, path: string): RpcError {
  if (!OF_A_PROJECT.test(path)) return unknownRoute(httpMethod, path);
  return new RpcError(UNIMPLEMENTED, `${httpMethod} ${path} is not supported by the local Firestore server`);
}

function unknownRoute(httpMethod: string, path: string): RpcError {
  return new RpcError(NOT_FOUND, `Firestore's REST API has no ${httpMethod} ${path}`);
}
