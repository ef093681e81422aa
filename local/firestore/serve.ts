// Called by main.ts: reads the options, starts the server, prints `firestore ready on HOST:PORT`. Decides
// nothing itself.
import { readFileSync } from "node:fs";
import { flag, text } from "@ballast/local-serving/command-line.ts";
import { runServer } from "@ballast/local-serving/run-server.ts";
import { dataOption, serverOptions } from "@ballast/local-serving/server-options.ts";
import { USUAL_PORT } from "./default-port.ts";
import { PRODUCTION_WRITE_RATE } from "./engine/write-rate.ts";
import { parseIndexes } from "./index-file.ts";
import { compileRules } from "./rules/authorizer.ts";
import { startFirestoreServer } from "./server.ts";

await runServer({
  name: "firestore",
  about: "A local Firestore: gRPC for server SDKs, REST and WebChannel for browsers, with security rules.",
  main: new URL("main.ts", import.meta.url).href,
  options: {
    ...serverOptions(USUAL_PORT),
    data: dataOption("documents"),
    rules: text("FILE", {
      help: "firestore.rules; without it browser and REST clients are denied everything",
      standard: undefined,
    }),
    indexes: text("FILE", {
      help: "firestore.indexes.json; with it a query that lacks its index is refused, as in production",
      standard: undefined,
    }),
    contention: flag("make commits wait, and in the end refuse them, where a document is written too often"),
  },
  start: ({ host, port, data, rules, indexes, contention }, log) =>
    startFirestoreServer({
      host,
      port,
      log,
      dataDir: data,
      authorizer: rules === undefined ? undefined : compileRules(readFileSync(rules, "utf8"), rules),
      indexes: indexes === undefined ? undefined : parseIndexes(readFileSync(indexes, "utf8"), indexes),
      writeRate: contention ? PRODUCTION_WRITE_RATE : undefined,
    }),
});
