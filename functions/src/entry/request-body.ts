// Reads a request's body as it comes: counted, and refused past its limit before anything is kept, inflated or parsed.
// Memory per request stays below twice the limit, however small the pieces are. The sender's labels decide nothing, but
// that a length over the limit is refused as soon as it is announced.
import type { IncomingMessage } from "node:http";
import { BodyRefusedError } from "./http-front.ts";

/** Alerts are smaller; more room is made as bytes arrive, and never for bytes that are only announced. */
const FIRST_BYTES = 4 * 1_024;
/**
 * Bytes read past a refusal, so that the sender gets to its answer: as many as Cloud Run lets into one request. A
 * sender of more is cut off.
 */
const MAX_DISCARDED_BYTES = 32 * 1_024 * 1_024;

/** Rejects with BodyRefusedError past `maxBytes`, and when the sender breaks off. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes)
    return Promise.reject(new BodyRefusedError("too large"));
  return new Promise((resolve, reject) => {
    let bytes = new Uint8Array(FIRST_BYTES);
    let length = 0;
    const take = (piece: Uint8Array<ArrayBuffer>): void => {
      if (length + piece.length > maxBytes) {
        request.off("data", take);
        bytes = new Uint8Array();
        reject(new BodyRefusedError("too large"));
        return;
      }
      bytes = withRoom(bytes, length + piece.length);
      bytes.set(piece, length);
      length += piece.length;
      release(piece);
    };
    request.on("data", take);
    request.once("end", () => resolve(bytes.subarray(0, length)));
    request.once("error", (cause) => reject(new BodyRefusedError("cut off", { cause })));
    request.once("close", () => reject(new BodyRefusedError("cut off")));
  });
}

/** Reads on without keeping anything; resolves at the end. A sender that has no end is cut off. */
export function discardRest(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  let left = MAX_DISCARDED_BYTES;
  return new Promise((resolve) => {
    request.on("data", (piece: Uint8Array<ArrayBuffer>) => {
      left -= piece.length;
      release(piece);
      if (left < 0) request.destroy();
    });
    // The sender has its answer; that it broke off concerns only itself.
    request.on("error", () => resolve());
    request.once("end", resolve);
    request.once("close", resolve);
  });
}

/** Gives a piece's memory back now: the collector would wait until pieces of 64 MiB are waiting for it. */
function release({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
  // Memory that is shared with other pieces is larger than this one, and stays.
  if (buffer.byteLength === byteLength) buffer.transfer(0);
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
