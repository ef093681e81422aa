// The Tasks server as a process: flags and BALLAST_* variables in, `tasks ready on HOST:PORT` out.
import { LOCAL_HOST, resolvePorts } from "#local/ports.ts";
import { stdoutLog } from "#local/serving/log-line.ts";
import { numberFlag, readFlags, runProcess, textFlag } from "#local/serving/run-process.ts";
import { startTasksServer } from "./server.ts";

const FLAGS = {
  host: "address to listen on",
  port: "port to listen on; 0 picks a free one",
  functions: "host:port of the functions emulator, or `none`",
  data: "directory that keeps tasks; also BALLAST_LOCAL_DATA_DIR",
  "no-auto-create?": "refuse tasks for queues that do not exist",
};
const LARGEST_PORT = 65_535;

const log = stdoutLog("tasks");
const env = process.env;
await runProcess("tasks", LOCAL_HOST, process.argv.includes("--exit-with-parent"), log, async () => {
  const flags = readFlags(FLAGS, process.argv.slice(2));
  const ports = resolvePorts(env);
  const functions = textFlag(flags, "functions") ?? `${LOCAL_HOST}:${ports.functions}`;
  const dataDir = textFlag(flags, "data") ?? env.BALLAST_LOCAL_DATA_DIR;
  return startTasksServer({
    host: textFlag(flags, "host") ?? LOCAL_HOST,
    port: numberFlag(flags, "port", 0, LARGEST_PORT) ?? ports.tasks,
    log,
    autoCreate: flags["no-auto-create"] !== true,
    ...(functions === "none" ? {} : { functionsOrigin: `http://${functions}` }),
    ...(dataDir === undefined ? {} : { dataDir }),
  });
});
