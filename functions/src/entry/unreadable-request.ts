// The answer to bytes that are no HTTP request. Node would close the line with a bare status: here it is JSON too, and says
// nothing of what was sent.
import type { Socket } from "node:net";

/** Status by the name that Node's parser and timers have for a fault; every other fault is a bad request. */
const STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Answers and closes the line; a line that is gone already is left alone. */
export function answerUnreadable(fault: Error & { readonly code?: string }, line: Socket): void {
  if (fault.code === "ECONNRESET" || !line.writable) {
    line.destroy();
    return;
  }
  const status = STATUSES[fault.code ?? ""] ?? "400 Bad Request";
  const body = JSON.stringify({ code: "REQUEST_UNREADABLE", message: "This is no HTTP request" });
  const headers = [
    `HTTP/1.1 ${status}`,
    "Connection: close",
    "Cache-Control: no-store",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${body.length}`,
  ];
  line.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}
