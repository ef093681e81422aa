// The process and its port: two protocols on one port, a clear word when the port is taken, and nothing acknowledged
// is lost when it is killed.
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startFirestoreServer } from "@ballast/local-firestore";
import { Firestore } from "@google-cloud/firestore";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const HOST = "127.0.0.1";
const clientOf = (address: string): Firestore =>
  new Firestore({ projectId: "demo-server", host: address, ssl: false });

interface ServerChild {
  readonly address: string;
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
}

async function spawnServer(args: readonly string[], port = "0"): Promise<ServerChild> {
  const main = new URL("../../../local/firestore/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "--port", port, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const address = /^firestore ready on (127\.0\.0\.1:\d+)$/u.exec(String(value))?.[1];
  if (address === undefined) throw new Error(`not the ready line: ${String(value)}`);
  return {
    address,
    kill: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

describe("one port", () => {
  it("serves gRPC and HTTP/1, also when the first bytes come one at a time", async () => {
    const server = await startFirestoreServer();
    const db = clientOf(server.address);
    await db.doc("a/b").set({ n: 1 });
    expect(await (await fetch(`http://${server.address}/`)).text()).toBe("Ok\n");
    const socket = connect(server.port, HOST);
    socket.setNoDelay(true);
    for (const letter of "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") {
      await new Promise<void>((resolve) => socket.write(letter, () => resolve()));
    }
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/u);
    await db.terminate();
    await server.stop();
  });

  it("that is taken is named in the error", async () => {
    const first = await startFirestoreServer();
    const second = startFirestoreServer({ port: first.port });
    await expect(second).rejects.toThrow(`Port ${first.port} on 127.0.0.1 is taken`);
    await first.stop();
  });
});

describe("the process", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "ballast-firestore-process-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it("that finds its port taken does not touch the other's log", async () => {
    const first = await startFirestoreServer({ dataDir });
    const log = join(dataDir, "log-0.jsonl");
    // As a line looks while the first server is writing it.
    appendFileSync(log, '{"at":17');
    const second = startFirestoreServer({ port: first.port, dataDir });
    await expect(second).rejects.toThrow("is taken");
    expect(readFileSync(log, "utf8")).toBe('{"at":17');
    await first.stop();
  });

  it("stops cleanly on SIGTERM", async () => {
    const server = await spawnServer([]);
    expect(await server.kill("SIGTERM")).toBe(0);
  });

  it("killed with SIGKILL in the middle of writing has lost nothing it acknowledged", async () => {
    const first = await spawnServer(["--data", dataDir]);
    const db = clientOf(first.address);
    const acknowledged: string[] = [];
    let killed: Promise<unknown> | undefined;
    let onKill: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => {
      onKill = resolve;
    });
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; killed === undefined; n += 1) {
        const id = `w${writer}-${n}`;
        await db.doc(`killed/${id}`).set({ n });
        acknowledged.push(id);
        if (acknowledged.length === 200) killed = first.kill("SIGKILL").then(onKill);
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    await dead;
    // On the same port: the SDK repeats what the kill cut off, so every write is acknowledged in the end.
    const second = await spawnServer(["--data", dataDir], first.address.split(":")[1]);
    await writers;
    const stored = new Set((await db.collection("killed").select().get()).docs.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    await db.terminate();
    expect(await second.kill("SIGTERM")).toBe(0);
  });
});
