// The Pub/Sub server as a process: flags and BALLAST_* variables in, `pubsub ready on HOST:PORT` out. It also
// takes the arguments that firebase-tools passes to a Pub/Sub emulator binary.
import { LOCAL_HOST, resolvePorts } from "#local/ports.ts";
import { stdoutLog } from "#local/serving/log-line.ts";
import { numberFlag, readFlags, runProcess, textFlag } from "#local/serving/run-process.ts";
import { NO_CHAOS } from "./chaos.ts";
import { startPubSubServer } from "./server.ts";

const FLAGS = {
  host: "address to listen on",
  port: "port to listen on; 0 picks a free one",
  functions: "host:port of the functions emulator, or `none`",
  data: "directory that keeps unacknowledged messages; also BALLAST_LOCAL_DATA_DIR",
  "retry-min-ms":
    "pause before a failed function's first retry (Eventarc: 10000); also BALLAST_PUBSUB_RETRY_MIN_MS",
  "retry-max-ms": "longest pause between retries (Eventarc: 600000); also BALLAST_PUBSUB_RETRY_MAX_MS",
  "function-calls": "concurrent calls to one function; also BALLAST_PUBSUB_FUNCTION_CALLS",
  "chaos-seed": "seed of the chaos switch; set its chances over PUT /chaos",
};
const LARGEST_PORT = 65_535;
const DAY_MS = 86_400_000;

const log = stdoutLog("pubsub");
const env = process.env;
await runProcess("pubsub", LOCAL_HOST, process.argv.includes("--exit-with-parent"), log, async () => {
  const flags = readFlags(FLAGS, process.argv.slice(2));
  const ports = resolvePorts(env);
  const functions = textFlag(flags, "functions") ?? `${LOCAL_HOST}:${ports.functions}`;
  const dataDir = textFlag(flags, "data") ?? env.BALLAST_LOCAL_DATA_DIR;
  const retryMinMs = numberFlag(flags, "retry-min-ms", 0, DAY_MS, "BALLAST_PUBSUB_RETRY_MIN_MS");
  const retryMaxMs = numberFlag(flags, "retry-max-ms", 0, DAY_MS, "BALLAST_PUBSUB_RETRY_MAX_MS");
  const functionCalls = numberFlag(flags, "function-calls", 1, 1_000, "BALLAST_PUBSUB_FUNCTION_CALLS");
  const seed = numberFlag(flags, "chaos-seed", 0, Number.MAX_SAFE_INTEGER);
  return startPubSubServer({
    host: textFlag(flags, "host") ?? LOCAL_HOST,
    port: numberFlag(flags, "port", 0, LARGEST_PORT) ?? ports.pubsub,
    log,
    ...(functions === "none" ? {} : { functionsOrigin: `http://${functions}` }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(retryMinMs === undefined ? {} : { retryMinMs }),
    ...(retryMaxMs === undefined ? {} : { retryMaxMs }),
    ...(functionCalls === undefined ? {} : { functionCalls }),
    ...(seed === undefined ? {} : { chaos: { ...NO_CHAOS, seed } }),
  });
});
