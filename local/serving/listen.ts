// Taking a TCP port, with an error that names the port and the remedy when another process holds it.
import type { AddressInfo, Server } from "node:net";

export interface Address {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
}

/** Opens the port and resolves with its number. Rejects when it cannot be opened. */
export function listenOn(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === "EADDRINUSE";
      const remedy = "is taken by another process. Stop that one, or choose another port with --port.";
      const what = isTaken ? remedy : `cannot be opened: ${cause.message}`;
      reject(new Error(`Port ${port} on ${host} ${what}`, { cause }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
