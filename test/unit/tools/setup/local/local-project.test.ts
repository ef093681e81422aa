// A schedule that is run once on the local stack and fails is told in words: which one, how, and where its cause stands.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { LOCAL_HOST, resolvePorts } from "#local/ports.ts";
import { createLocalProject } from "#tools/setup/local/local-project.ts";

/** The words of a run once to an operator whose scheduler answers so; null where it says nothing. */
async function saidTo(status: number, body: object): Promise<string | null> {
  const scheduler = createServer((_, response) => {
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => scheduler.listen(0, LOCAL_HOST, listening));
  const { port } = scheduler.address() as AddressInfo;
  const project = createLocalProject({ ...resolvePorts({}), scheduler: port }, "/data");
  try {
    await project.runSchedule("reconcileEveryMinute");
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    scheduler.closeAllConnections();
    await new Promise((closed) => scheduler.close(closed));
  }
}

it("one that succeeds says nothing", async () => {
  expect(await saidTo(200, { outcome: "succeeded", attempts: 1, detail: "status 200" })).toBeNull();
});

it("one that fails names itself, its answer and the log that holds the cause", async () => {
  const said = await saidTo(502, { outcome: "failed", attempts: 2, detail: "status 500" });
  expect(said).toMatch(/^reconcileEveryMinute failed, status 500 after 2 attempts\./);
  expect(said).toContain("/data/logs/firebase.log");
});

it("one that the scheduler does not have is told in its words", async () => {
  const said = await saidTo(404, { error: 'No scheduled function "reconcileEveryMinute"' });
  expect(said).toContain('was not run: {"error":"No scheduled function');
});
