// A server that finds its port taken names it and ends before it touches the stored state of the server that holds it.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFirestoreServer } from "@ballast/local-firestore";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startPubSubServer } from "#local/pubsub/server.ts";
import { startTasksServer } from "#local/tasks/server.ts";

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "taken-port-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const log = (): void => undefined;
const HOST = "127.0.0.1";

/** Every file with its identity and content: a rewrite puts another file in the place of the first. */
const filesNow = () =>
  readdirSync(dataDir).map((file) => {
    const path = join(dataDir, file);
    return [file, statSync(path).ino, readFileSync(path, "utf8")];
  });

it.each<[name: string, file: string, start: (port: number) => Promise<Running>]>([
  ["Firestore", "log-0.jsonl", (port) => startFirestoreServer({ port, dataDir })],
  ["Pub/Sub", "pubsub.jsonl", (port) => startPubSubServer({ host: HOST, port, log, dataDir })],
  ["Tasks", "tasks.jsonl", (port) => startTasksServer({ host: HOST, port, log, dataDir })],
])("a second %s", async (_name, file, start) => {
  const first = await start(0);
  // As a line looks while the first server is writing it.
  appendFileSync(join(dataDir, file), '{"t":"id","next":7}\n{"t":');
  const before = filesNow();
  await expect(start(first.port)).rejects.toThrow(
    `Port ${first.port} on ${HOST} is taken by another process`,
  );
  expect(filesNow()).toEqual(before);
  await first.stop();
});
