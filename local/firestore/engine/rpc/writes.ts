// Commit, BatchWrite, CreateDocument, UpdateDocument, DeleteDocument.
import { randomBytes } from "node:crypto";
import type { ProtoMessage } from "#backend";
import type { CommitOutcome } from "../database.ts";
import { documentMessage, maskPaths } from "../document.ts";
import { collectionId, documentName, parentName, rootOf, rootOfDatabase } from "../name.ts";
import type { DocumentMask, Precondition, RawDocument, Write, WriteResult } from "../proto.ts";
import { invalidArgument, permissionDenied, toRpcError } from "../status.ts";
import { timestampFromMicros } from "../timestamp.ts";
import type { Transaction } from "../transaction.ts";
import { type PlannedWrite, targetOf } from "../write.ts";
import type { Call, UnaryHandler } from "./call.ts";

const AUTO_ID_LENGTH = 20;
const AUTO_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function resultOf({ updateMicros, transformResults }: PlannedWrite): WriteResult {
  return {
    ...(updateMicros === undefined ? {} : { updateTime: timestampFromMicros(updateMicros) }),
    ...(transformResults.length === 0 ? {} : { transformResults }),
  };
}

/** Commits as this caller: the rules see each planned write. */
export function commitAs(
  call: Call,
  writes: readonly Write[],
  transaction: Transaction | null,
): Promise<CommitOutcome> {
  const { database, access, caller } = call;
  if (caller.kind === "owner") return database.commit(writes, transaction);
  return database.commit(writes, transaction, (planned) => access.checkWrites(caller, planned));
}

/** CommitResponse, and what a Write stream sends per request. */
export function commitResponse({ planned, commitMicros }: CommitOutcome): ProtoMessage {
  return { writeResults: planned.map(resultOf), commitTime: timestampFromMicros(commitMicros) };
}

/** Throws INVALID_ARGUMENT when a write is for another database than the request. */
export function checkDatabase(database: string | undefined, writes: readonly Write[]): void {
  const root = rootOfDatabase(database);
  for (const write of writes) {
    const name = targetOf(write);
    if (rootOf(name) !== root) throw invalidArgument(`Document ${name} is not in database ${database}`);
  }
}

type CommitRequest = {
  database?: string;
  writes?: readonly Write[];
  transaction?: Uint8Array | string | null;
};

export const commit: UnaryHandler = async (call, message) => {
  const { database, writes = [], transaction } = message as CommitRequest;
  checkDatabase(database, writes);
  const open =
    transaction != null && transaction.length > 0 ? call.database.transactions.get(transaction) : null;
  return commitResponse(await commitAs(call, writes, open));
};

/** Each write on its own: one may fail and the next succeed. For servers only, as in Google's. */
export const batchWrite: UnaryHandler = async (call, message) => {
  if (call.caller.kind !== "owner") throw permissionDenied();
  const { database, writes = [] } = message as CommitRequest;
  checkDatabase(database, writes);
  if (new Set(writes.map(targetOf)).size !== writes.length) {
    throw invalidArgument("BatchWrite cannot write to one document more than once per request.");
  }
  const outcomes = await Promise.allSettled(writes.map((write) => commitAs(call, [write], null)));
  return {
    writeResults: outcomes.map((outcome) =>
      outcome.status === "fulfilled" ? outcome.value.planned.map(resultOf).at(0) : {},
    ),
    status: outcomes.map((outcome) => {
      if (outcome.status === "fulfilled") return { code: 0 };
      const { code, message: text } = toRpcError(outcome.reason);
      return { code, message: text };
    }),
  };
};

async function writeOne(
  call: Call,
  write: Write,
  mask: DocumentMask | null | undefined,
): Promise<ProtoMessage> {
  const paths = maskPaths(mask);
  const { planned } = await commitAs(call, [write], null);
  const after = planned[0]?.after;
  return after == null ? {} : documentMessage(after, paths);
}

function autoId(): string {
  let id = "";
  while (id.length < AUTO_ID_LENGTH) {
    for (const byte of randomBytes(AUTO_ID_LENGTH)) {
      // Bytes past the last whole multiple of the alphabet would favour its first letters.
      if (byte < AUTO_ID_ALPHABET.length * 4 && id.length < AUTO_ID_LENGTH) {
        id += AUTO_ID_ALPHABET[byte % AUTO_ID_ALPHABET.length] ?? "";
      }
    }
  }
  return id;
}

type CreateDocumentRequest = {
  parent?: string;
  collectionId?: string;
  documentId?: string;
  document?: RawDocument | null;
  mask?: DocumentMask | null;
};

export const createDocument: UnaryHandler = async (call, message) => {
  const request = message as CreateDocumentRequest;
  const collection = `${parentName(request.parent)}/${collectionId(request.collectionId ?? "")}`;
  const name = documentName(`${collection}/${request.documentId ? request.documentId : autoId()}`);
  const write = {
    update: { name, fields: request.document?.fields ?? {} },
    currentDocument: { exists: false },
  };
  return writeOne(call, write, request.mask);
};

type UpdateDocumentRequest = {
  document?: RawDocument | null;
  updateMask?: DocumentMask | null;
  mask?: DocumentMask | null;
  currentDocument?: Precondition | null;
};

export const updateDocument: UnaryHandler = async (call, message) => {
  const { document, updateMask, currentDocument, mask } = message as UpdateDocumentRequest;
  if (document == null) throw invalidArgument("UpdateDocument has no document");
  return writeOne(
    call,
    { update: document, updateMask: updateMask ?? null, currentDocument: currentDocument ?? null },
    mask,
  );
};

type DeleteDocumentRequest = { name?: string; currentDocument?: Precondition | null };

export const deleteDocument: UnaryHandler = async (call, message) => {
  const { name, currentDocument } = message as DeleteDocumentRequest;
  return writeOne(call, { delete: documentName(name), currentDocument: currentDocument ?? null }, undefined);
};
