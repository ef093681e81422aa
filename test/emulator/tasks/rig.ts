// A Tasks server in this process with Google's own client on it, and an HTTP target that records its calls.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudTasksClient } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import { startTasksServer, type TasksServerOptions } from "#local/tasks/server.ts";

export const PARENT = "projects/demo-ballast/locations/europe-west1";
export const QUEUE = `${PARENT}/queues/followups`;

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server that answers by `respond` and remembers every call. */
export async function startTarget(respond: (call: Call, index: number) => number | Promise<number>) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const { method = "", url: path = "", headers } = request;
      const call = { method, path, headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      response.writeHead(await respond(call, calls.length - 1)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function tasksClient(port: number): CloudTasksClient {
  process.env.METADATA_SERVER_DETECTION = "none";
  return new CloudTasksClient({ apiEndpoint: "127.0.0.1", port, sslCreds: credentials.createInsecure() });
}

export async function startTasksRig(options: Partial<TasksServerOptions> = {}) {
  const lines: string[] = [];
  const server = await startTasksServer({
    host: "127.0.0.1",
    port: 0,
    log: (line) => lines.push(line),
    ...options,
  });
  const client = tasksClient(server.port);
  return {
    port: server.port,
    lines,
    client,
    async stop() {
      await client.close();
      await server.stop();
    },
  };
}
