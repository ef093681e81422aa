// One port, two protocols: looks at a connection's first bytes and hands it, bytes included, to the HTTP/2 or the
// HTTP/1 side. Browsers and curl speak HTTP/1 without TLS; gRPC opens with the HTTP/2 preface.
import type { Socket } from "node:net";

/** Start of "PRI * HTTP/2.0": no HTTP/1 method begins so. */
const PREFACE = Buffer.from("PRI * ");

/** Calls one of the two handlers once the protocol is certain; the handler sees the stream from its first byte. */
export function switchProtocol(
  socket: Socket,
  handlers: { readonly http2: (socket: Socket) => void; readonly http1: (socket: Socket) => void },
): void {
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const head = seen.subarray(0, PREFACE.length);
    if (head.length < PREFACE.length && head.equals(PREFACE.subarray(0, head.length))) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(seen);
    if (head.equals(PREFACE)) {
      handlers.http2(socket);
    } else {
      handlers.http1(socket);
      // The HTTP/1 server expects a flowing socket.
      socket.resume();
    }
  };
  socket.on("data", onData);
  // A connection that fails before it said anything concerns nobody.
  socket.on("error", () => socket.destroy());
}
