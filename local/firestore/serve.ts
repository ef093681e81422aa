// What main.ts runs: arguments in, one line when ready, a clean stop on SIGTERM or SIGINT; no decisions of its own.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compileRules } from "./rules/authorizer.ts";
import { startFirestoreServer } from "./server.ts";
import { createWebHandler } from "./web/handler.ts";

const HOST = "127.0.0.1";
const USAGE = "usage: node local/firestore/main.ts --port N [--host ADDRESS] [--data DIR] [--rules FILE]";

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    host: { type: "string", default: HOST },
    /** Where commits are stored; without it everything is gone at the end. */
    data: { type: "string" },
    /** firestore.rules; without it browser and REST clients are denied everything. */
    rules: { type: "string" },
  },
});
const port = Number(values.port);
if (values.port === undefined || !Number.isInteger(port)) throw new Error(`--port is missing. ${USAGE}`);

const log = (message: string): void => {
  process.stderr.write(`firestore: ${message}\n`);
};
const server = await startFirestoreServer({
  host: values.host,
  port,
  dataDir: values.data,
  authorizer:
    values.rules === undefined ? undefined : compileRules(readFileSync(values.rules, "utf8"), values.rules),
  webHandlerFactory: (backend, engine, clock) =>
    createWebHandler({
      backend,
      clear: (database) => engine.clear(database),
      nowMs: () => clock.nowMs(),
      log,
    }),
  log,
});
let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  server.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log(`did not stop cleanly: ${String(error)}`);
      process.exit(1);
    },
  );
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

// Last: whoever reads this line may stop the process at once.
process.stdout.write(`firestore ready on ${values.host}:${server.port}\n`);
