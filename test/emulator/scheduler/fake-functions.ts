// An HTTP server with the addresses of the functions emulator: /backends and its triggers. Used where the real
// one would only make the test slow; functions-trigger.test.ts holds the same promises with the real one.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface TriggerCallSeen {
  readonly key: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface FakeFunctions {
  readonly origin: string;
  readonly calls: TriggerCallSeen[];
  /** What /backends lists; change it at will. */
  functions: object[];
  /** Generation of the trigger keys, as the emulator counts it. */
  generation: number;
  /** The status of a call; a promise holds the call open. */
  respond: (call: TriggerCallSeen, index: number) => number | Promise<number>;
  stop(): Promise<void>;
}

const PREFIX = "/functions/projects/demo-ballast/triggers/";

/** Labels and limits that the emulator gives every function. */
export function emulated(name: string, extra: object, directory = "/nowhere") {
  const region = "europe-west1";
  return {
    directory,
    trigger: {
      id: `${region}-${name}`,
      name,
      region,
      entryPoint: name,
      timeoutSeconds: 60,
      labels: {
        EVENTARC_CLOUD_EVENT_SOURCE: `run-emulated.googleapis.com/projects/demo-ballast/locations/${region}/services/${name}`,
      },
      ...extra,
    },
  };
}

export async function startFakeFunctions(): Promise<FakeFunctions> {
  const calls: TriggerCallSeen[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    if (url === "/backends") {
      const listed = fake.functions as { directory: string; trigger: object }[];
      const backends = listed.map(({ directory, trigger }) => ({ directory, functionTriggers: [trigger] }));
      response.end(JSON.stringify({ backends }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const key = url.startsWith(PREFIX) ? url.slice(PREFIX.length) : "";
      if (!key.endsWith(`-${fake.generation}`)) {
        const listed = fake.functions as { trigger: { id: string } }[];
        const keys = listed.map(({ trigger }) => `${trigger.id}-${fake.generation}`);
        response
          .writeHead(404)
          .end(`Function ${key} does not exist, valid functions are: ${keys.join(", ")}`);
        return;
      }
      const call = { key, headers: request.headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      response.writeHead(await fake.respond(call, calls.length - 1)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake: FakeFunctions = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    functions: [],
    generation: 0,
    respond: () => 200,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
