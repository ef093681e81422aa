// Reads what the browser sends over the forward channel: `headers=…&count=2&ofs=7&req0___data__=…&req1___data__=…`.
import { RpcError } from "#backend";
import { INVALID_ARGUMENT } from "../rpc-status.ts";

/** The client library never puts more maps into one request. */
const MAX_MAPS_PER_REQUEST = 1000;

export interface ForwardBody {
  /** Headers of the stream, sent in the body to spare a preflight; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Messages with their ordinals on this channel, which count from 0 without gaps. */
  readonly messages: readonly { readonly ordinal: number; readonly data: string }[];
}

/** Parses a form-encoded forward-channel body. Throws RpcError INVALID_ARGUMENT when it is not one. */
export function parseForwardBody(body: string): ForwardBody {
  const form = new URLSearchParams(body);
  const count = wholeNumber(form.get("count") ?? "0");
  if (count > MAX_MAPS_PER_REQUEST) throw malformed(`${count} messages in one request`);
  const first = count === 0 ? 0 : wholeNumber(form.get("ofs") ?? "");
  const messages = Array.from({ length: count }, (_, i) => {
    const data = form.get(`req${i}___data__`);
    if (data === null) throw malformed(`message ${i} of ${count} is missing`);
    return { ordinal: first + i, data };
  });
  return { headers: parseHeaders(form.get("headers") ?? ""), messages };
}

/** Parses `Name:value\r\n…`, the form in which the client library encodes headers into a body or a parameter. */
export function parseHeaders(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isSafeInteger(value) || value < 0) {
    throw malformed(`${JSON.stringify(text)} is not a count`);
  }
  return value;
}

function malformed(reason: string): RpcError {
  return new RpcError(INVALID_ARGUMENT, `Malformed WebChannel request: ${reason}`);
}
