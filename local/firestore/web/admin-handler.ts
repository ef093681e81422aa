// Firestore Admin's export and import over HTTP, for owners alone: POST …/databases/D:exportDocuments and
// :importDocuments. A prefix is a folder of this machine, file:///…; what is answered is a finished operation.
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { RpcError } from "../backend.ts";
import { identify } from "../id-token.ts";
import { readBody } from "./request-body.ts";
import { answer } from "./rest-handler.ts";
import { asRpcError, errorJson, INVALID_ARGUMENT, PERMISSION_DENIED } from "./rpc-status.ts";

const ADMIN_PATH = /^\/v1\/(projects\/([^/]+)\/databases\/[^/]+):(exportDocuments|importDocuments)$/;

export interface Copies {
  /** Both take `projects/{p}/databases/{d}` and a folder, and give the number of documents. */
  readonly exportTo: (database: string, directory: string) => number;
  readonly importFrom: (database: string, directory: string) => Promise<number>;
}

export function isAdmin({ method }: IncomingMessage, { pathname }: URL): boolean {
  return method === "POST" && ADMIN_PATH.test(pathname);
}

export async function handleAdmin(
  req: IncomingMessage,
  res: ServerResponse,
  { path, copies, nowMs }: { readonly path: string; readonly copies: Copies; readonly nowMs: number },
): Promise<void> {
  try {
    const [, name = "", projectId = "", verb] = ADMIN_PATH.exec(path) ?? [];
    const database = decodeURIComponent(name);
    if (identify(req.headers.authorization, decodeURIComponent(projectId), nowMs).caller.kind !== "owner")
      throw new RpcError(PERMISSION_DENIED, `${verb} is for owners`);
    const body = JSON.parse(await readBody(req)) as Readonly<Record<string, unknown>>;
    if (verb === "exportDocuments") {
      const { outputUriPrefix } = body;
      const documentCount = copies.exportTo(database, folderOf(outputUriPrefix));
      answer(res, 200, operation(database, { outputUriPrefix, documentCount }));
    } else {
      const documentCount = await copies.importFrom(database, folderOf(body.inputUriPrefix));
      answer(res, 200, operation(database, { documentCount }));
    }
  } catch (error) {
    const json = errorJson(asRpcError(error));
    answer(res, json.error.code, json);
  }
}

function operation(database: string, response: object): object {
  return { name: `${database}/operations/local`, done: true, response };
}

function folderOf(uri: unknown): string {
  if (typeof uri !== "string" || !uri.startsWith("file:///"))
    throw new RpcError(INVALID_ARGUMENT, "the local server exports to a folder of this machine: file:///…");
  return fileURLToPath(uri);
}
