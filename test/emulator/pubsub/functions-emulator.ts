// The real functions emulator of firebase-tools over a small sample folder, with our Pub/Sub server as its binary.
// Every sample function reports each call to a recorder in the test, whose answer decides whether it fails.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./rig.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const READY = "All emulators ready";
/** How much of the emulator's log is shown when a test cannot go on. */
const SHOWN_LOG_CHARS = 4_000;

const SAMPLE = `
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { onSchedule } from "firebase-functions/v2/scheduler";
async function report(name, facts) {
  const body = JSON.stringify({ name, ...facts });
  const answer = await fetch(process.env.RECORDER_URL, { method: "POST", body });
  if (!answer.ok) throw new Error("the recorder wants " + name + " to fail");
}
const message = (name) => (event) =>
  report(name, { id: event.id, text: Buffer.from(event.data.message.data, "base64").toString(), attributes: event.data.message.attributes });
export const retrying = onMessagePublished({ topic: "intents", retry: true }, message("retrying"));
export const once = onMessagePublished({ topic: "intents" }, message("once"));
export const follow = onTaskDispatched({ retryConfig: { maxAttempts: 4, minBackoffSeconds: 1 } }, (request) =>
  report("follow", { data: request.data, retryCount: request.retryCount, queue: request.queueName }));
export const tick = onSchedule("every 24 hours", (event) => report("tick", event));
`;

export interface Report {
  readonly name: string;
  readonly atMs: number;
  readonly [field: string]: unknown;
}

export interface FunctionsRig {
  readonly functionsPort: number;
  readonly pubsubPort: number;
  readonly reports: Report[];
  /** Whether a call shall fail; the index counts the calls of that function with that text. */
  shouldFail: (report: Report, index: number) => boolean;
  readonly log: () => string;
  readonly cli: ChildProcess;
  stop(): Promise<number | null>;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createTcpServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function startRecorder(rig: {
  reports: Report[];
  shouldFail: FunctionsRig["shouldFail"];
}): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const report: Report = { ...JSON.parse(Buffer.concat(chunks).toString()), atMs: Date.now() };
      const index = rig.reports.filter(
        ({ name, text }) => name === report.name && text === report.text,
      ).length;
      rig.reports.push(report);
      response.writeHead(rig.shouldFail(report, index) ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function writeSample(folder: string, ports: Record<string, number>, recorderUrl: string): void {
  const functions = join(folder, "functions");
  mkdirSync(functions);
  const pkg = { name: "sample", type: "module", main: "index.js", engines: { node: "24" } };
  writeFileSync(
    join(functions, "package.json"),
    JSON.stringify({ ...pkg, dependencies: { "firebase-functions": "7" } }),
  );
  writeFileSync(join(functions, "index.js"), SAMPLE);
  writeFileSync(join(functions, ".env.local"), `RECORDER_URL=${recorderUrl}\n`);
  const emulators = Object.entries(ports).map(([name, port]) => [name, { host: "127.0.0.1", port }]);
  const config = {
    functions: [{ source: "functions", codebase: "default" }],
    emulators: { ...Object.fromEntries(emulators), ui: { enabled: false } },
  };
  writeFileSync(join(folder, "firebase.json"), JSON.stringify(config));
}

/** Starts everything and waits until the emulator is ready. */
export async function startFunctionsRig(): Promise<FunctionsRig> {
  const local = join(ROOT, ".local");
  mkdirSync(local, { recursive: true });
  const folder = mkdtempSync(join(local, "functions-test-"));
  const names = ["functions", "pubsub", "hub", "logging", "eventarc", "tasks"];
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]));
  const state: { reports: Report[]; shouldFail: FunctionsRig["shouldFail"] } = {
    reports: [],
    shouldFail: () => false,
  };
  const recorder = await startRecorder(state);
  writeSample(folder, ports, `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`);
  const cli = spawn(
    process.execPath,
    [
      join(ROOT, "node_modules/firebase-tools/lib/bin/firebase.js"),
      ...["emulators:start", "--only", "functions,pubsub", "--project", "demo-ballast", "--non-interactive"],
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PUBSUB_EMULATOR_BINARY_PATH: join(ROOT, "local/pubsub/emulator.sh"),
        FUNCTIONS_EMULATOR_PARALLEL: "4",
        METADATA_SERVER_DETECTION: "none",
        BALLAST_FUNCTIONS_PORT: String(ports.functions),
        BALLAST_LOCAL_DATA_DIR: join(folder, "data"),
        BALLAST_PUBSUB_RETRY_MIN_MS: "200",
      },
    },
  );
  let output = "";
  for (const stream of [cli.stdout, cli.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => cli.once("exit", resolve));
  const isReady = await eventually(() =>
    output.includes(READY) ? "ready" : cli.exitCode === null ? undefined : "dead",
  );
  if (isReady === "dead") throw new Error(`The functions emulator ended: ${output.slice(-SHOWN_LOG_CHARS)}`);
  return Object.assign(state, {
    functionsPort: ports.functions ?? 0,
    pubsubPort: ports.pubsub ?? 0,
    log: () => output,
    cli,
    async stop() {
      cli.kill("SIGINT");
      const code = await exited;
      recorder.close();
      recorder.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  });
}
