// After the death of the Tasks server it still has every task that has not ended, and the names of those that
// have.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../pubsub/rig.ts";
import { QUEUE, startTarget, tasksClient } from "./rig.ts";

const MAIN = new URL("../../../local/tasks/main.ts", import.meta.url).pathname;
let dataDir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tasks-data-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

async function spawnServer() {
  const args = [MAIN, "--port=0", "--functions=none", `--data=${dataDir}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const port = await eventually(() => /tasks ready on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
  return { child, client: tasksClient(Number(port)) };
}

test("a task in flight when the server is killed is attempted again; one that ended is not, and keeps its name", async () => {
  let isHanging = true;
  const target = await startTarget(({ path }) => {
    if (path === "/slow" && isHanging) return new Promise<number>(() => undefined);
    return 204;
  });
  const first = await spawnServer();
  const task = (id: string) => ({
    name: `${QUEUE}/tasks/${id}`,
    httpRequest: { url: `${target.url}/${id}` },
  });
  await first.client.createTask({ parent: QUEUE, task: task("quick") });
  await first.client.createTask({ parent: QUEUE, task: task("slow") });
  await eventually(async () => {
    const [left] = await first.client.listTasks({ parent: QUEUE });
    return left.length === 1 && target.calls.length === 2 ? true : undefined;
  });
  first.child.kill("SIGKILL");
  await first.client.close();
  isHanging = false;

  const second = await spawnServer();
  await eventually(async () =>
    (await second.client.listTasks({ parent: QUEUE }))[0].length === 0 ? true : undefined,
  );
  expect(target.calls.map(({ path }) => path).sort()).toEqual(["/quick", "/slow", "/slow"]);
  await expect(second.client.createTask({ parent: QUEUE, task: task("quick") })).rejects.toMatchObject({
    code: 6,
  });
  await second.client.close();
  await target.stop();
});
