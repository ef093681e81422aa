// A TCP proxy in front of a port whose connections a test can break all at once, as a network that drops does.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface BreakableProxy extends AsyncDisposable {
  readonly port: number;
  /** Destroys every open connection; new ones are accepted at once. */
  breakAll(): void;
}

export async function startProxy(targetPort: number): Promise<BreakableProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, "127.0.0.1");
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      sockets.delete(client);
    };
    sockets.add(client);
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
    client.pipe(upstream).pipe(client);
  });
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    breakAll,
    async [Symbol.asyncDispose]() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
