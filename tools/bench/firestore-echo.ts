// The reference for Firestore's figures: a gRPC server of the same library in a process of its own that answers each
// message with itself. Run it with `node firestore-echo.ts`; import echoRoundTrip() to measure it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client, credentials, Server, ServerCredentials } from "@grpc/grpc-js";

const METHOD = "/ballast.Echo/Echo";
const identity = (bytes: Buffer): Buffer => bytes;
/** About the size of a Commit request with one small document. */
const PAYLOAD_BYTES = 200;

function serve(): void {
  const server = new Server();
  const echo = {
    path: METHOD,
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
  server.addService(
    { echo },
    {
      echo: (call: { request: Buffer }, reply: (error: null, value: Buffer) => void) =>
        reply(null, call.request),
    },
  );
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** Duration of each of `count` round trips made one after the other, ms, sorted. */
export async function echoRoundTrip(count: number): Promise<number[]> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const payload = Buffer.alloc(PAYLOAD_BYTES, "x");
  const call = (): Promise<void> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(METHOD, identity, identity, payload, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  const tookMs: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startedMs = performance.now();
    await call();
    tookMs.push(performance.now() - startedMs);
  }
  client.close();
  child.kill("SIGTERM");
  return tookMs.sort((a, b) => a - b);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve();
