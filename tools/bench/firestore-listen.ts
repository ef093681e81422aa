// Bench: 20 updates a second, written by firebase-admin, to a Chromium page that listens with the real web SDK.
// Counts what the page never saw, and how long each update took from before its write to the page's callback.
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import type { Page } from "playwright-core";
import { launchBrowser } from "#test/support/browser.ts";
import { serveSdkPage } from "#test/support/firestore-page.ts";
import { startServerProcess } from "./firestore-process.ts";

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The figure that the project promises. */
  readonly reference?: string;
}

const UPDATES_PER_SECOND = 20;
/** The full length of the promise; a shorter run, by `--seconds`, is for looking. */
const DEFAULT_SECONDS = 300;
/** Documents written in turn: each is listened to by itself and as part of its collection. */
const DOCUMENTS = 10;
/** How long the page may take to show the last state before it counts as missed. */
const SETTLE_MS = 10_000;
const PROJECT = "demo-bench";
const RULES = fileURLToPath(new URL("../../firestore.rules", import.meta.url));

declare global {
  /** Sequence number and latency of every snapshot of a single document, in the order of arrival. */
  var arrivals: { sequence: number; latencyMs: number }[];
  /** Latest sequence number by document, by its own listener and by the collection's. */
  var latest: { own: Record<string, number>; listed: Record<string, number> };
}

/** Runs the bench. Resolves with its figures; rejects when browser or server cannot run. */
export async function run(seconds = DEFAULT_SECONDS): Promise<readonly Measurement[]> {
  const server = await startServerProcess(["--rules", RULES]);
  const port = Number(server.address.split(":")[1]);
  const app = initializeApp({ projectId: PROJECT }, PROJECT);
  const admin = getFirestore(app);
  admin.settings({ host: server.address, ssl: false });
  const browser = await launchBrowser();
  try {
    await using sdk = await serveSdkPage();
    const page = await browser.newPage();
    await page.goto(sdk.url);
    await listen(page, port);
    const written = await writeAtPace(admin, seconds * UPDATES_PER_SECOND);
    const missed = await missedFinalStates(page, written);
    const arrivals = await page.evaluate(() => globalThis.arrivals);
    const figures = summarise(arrivals, seconds * UPDATES_PER_SECOND, missed);
    const rssMb = server.rssMb();
    return rssMb === undefined
      ? figures
      : [...figures, { name: "server memory after it", value: rssMb, unit: "MB" }];
  } finally {
    await browser.close();
    await deleteApp(app);
    await server.stop();
  }
}

async function listen(page: Page, port: number): Promise<void> {
  const options = { port, projectId: PROJECT, documents: DOCUMENTS, token: operatorToken() };
  await page.evaluate(async ({ port, projectId, documents, token }) => {
    const { collection, connectFirestoreEmulator, doc, getFirestore, onSnapshot } = firestoreSdk;
    const database = getFirestore(firebaseApp.initializeApp({ projectId, apiKey: "local" }));
    connectFirestoreEmulator(database, "127.0.0.1", port, { mockUserToken: token });
    globalThis.arrivals = [];
    globalThis.latest = { own: {}, listed: {} };
    const orders = collection(database, "accounts/a/orders");
    const ready = Array.from({ length: documents }, (_, i) => {
      return new Promise<void>((resolve, reject) => {
        onSnapshot(
          doc(orders, `o${i}`),
          (snapshot) => {
            resolve();
            const data = snapshot.data();
            if (data === undefined) return;
            arrivals.push({ sequence: data.sequence, latencyMs: Date.now() - data.sentAtMs });
            latest.own[snapshot.id] = data.sequence;
          },
          reject,
        );
      });
    });
    onSnapshot(orders, ({ docs }) => {
      for (const found of docs) latest.listed[found.id] = found.get("sequence");
    });
    await Promise.all(ready);
  }, options);
}

/** Writes on a fixed schedule, whatever the writes take. Resolves with the last sequence number of each document. */
async function writeAtPace(admin: Firestore, updates: number): Promise<Readonly<Record<string, number>>> {
  const last: Record<string, number> = {};
  const pending: Promise<unknown>[] = [];
  const startMs = performance.now();
  for (let sequence = 0; sequence < updates; sequence += 1) {
    const dueMs = startMs + (sequence * 1000) / UPDATES_PER_SECOND;
    await delay(Math.max(0, dueMs - performance.now()));
    const id = `o${sequence % DOCUMENTS}`;
    last[id] = sequence;
    pending.push(admin.doc(`accounts/a/orders/${id}`).set({ sequence, sentAtMs: Date.now() }));
  }
  await Promise.all(pending);
  return last;
}

/** Documents whose last state one of the two listeners does not show in time. */
async function missedFinalStates(page: Page, written: Readonly<Record<string, number>>): Promise<number> {
  const missing = () =>
    page.evaluate(
      (expected) =>
        Object.entries(expected).filter(
          ([id, sequence]) => latest.own[id] !== sequence || latest.listed[id] !== sequence,
        ).length,
      written,
    );
  const deadlineMs = performance.now() + SETTLE_MS;
  let count = await missing();
  while (count > 0 && performance.now() < deadlineMs) {
    await delay(100);
    count = await missing();
  }
  return count;
}

function summarise(
  arrivals: readonly { readonly sequence: number; readonly latencyMs: number }[],
  updates: number,
  missed: number,
): readonly Measurement[] {
  const latencies = arrivals.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN;
  const seen = new Set(arrivals.map(({ sequence }) => sequence)).size;
  return [
    { name: `updates written (${UPDATES_PER_SECOND}/s)`, value: updates, unit: "updates" },
    { name: "missed final states", value: missed, unit: "documents", reference: "0" },
    { name: "updates never seen", value: updates - seen, unit: "updates" },
    { name: "write to page, p50", value: quantile(0.5), unit: "ms" },
    { name: "write to page, p99", value: quantile(0.99), unit: "ms", reference: "< 1000" },
    { name: "write to page, max", value: quantile(1), unit: "ms" },
  ];
}

function operatorToken(): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const expirySeconds = Math.floor(Date.now() / 1000) + 3600;
  const claims = { sub: "bench", aud: PROJECT, exp: expirySeconds, role: "operator" };
  return `${encode({ alg: "none" })}.${encode(claims)}.`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: String(DEFAULT_SECONDS) } },
  });
  console.table(await run(Number(values.seconds)));
}
