// What survives the death of the Pub/Sub server: every message that was not acknowledged, and nothing else.
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clientsOf, eventually, PROJECT, startRig } from "./rig.ts";

let dataDir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "pubsub-data-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

const MAIN = new URL("../../../local/pubsub/main.ts", import.meta.url).pathname;
const LAUNCHER = new URL("../../../local/pubsub/emulator.sh", import.meta.url).pathname;
const subscription = `projects/${PROJECT}/subscriptions/readers`;

async function spawnServer(command: string, args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const port = await eventually(() => /pubsub ready on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
  return { child, port: Number(port) };
}

test("a published message survives SIGKILL of the server; an acknowledged one stays gone", async () => {
  const args = [MAIN, "--port=0", "--functions=none", `--data=${dataDir}`];
  const first = await spawnServer(process.execPath, args);
  const before = clientsOf(first.port);
  const [topic] = await before.client.createTopic("intents");
  await topic.createSubscription("readers");
  await topic.publishMessage({ data: Buffer.from("done") });
  const [answer] = await before.subscriber.pull({ subscription, maxMessages: 1 });
  await before.subscriber.acknowledge({
    subscription,
    ackIds: [String(answer.receivedMessages?.[0]?.ackId)],
  });
  await topic.publishMessage({ data: Buffer.from("kept"), attributes: { a: "b" } });
  first.child.kill("SIGKILL");
  await before.client.close();
  await before.subscriber.close();

  const second = await spawnServer(process.execPath, args);
  const after = clientsOf(second.port);
  const [again] = await after.subscriber.pull({ subscription, maxMessages: 10 });
  expect(again.receivedMessages?.map(({ message }) => [String(message?.data), message?.attributes])).toEqual([
    ["kept", { a: "b" }],
  ]);
  await after.client.close();
  await after.subscriber.close();
});

test("a torn last line is dropped with a warning, and everything before it is kept", async () => {
  const first = await startRig({ dataDir });
  const [topic] = await first.client.createTopic("intents");
  await topic.createSubscription("readers");
  await topic.publishMessage({ data: Buffer.from("kept") });
  await first.stop();
  appendFileSync(join(dataDir, "pubsub.jsonl"), '{"t":"pub","subs":["');
  const second = await startRig({ dataDir });
  expect(second.lines.some((line) => line.includes("torn last line"))).toBe(true);
  const [answer] = await second.subscriber.pull({ subscription, maxMessages: 10 });
  expect(answer.receivedMessages).toHaveLength(1);
  await second.stop();
});

test("a damaged line in the middle stops the start and names the file and the remedy", async () => {
  appendFileSync(join(dataDir, "pubsub.jsonl"), "{broken\n{}\n");
  await expect(startRig({ dataDir })).rejects.toThrow(/pubsub\.jsonl line 1 .*move it away/);
});

test("the log does not grow with what is long acknowledged", async () => {
  const rig = await startRig({ dataDir });
  const [topic] = await rig.client.createTopic("intents");
  await topic.createSubscription("readers");
  const data = Buffer.alloc(200_000, "x");
  for (let n = 0; n < 20; n += 1) {
    await topic.publishMessage({ data });
    const [answer] = await rig.subscriber.pull({ subscription, maxMessages: 1 });
    await rig.subscriber.acknowledge({ subscription, ackIds: [String(answer.receivedMessages?.[0]?.ackId)] });
  }
  const { statSync } = await import("node:fs");
  expect(statSync(join(dataDir, "pubsub.jsonl")).size).toBeLessThan(1_600_000);
  await rig.stop();
});

test("the launcher that firebase-tools starts takes its arguments, and stops on SIGINT", async () => {
  const { child, port } = await spawnServer(LAUNCHER, ["--host=127.0.0.1", "--port=0"]);
  expect(port).toBeGreaterThan(0);
  const exit = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill("SIGINT");
  expect(await exit).toBe(0);
});

test("the launched server ends by itself when the process that started it is killed", async () => {
  const parent = spawn(
    process.execPath,
    [
      "-e",
      `const c=require("node:child_process").spawn(${JSON.stringify(LAUNCHER)},["--port=0"],{detached:true,stdio:["ignore","pipe","inherit"]});` +
        `console.log("pid",c.pid);c.stdout.pipe(process.stdout)`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  children.push(parent);
  let output = "";
  parent.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const pid = Number(
    await eventually(() => (/ready on/.test(output) ? /pid (\d+)/.exec(output)?.[1] : undefined)),
  );
  parent.kill("SIGKILL");
  await eventually(() => {
    try {
      process.kill(pid, 0);
      return undefined;
    } catch {
      return true;
    }
  });
});
