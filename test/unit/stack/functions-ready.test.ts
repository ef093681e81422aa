// A part that does not answer is named, with its address and the cause: "fetch failed" tells nothing to those who start it.
import { expect, it } from "vitest";
import { type LocalPorts, resolvePorts } from "#local/ports.ts";
import { runSchedule, waitForFunctions, warmWebhook } from "#local/stack/functions-ready.ts";
import { freePort } from "#test/support/free-port.ts";

it.each([
  {
    name: "a schedule",
    ask: (ports: LocalPorts) => runSchedule(ports, "navEveryMinute"),
    said: /The schedule navEveryMinute got no answer from \S+\/fire\/navEveryMinute/,
  },
  {
    name: "the list of functions",
    ask: (ports: LocalPorts) => waitForFunctions(ports, []),
    said: /The list of functions got no answer from \S+\/backends/,
  },
  { name: "the webhook", ask: warmWebhook, said: /The webhook got no answer from \S+\/webhook/ },
])("$name without an answer is told with address, cause and remedy", async ({ ask, said }) => {
  const port = String(await freePort());
  const ports = resolvePorts({ BALLAST_SCHEDULER_PORT: port, BALLAST_FUNCTIONS_PORT: port });
  const told = await ask(ports).then(
    () => "nothing",
    (error: Error) => error.message,
  );
  expect(told).toMatch(said);
  expect(told).toMatch(/ECONNREFUSED.*log says more$/);
});
