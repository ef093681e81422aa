// The Tasks server as a process: options in, `tasks ready on HOST:PORT` out.
import { flag } from "@ballast/local-serving/command-line.ts";
import { runServer } from "@ballast/local-serving/run-server.ts";
import { dataOption, serverOptions } from "@ballast/local-serving/server-options.ts";
import { functionsOrigin, optionalFunctionsOption } from "#local/functions-emulator/functions-option.ts";
import { LOCAL_PORTS } from "#local/ports.ts";
import { startTasksServer } from "./server.ts";

await runServer({
  name: "tasks",
  about: "A local Cloud Tasks: Google's own protocol, for the unmodified @google-cloud/tasks.",
  main: import.meta.url,
  options: {
    ...serverOptions(LOCAL_PORTS.tasks),
    data: dataOption("tasks", "BALLAST_LOCAL_DATA_DIR"),
    functions: optionalFunctionsOption(process.env),
    "no-auto-create": flag("refuse tasks for queues that do not exist"),
  },
  start: ({ host, port, data, functions, ...values }, log) =>
    startTasksServer({
      host,
      port,
      log,
      dataDir: data,
      functionsOrigin: functionsOrigin(functions),
      autoCreate: !values["no-auto-create"],
    }),
});
