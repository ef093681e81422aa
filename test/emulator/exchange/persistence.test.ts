// State outlives the process: accepted orders survive SIGKILL, a torn log line leaves the rest readable, and
// a clean stop leaves no file behind but the state.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createExchange } from "#local/exchange/exchange.ts";
import { DataDirectory } from "#local/exchange/store/data-directory.ts";
import { connectBybit } from "./bybit/bybit-client.ts";
import { adminRequest } from "./running-exchange.ts";
import { makeExchange, place } from "./test-exchange.ts";
import { connectCcxt } from "./venue-client.ts";

const MAIN = new URL("../../../local/exchange/main.ts", import.meta.url).pathname;
const BTC = "BTC/USDT:USDT";

let directory: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "exchange-"));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(...more: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, "--port", "0", "--data", directory, "--seed", "9", ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  if (child.stdout === null) throw new Error("The exchange has no output");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const port = /^exchange ready on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
  if (port === undefined) throw new Error(`Unexpected first line: ${line}`);
  return { child, url: `http://127.0.0.1:${port}` };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, "exit") as Promise<[number | null]>;
  child.kill(signal);
  return (await closed)[0];
}

interface Truth {
  readonly orders: readonly {
    readonly clientOrderId: string;
    readonly status: string;
    readonly orderId: number;
  }[];
  readonly accounts: readonly {
    readonly positions: readonly { readonly qtyBase: string; readonly symbol: string }[];
  }[];
  readonly trades: readonly { readonly id: number; readonly price: string }[];
}

const truthOf = async (url: string): Promise<Truth> =>
  (await (await adminRequest(url, "GET", "state")).json()) as Truth;

describe("the process", () => {
  test("answered orders, positions, leverage and trades survive SIGKILL", async () => {
    const first = await start();
    const client = connectCcxt(first.url);
    await client.setLeverage(9, BTC);
    await client.createOrder(BTC, "market", "buy", 0.05, undefined, { clientOrderId: "filled" });
    const price = Math.round(((await client.fetchTicker(BTC)).last ?? 0) * 0.96);
    await client.createOrder(BTC, "limit", "buy", 0.01, price, { clientOrderId: "resting" });
    const before = await truthOf(first.url);
    await end(first.child, "SIGKILL");

    const second = await start();
    const after = await truthOf(second.url);
    expect(after.orders).toEqual(before.orders);
    expect(after.trades).toEqual(before.trades);
    expect(after.accounts[0]?.positions).toMatchObject([
      { symbol: "BTCUSDT", qtyBase: "0.050", leverage: 9 },
    ]);
    const again = connectCcxt(second.url);
    expect(await again.fetchOpenOrders(BTC)).toMatchObject([{ clientOrderId: "resting", status: "open" }]);
    await expect(
      again.createOrder(BTC, "limit", "buy", 0.01, price, { clientOrderId: "resting" }),
    ).rejects.toThrow("-4116");
  });

  test("an order whose answer was lost to SIGKILL is there or not, never twice", async () => {
    const first = await start();
    await adminRequest(first.url, "POST", "faults", {
      effect: { kind: "latency", when: "after", latencyMs: 60_000 },
      match: { method: "POST", path: "/fapi/v1/order" },
    });
    const lost = connectCcxt(first.url).createOrder(BTC, "market", "buy", 0.02, undefined, {
      clientOrderId: "unanswered",
    });
    const outcome = lost.then(
      () => "answered",
      () => "lost",
    );
    await expect.poll(async () => (await truthOf(first.url)).orders.length, { timeout: 10_000 }).toBe(1);
    await end(first.child, "SIGKILL");
    expect(await outcome).toBe("lost");
    const second = await start();
    const orders = (await truthOf(second.url)).orders.filter((order) => order.clientOrderId === "unanswered");
    expect(orders).toMatchObject([{ status: "FILLED" }]);
  });

  test("speaks the dialect that it is told, and keeps its state for no other", async () => {
    const first = await start("--dialect", "bybit-linear");
    await connectBybit(first.url).createOrder(BTC, "market", "buy", 0.01, undefined, {
      clientOrderId: "kept",
    });
    await end(first.child, "SIGKILL");
    const second = await start("--dialect", "bybit-linear");
    const [order] = await connectBybit(second.url).fetchClosedOrders(BTC);
    expect(order).toMatchObject({ clientOrderId: "kept", status: "closed", filled: 0.01 });
    await end(second.child, "SIGTERM");
    const other = spawn(process.execPath, [MAIN, "--port", "0", "--data", directory], { stdio: "ignore" });
    started.push(other);
    expect(((await once(other, "exit")) as [number | null])[0]).toBe(1);
  });

  test("SIGTERM saves and exits with 0", async () => {
    const first = await start();
    await connectCcxt(first.url).createOrder(BTC, "market", "sell", 0.01, undefined, {
      clientOrderId: "kept",
    });
    expect(await end(first.child, "SIGTERM")).toBe(0);
    expect(readFileSync(join(directory, "changes.log"), "utf8")).toBe("");
    const second = await start();
    expect((await truthOf(second.url)).orders).toMatchObject([{ clientOrderId: "kept" }]);
  });

  test("a second process on the same port and data ends without harming the first one's state", async () => {
    const first = await start();
    const port = new URL(first.url).port;
    const second = spawn(process.execPath, [MAIN, "--port", port, "--data", directory], { stdio: "ignore" });
    started.push(second);
    expect(((await once(second, "exit")) as [number | null])[0]).toBe(1);
    await connectCcxt(first.url).createOrder(BTC, "market", "buy", 0.01, undefined, {
      clientOrderId: "later",
    });
    await end(first.child, "SIGKILL");
    expect((await truthOf((await start()).url)).orders).toMatchObject([{ clientOrderId: "later" }]);
  });

  test("a taken port and unusable options end it with a clear error", async () => {
    const { url } = await start();
    const run = async (
      args: readonly string[],
    ): Promise<{ readonly code: number | null; readonly text: string }> => {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "ignore", "pipe"] });
      started.push(child);
      let text = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      const [code] = (await once(child, "close")) as [number | null];
      return { code, text };
    };
    const port = new URL(url).port;
    expect(await run(["--port", port])).toMatchObject({
      code: 1,
      text: expect.stringContaining(`Port ${port}`),
    });
    const faults = await run(["--port", "x", "--seed", "-", "--clock", "fast"]);
    expect(faults.code).toBe(1);
    for (const part of ["--port x", "--seed -", "--clock fast"]) expect(faults.text).toContain(part);
  });
});

describe("the data directory", () => {
  test("a torn last line is dropped with a warning, and what came before it stays", () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const store = new DataDirectory(directory, warn);
    const x = makeExchange({ onCommit: (record) => store.append(record) });
    store.save(x.exchange.snapshot());
    place(x, { side: "BUY", type: "MARKET", quantity: "0.010" });
    appendFileSync(join(directory, "changes.log"), '{"sequence":99,"rec');
    const loaded = new DataDirectory(directory, warn).load();
    expect(warnings).toEqual([expect.stringContaining("torn last line")]);
    if (loaded === undefined) throw new Error("Nothing was stored");
    const restored = createExchange({ seed: 5, nowMs: x.nowMs, restore: loaded, accounts: [] });
    expect(restored.hash()).toBe(x.exchange.hash());
  });

  test("changes already in the snapshot are not applied again after a crash between the two files", () => {
    const store = new DataDirectory(directory, () => undefined);
    const x = makeExchange({ onCommit: (record) => store.append(record) });
    store.save(x.exchange.snapshot());
    place(x, { side: "BUY", type: "MARKET", quantity: "0.010" });
    const log = readFileSync(join(directory, "changes.log"));
    store.save(x.exchange.snapshot());
    writeFileSync(join(directory, "changes.log"), log);
    const loaded = new DataDirectory(directory, () => undefined).load();
    expect(loaded?.records).toEqual([]);
  });

  test("damage in the middle is an error that names the line, and a foreign symbol list is refused", () => {
    const store = new DataDirectory(directory, () => undefined);
    const x = makeExchange();
    store.save(x.exchange.snapshot());
    appendFileSync(join(directory, "changes.log"), 'garbage\n{"sequence":1}\n');
    expect(() => new DataDirectory(directory, () => undefined).load()).toThrow(/line 1 is damaged/);
    const restore = { snapshot: x.exchange.snapshot(), records: [] };
    expect(() => createExchange({ seed: 5, nowMs: x.nowMs, restore, symbols: [] })).toThrow(/lists BTCUSDT/);
  });

  test("an empty directory has nothing to load", () => {
    expect(new DataDirectory(directory, () => undefined).load()).toBeUndefined();
  });
});
