// Targets of the local Firestore server on an idle two-core machine, measured through the real SDK against
// the server in a process of its own, each figure beside a reference of the same run. `node
// tools/bench/firestore.ts`
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Firestore } from "@google-cloud/firestore";
import { race } from "./firestore-contenders.ts";
import { echoRoundTrip } from "./firestore-echo.ts";
import { startServerProcess } from "./firestore-process.ts";
import { bareTransactionRate } from "./firestore-transactions.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: string;
}

const WARM_UP_CALLS = 300;
const SAMPLES = 2_000;
const TRANSACTION_CLIENTS = 32;
const TRANSACTION_WARM_UP_MS = 4_000;
const TRANSACTION_MS = 6_000;
const WRITES = 200_000;
const HOT_DOCUMENTS = 10;
const WRITERS = 8;
const INCREMENT_PROCESSES = 4;
const INCREMENTS = 100;
const LEASE_PROCESSES = 20;
const LEASES_EACH = 2;

const at = (sorted: readonly number[], quantile: number): number =>
  sorted[Math.floor((sorted.length - 1) * quantile)] ?? Number.NaN;
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

async function setLatency(db: Firestore, echo: readonly number[]): Promise<Figure[]> {
  const ref = db.doc("bench/set");
  const tookMs: number[] = [];
  for (let n = 0; n < WARM_UP_CALLS + SAMPLES; n += 1) {
    const startedMs = performance.now();
    await ref.set({ n, state: "ACTIVE", priceUsd: "65000.10", at: new Date(n) });
    if (n >= WARM_UP_CALLS) tookMs.push(performance.now() - startedMs);
  }
  tookMs.sort((a, b) => a - b);
  const reference = (quantile: number): string =>
    `bare gRPC echo ${rounded(at(echo, quantile), 2)} ms${quantile === 0.5 ? "; required < 2 ms" : ""}`;
  return [
    { name: "set p50", value: rounded(at(tookMs, 0.5), 2), unit: "ms", reference: reference(0.5) },
    {
      name: "set p99",
      value: rounded(at(tookMs, 0.99), 2),
      unit: "ms",
      reference: reference(0.99),
    },
  ];
}

/** Read-modify-write transactions on as many documents as there are loops: throughput, not contention. */
async function transactionRates(address: string, db: Firestore): Promise<Figure[]> {
  let measured = 0;
  const startedMs = performance.now();
  const loop = async (client: number): Promise<void> => {
    const ref = db.doc(`bench/transaction-${client}`);
    await ref.set({ n: 0 });
    while (performance.now() - startedMs < TRANSACTION_WARM_UP_MS + TRANSACTION_MS) {
      await db.runTransaction(async (transaction) => {
        const stored = await transaction.get(ref);
        transaction.update(ref, { n: stored.get("n") + 1 });
      });
      if (performance.now() - startedMs >= TRANSACTION_WARM_UP_MS) measured += 1;
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: TRANSACTION_CLIENTS }, (_, client) => loop(client)));
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  const busy = Math.round((user + system) / 10 / tookMs);
  const bare = await bareTransactionRate(address, TRANSACTION_CLIENTS, TRANSACTION_MS);
  return [
    {
      name: "read-modify-write transactions, bare client",
      value: Math.round(bare),
      unit: "1/s",
      reference: "required ≥ 1000",
    },
    {
      name: "read-modify-write transactions, one process with the SDK",
      value: Math.round((measured * 1_000) / (tookMs - TRANSACTION_WARM_UP_MS)),
      unit: "1/s",
      reference: `the SDK's process was busy for ${busy} % of a core: its own limit`,
    },
  ];
}

async function memoryAfterWrites(dataDir: string): Promise<Figure[]> {
  const server = await startServerProcess(["--data", dataDir]);
  const db = new Firestore({ projectId: "demo-bench-memory", host: server.address, ssl: false });
  const idleMb = server.rssMb() ?? Number.NaN;
  let peakMb = idleMb;
  const perWriter = WRITES / HOT_DOCUMENTS / WRITERS;
  const startedMs = performance.now();
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; n < perWriter; n += 1) {
      const batch = db.batch();
      for (let hot = 0; hot < HOT_DOCUMENTS; hot += 1) {
        batch.set(db.doc(`hot/${hot}`), { writer, n, note: "x".repeat(200), at: new Date(n) });
      }
      await batch.commit();
      if (n % 100 === 0) peakMb = Math.max(peakMb, server.rssMb() ?? Number.NaN);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  const seconds = (performance.now() - startedMs) / 1000;
  const rssMb = server.rssMb() ?? Number.NaN;
  await db.terminate();
  await server.stop();
  return [
    {
      name: `RSS after ${WRITES} writes to ${HOT_DOCUMENTS} documents`,
      value: Math.round(rssMb),
      unit: "MB",
      reference: `idle ${Math.round(idleMb)} MB, peak ${Math.round(peakMb)} MB; required < 250 MB`,
    },
    { name: "writes in batches of 10, logged to disk", value: Math.round(WRITES / seconds), unit: "1/s" },
  ];
}

async function concurrentIncrements(address: string): Promise<Figure> {
  const options = {
    processes: INCREMENT_PROCESSES,
    count: INCREMENTS / INCREMENT_PROCESSES,
    projectId: "demo-bench-race",
  };
  const { got, tookMs } = await race(address, "increment", options);
  const highest = Math.max(...got.flat());
  return {
    name: `counter after ${INCREMENTS} concurrent increments from ${INCREMENT_PROCESSES} processes`,
    value: highest,
    unit: "",
    reference: `required ${INCREMENTS}; took ${Math.round(tookMs)} ms, most of it the SDK's own back-off`,
  };
}

/** How many fences two processes held, which must be none, while all of them raced for one lease. */
async function leaseRace(address: string): Promise<Figure> {
  const options = { processes: LEASE_PROCESSES, count: LEASES_EACH, projectId: "demo-bench-lease" };
  const { got, tookMs } = await race(address, "lease", options);
  const fences = got.flat();
  return {
    name: `fences held twice in a lease race of ${LEASE_PROCESSES} processes`,
    value: fences.length - new Set(fences).size,
    unit: "",
    reference: `required 0 of ${LEASE_PROCESSES * LEASES_EACH}; took ${Math.round(tookMs)} ms`,
  };
}

/** Runs all of it, about a minute. */
export async function run(): Promise<Figure[]> {
  process.env.METADATA_SERVER_DETECTION = "none";
  const echo = await echoRoundTrip(SAMPLES);
  const dataDir = mkdtempSync(join(tmpdir(), "ballast-bench-firestore-"));
  const server = await startServerProcess(["--data", join(dataDir, "main")]);
  try {
    const db = new Firestore({ projectId: "demo-bench", host: server.address, ssl: false });
    const figures = await setLatency(db, echo);
    figures.push(...(await transactionRates(server.address, db)));
    await db.terminate();
    figures.push(await concurrentIncrements(server.address), await leaseRace(server.address));
    figures.push(...(await memoryAfterWrites(join(dataDir, "memory"))));
    return figures;
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, value, unit, reference } of await run()) {
    process.stdout.write(`${name}: ${value} ${unit}${reference === undefined ? "" : ` (${reference})`}\n`);
  }
}
