// The Pub/Sub server as a process: options in, `pubsub ready on HOST:PORT` out. firebase-tools starts it by emulator.sh
// with a host and a port and nothing else, so what else the stack decides comes by environment variables.
import { wholeNumber } from "@ballast/local-serving/command-line.ts";
import { runServer } from "@ballast/local-serving/run-server.ts";
import { dataOption, serverOptions } from "@ballast/local-serving/server-options.ts";
import { functionsOrigin, optionalFunctionsOption } from "#local/functions-emulator/functions-option.ts";
import { LOCAL_PORTS } from "#local/ports.ts";
import { NO_CHAOS } from "./chaos.ts";
import {
  DEFAULT_FUNCTION_CALLS,
  DEFAULT_RETRY_MAX_MS,
  DEFAULT_RETRY_MIN_MS,
  startPubSubServer,
} from "./server.ts";

const DAY_MS = 86_400_000;
/** More calls at a time than any functions emulator has processes for. */
const MOST_FUNCTION_CALLS = 1_000;

await runServer({
  name: "pubsub",
  about:
    "A local Pub/Sub: Google's own protocol, for the unmodified @google-cloud/pubsub, and push to functions.",
  main: import.meta.url,
  options: {
    ...serverOptions(LOCAL_PORTS.pubsub),
    data: dataOption("messages that are not acknowledged", "BALLAST_LOCAL_DATA_DIR"),
    functions: optionalFunctionsOption(process.env),
    "retry-min-ms": wholeNumber([0, DAY_MS], {
      help: "pause before a failed function's first retry; Eventarc's is 10000",
      variable: "BALLAST_PUBSUB_RETRY_MIN_MS",
      standard: DEFAULT_RETRY_MIN_MS,
    }),
    "retry-max-ms": wholeNumber([0, DAY_MS], {
      help: "longest pause between retries, as Eventarc's",
      variable: "BALLAST_PUBSUB_RETRY_MAX_MS",
      standard: DEFAULT_RETRY_MAX_MS,
    }),
    "function-calls": wholeNumber([1, MOST_FUNCTION_CALLS], {
      help: "concurrent calls to one function",
      variable: "BALLAST_PUBSUB_FUNCTION_CALLS",
      standard: DEFAULT_FUNCTION_CALLS,
    }),
    "chaos-seed": wholeNumber([0, Number.MAX_SAFE_INTEGER], {
      help: "seed of the chaos switch, whose chances are set by PUT /chaos",
      standard: NO_CHAOS.seed,
    }),
  },
  start: ({ host, port, data, functions, ...values }, log) =>
    startPubSubServer({
      host,
      port,
      log,
      dataDir: data,
      functionsOrigin: functionsOrigin(functions),
      retryMinMs: values["retry-min-ms"],
      retryMaxMs: values["retry-max-ms"],
      functionCalls: values["function-calls"],
      chaos: { ...NO_CHAOS, seed: values["chaos-seed"] },
    }),
});
