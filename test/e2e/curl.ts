// The bytes that curl puts on the wire for `curl -d`, sent as they are: no HTTP client of ours in between that could
// mend a header.
import { connect } from "node:net";

export interface CurlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One POST as curl 8 sends it. The answer's body must be JSON. */
export function postAsCurl(url: string, contentType: string, body: string): Promise<CurlAnswer> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const request = [
    `POST ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    "User-Agent: curl/8.5.0",
    "Accept: */*",
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.once("error", reject);
    socket.once("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const [head = "", ...rest] = text.split("\r\n\r\n");
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
      // A chunked body of this size is one chunk: its JSON is what lies between the outermost braces.
      const json = /\{[\s\S]*\}/.exec(rest.join("\r\n\r\n"))?.[0];
      if (json === undefined) reject(new Error(`No JSON in the answer: ${text}`));
      else resolve({ status, body: JSON.parse(json) });
    });
  });
}
