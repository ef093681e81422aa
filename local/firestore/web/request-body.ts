// Reads a request's body as text, up to a limit.
import type { IncomingMessage } from "node:http";
import { RpcError } from "../backend.ts";
import { INVALID_ARGUMENT } from "./rpc-status.ts";

/** Firestore takes at most 10 MiB a request; form encoding can make that three times as long. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** The whole body as UTF-8. Rejects with RpcError INVALID_ARGUMENT when it is too long. */
export async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new RpcError(INVALID_ARGUMENT, `The request is larger than ${MAX_BODY_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
