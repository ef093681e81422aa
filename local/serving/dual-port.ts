// One TCP port that speaks two protocols: gRPC to Google's clients, HTTP/1 to browsers, curl and the admin. The port is
// taken first and served later, so that a second process on the same port ends before it touches stored state.
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { type Address, listenOn } from "./listen.ts";
import { switchProtocol } from "./protocol-switch.ts";

interface Sides {
  readonly http2: (socket: Socket) => void;
  readonly http1: RequestListener;
}

export class DualPort {
  readonly port: number;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(listener: Server, port: number) {
    this.#listener = listener;
    this.port = port;
  }

  /** Takes the port. Rejects when another process holds it, naming it. */
  static async open(address: Address): Promise<DualPort> {
    const listener = createServer({ noDelay: true });
    return new DualPort(listener, await listenOn(listener, address));
  }

  /** Serves from now on. To be called before the event loop turns: a connection that comes earlier is not answered. */
  serve({ http2, http1 }: Sides): void {
    const http = createHttpServer(http1);
    this.#listener.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      switchProtocol(socket, { http2, http1: (accepted) => http.emit("connection", accepted) });
    });
  }

  /** Cuts every connection and frees the port. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
