// The scheduler as a process: options in, `scheduler ready on HOST:PORT` out. It keeps no state.
import { flag } from "@ballast/local-serving/command-line.ts";
import { runServer } from "@ballast/local-serving/run-server.ts";
import { serverOptions } from "@ballast/local-serving/server-options.ts";
import { functionsOption } from "#local/functions-emulator/functions-option.ts";
import { LOCAL_PORTS } from "#local/ports.ts";
import { startScheduler } from "./server.ts";

await runServer({
  name: "scheduler",
  about: "A local Cloud Scheduler: runs the schedules of functions in the functions emulator.",
  main: import.meta.url,
  options: {
    ...serverOptions(LOCAL_PORTS.scheduler),
    functions: functionsOption(process.env),
    "allow-overlap": flag("let a run begin while the last one lasts"),
    paused: flag("run nothing by the clock, only by POST /fire/{function}"),
  },
  start: ({ host, port, functions, paused, ...values }, log) =>
    startScheduler({
      host,
      port,
      log,
      functionsOrigin: `http://${functions}`,
      mayOverlap: values["allow-overlap"],
      isPaused: paused,
    }),
});
