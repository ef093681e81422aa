// What main.ts runs: options in, `firestore ready on HOST:PORT` out; no decisions of its own.
import { readFileSync } from "node:fs";
import { text } from "@ballast/local-serving/command-line.ts";
import { runServer } from "@ballast/local-serving/run-server.ts";
import { dataOption, serverOptions } from "@ballast/local-serving/server-options.ts";
import { USUAL_PORT } from "./default-port.ts";
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
  },
  start: ({ host, port, data, rules }, log) =>
    startFirestoreServer({
      host,
      port,
      log,
      dataDir: data,
      authorizer: rules === undefined ? undefined : compileRules(readFileSync(rules, "utf8"), rules),
    }),
});
