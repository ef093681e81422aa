// The scheduler as a process: flags and BALLAST_* variables in, `scheduler ready on HOST:PORT` out.
import { LOCAL_HOST, resolvePorts } from "#local/ports.ts";
import { stdoutLog } from "#local/serving/log-line.ts";
import { numberFlag, readFlags, runProcess, textFlag } from "#local/serving/run-process.ts";
import { startScheduler } from "./server.ts";

const FLAGS = {
  host: "address to listen on",
  port: "port to listen on; 0 picks a free one",
  functions: "host:port of the functions emulator",
  "allow-overlap?": "let a run begin while the last one lasts",
  "paused?": "run nothing by the clock, only by POST /fire/{function}",
};
const LARGEST_PORT = 65_535;

const log = stdoutLog("scheduler");
await runProcess("scheduler", LOCAL_HOST, process.argv.includes("--exit-with-parent"), log, async () => {
  const flags = readFlags(FLAGS, process.argv.slice(2));
  const ports = resolvePorts(process.env);
  return startScheduler({
    host: textFlag(flags, "host") ?? LOCAL_HOST,
    port: numberFlag(flags, "port", 0, LARGEST_PORT) ?? ports.scheduler,
    log,
    functionsOrigin: `http://${textFlag(flags, "functions") ?? `${LOCAL_HOST}:${ports.functions}`}`,
    mayOverlap: flags["allow-overlap"] === true,
    isPaused: flags.paused === true,
  });
});
