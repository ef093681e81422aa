// Firestore by Google's client over gRPC against the JSON adapter of the deployed functions: the first commit of a new
// process with the loading of its client, a warm commit, and memory. Each process is new, and both kinds run in
// turn against one local server, so that noise meets both.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startServerProcess } from "./firestore-process.ts";
import type { Measurement } from "./run.ts";

const ROUNDS = 5;
const WARM_COMMITS = 200;
const ROOT = join(import.meta.dirname, "..", "..");
const execute = promisify(execFile);

const OPENED = {
  gRPC: `const { initializeApp } = await import("firebase-admin/app");
    const { getFirestore } = await import("firebase-admin/firestore");
    const { createFirestoreDocuments } = await import("#adapters/firestore/firestore-documents.ts");
    const firestore = getFirestore(initializeApp({ projectId: "demo-clients" }));
    const port = createFirestoreDocuments(() => firestore);`,
  JSON: `const { createRestDocuments } = await import("#adapters/firestore/rest-documents.ts");
    const { emulatorOwner } = await import("#adapters/google/access-token.ts");
    const { googleRestTo } = await import("#adapters/google/google-rest.ts");
    const { createSystemClock } = await import("#adapters/system/clock.ts");
    const emulator = process.env.FIRESTORE_EMULATOR_HOST;
    const rest = googleRestTo("", { emulator, attemptMs: 6_000, accessToken: emulatorOwner, clock: createSystemClock() });
    const port = createRestDocuments({ projectId: "demo-clients", rest });`,
} as const;

interface Client {
  readonly firstMs: number;
  readonly firstCpuMs: number;
  readonly warmMs: number;
  readonly rssMb: number;
}

function script(opened: string): string {
  return `const startedMs = performance.now();
    ${opened}
    const write = (n) => port.commit([{ op: "set", path: "bench/" + process.pid, data: { n, text: "x".repeat(500) } }]);
    await write(0);
    const firstMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage();
    const times = [];
    for (let n = 1; n <= ${WARM_COMMITS}; n += 1) { const beganMs = performance.now(); await write(n); times.push(performance.now() - beganMs); }
    times.sort((a, b) => a - b);
    console.log(JSON.stringify({ firstMs, firstCpuMs: (user + system) / 1e3, warmMs: times[times.length / 2], rssMb: process.memoryUsage.rss() / 1e6 }));
    process.exit(0);`;
}

export async function run(): Promise<readonly Measurement[]> {
  const server = await startServerProcess();
  const kinds = Object.keys(OPENED) as (keyof typeof OPENED)[];
  const found: Record<keyof typeof OPENED, Client[]> = { gRPC: [], JSON: [] };
  try {
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const kind of kinds) {
        const client = await once(script(OPENED[kind]), server.address);
        if (round > 0) found[kind].push(client);
      }
  } finally {
    await server.stop();
  }
  const middle = (kind: keyof typeof OPENED, field: keyof Client): number =>
    found[kind].map((each) => each[field]).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  const line = (name: string, field: keyof Client, unit: string): Measurement => ({
    name,
    value: middle("JSON", field),
    unit,
    reference: `Google's client over gRPC: ${middle("gRPC", field).toFixed(1)} ${unit}`,
  });
  return [
    line("first commit of a process, loading included", "firstMs", "ms"),
    line("its processor time", "firstCpuMs", "ms"),
    line("warm commit, p50", "warmMs", "ms"),
    line("memory", "rssMb", "MB"),
  ];
}

async function once(text: string, address: string): Promise<Client> {
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, FIRESTORE_EMULATOR_HOST: address, METADATA_SERVER_DETECTION: "none" },
  });
  return JSON.parse(stdout) as Client;
}
