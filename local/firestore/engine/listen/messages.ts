// ListenResponse messages in proto-loader's shape.
import type { ProtoMessage, RpcError } from "#backend";
import { documentMessage, type StoredDocument } from "../document.ts";
import { timestampFromMicros } from "../timestamp.ts";

const TOKEN_BYTES = 8;

/** The token is the read time. It is only ever answered with RESET, so it needs to hold nothing more. */
function resumeToken(readMicros: number): Buffer {
  const token = Buffer.alloc(TOKEN_BYTES);
  token.writeBigUInt64BE(BigInt(readMicros));
  return token;
}

const change = (fields: ProtoMessage): ProtoMessage => ({ targetChange: fields });

export const targetAdded = (id: number): ProtoMessage => change({ targetChangeType: "ADD", targetIds: [id] });

export const targetReset = (id: number): ProtoMessage =>
  change({ targetChangeType: "RESET", targetIds: [id] });

export const targetRemoved = (id: number, error?: RpcError): ProtoMessage =>
  change({
    targetChangeType: "REMOVE",
    targetIds: [id],
    ...(error === undefined ? {} : { cause: { code: error.code, message: error.message } }),
  });

export const targetCurrent = (id: number, readMicros: number): ProtoMessage =>
  change({
    targetChangeType: "CURRENT",
    targetIds: [id],
    resumeToken: resumeToken(readMicros),
    readTime: timestampFromMicros(readMicros),
  });

/** A consistent snapshot of the whole stream: what makes SDKs raise their events. */
export const snapshotReached = (readMicros: number): ProtoMessage =>
  change({
    targetChangeType: "NO_CHANGE",
    targetIds: [],
    resumeToken: resumeToken(readMicros),
    readTime: timestampFromMicros(readMicros),
  });

export const documentShown = (document: StoredDocument, id: number): ProtoMessage => ({
  documentChange: { document: documentMessage(document), targetIds: [id], removedTargetIds: [] },
});

/** The document still exists but the target no longer selects it; the client learns its new state. */
export const documentLeft = (document: StoredDocument, id: number): ProtoMessage => ({
  documentChange: { document: documentMessage(document), targetIds: [], removedTargetIds: [id] },
});

/** As documentLeft, for a client that may not see the new state. */
export const documentHidden = (name: string, id: number, readMicros: number): ProtoMessage => ({
  documentRemove: { document: name, removedTargetIds: [id], readTime: timestampFromMicros(readMicros) },
});

export const documentDeleted = (name: string, id: number, readMicros: number): ProtoMessage => ({
  documentDelete: { document: name, removedTargetIds: [id], readTime: timestampFromMicros(readMicros) },
});
