// Fifty alerts in one moment for one account, taken by four instances over the real Firestore client: how often the control
// document is written, and when the last order is at the venue. In the same run without and with the contention that
// production has where a document is written too often. `node tools/bench/burst.ts`

import { Firestore } from "@google-cloud/firestore";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { encode, presentRelease } from "#app/documents";
import { intentId, signalId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { type Composition, compose, type Duties } from "#functions/compose.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { createMemoryTasks } from "#test/support/memory/tasks.ts";
import { ACCOUNT, configWith, controlWith, profile, STRATEGY } from "#test/support/world.ts";
import { startServerProcess } from "./firestore-process.ts";
import type { Measurement } from "./run.ts";

const ALERTS = 50;
const INSTANCES = 4;
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Ends a run whose intents are never all decided. */
const PATIENCE_MS = 5 * MINUTE_MS;
/** Eventarc's first retry of a message that was not acknowledged. */
const REDELIVERED_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 100;
const TAKEN: ReadonlySet<string> = new Set(["DECIDED", "DENIED", "EXPIRED"]);

interface Burst {
  readonly controlWrites: number;
  readonly mostInASecond: number;
  readonly lastOrderMs: number;
  readonly orders: number;
  /** By code: a refusal is cheaper than an order, so a burst that is denied measures nothing. */
  readonly denied: Readonly<Record<string, number>>;
  readonly decided: number;
  readonly lost: number;
}

export async function run(): Promise<readonly Measurement[]> {
  const measured: Measurement[] = [];
  for (const stopBps of [null, 200]) {
    const free = await burst(stopBps, []);
    const contended = await burst(stopBps, ["--contention"]);
    for (const { denied } of [free, contended])
      if (total(denied) > 0) process.stderr.write(`  denied: ${JSON.stringify(denied)}\n`);
    const name = `burst of ${ALERTS}, ${stopBps === null ? "no stop" : "with stops"}`;
    measured.push(...figuresOf(name, free, contended));
  }
  return measured;
}

function figuresOf(name: string, free: Burst, contended: Burst): readonly Measurement[] {
  const row = (what: string, of: (burst: Burst) => number, unit: string): Measurement => ({
    name: `${name}: ${what}`,
    value: Number(of(contended).toFixed(1)),
    unit,
    reference: `without contention: ${of(free).toFixed(1)}`,
  });
  return [
    row("alerts decided", ({ decided }) => decided, ""),
    row("alerts lost", ({ lost }) => lost, ""),
    row("orders at the venue", ({ orders }) => orders, ""),
    row("alerts denied", ({ denied }) => total(denied), ""),
    row("writes of the control document", ({ controlWrites }) => controlWrites, ""),
    row("most of them in one second", ({ mostInASecond }) => mostInASecond, ""),
    row("last order at the venue after", ({ lastOrderMs }) => lastOrderMs / SECOND_MS, "s"),
  ];
}

async function burst(stopBps: number | null, args: readonly string[]): Promise<Burst> {
  const firestoreServer = await startServerProcess(args);
  const exchangeServer = await startServerProcess(["--seed", "1"], "exchange");
  const clients = Array.from(
    { length: INSTANCES },
    () => new Firestore({ projectId: "demo-burst", host: firestoreServer.address, ssl: false }),
  );
  try {
    return await measure(clients, `http://${exchangeServer.address}`, stopBps);
  } finally {
    for (const client of clients) await client.terminate();
    await exchangeServer.stop();
    await firestoreServer.stop();
  }
}

async function measure(
  clients: readonly Firestore[],
  origin: string,
  stopBps: number | null,
): Promise<Burst> {
  const clock = createSystemClock();
  const seen: Seen = { controlAtMs: [], orderAtMs: [] };
  const parts = { clock, tasks: createMemoryTasks(), origin, seen };
  const instances = clients.map((client) => instanceOf(client, parts));
  const [first] = instances;
  if (first === undefined) throw new Error("A burst needs an instance");
  const { documents } = first.deps;
  await setUp(documents, first.duties, stopBps);
  seen.controlAtMs.length = 0;
  const startedMs = clock.nowMs();
  const intentIds = await deliverAll(
    instances.map(({ duties }) => duties),
    documents,
    clock.nowMs(),
  );
  let stored = await storedOf(documents, intentIds);
  while (stored.some((each) => !isTaken(each)) && clock.nowMs() - startedMs < PATIENCE_MS) {
    for (const task of parts.tasks.takeDue(clock.nowMs()))
      if (task.queue === "followUp") await first.duties.followUpAccount(ACCOUNT);
    await clock.sleep(LOOK_EVERY_MS);
    stored = await storedOf(documents, intentIds);
  }
  const { controlAtMs, orderAtMs } = seen;
  return {
    controlWrites: controlAtMs.length,
    mostInASecond: mostWithin(controlAtMs, SECOND_MS),
    lastOrderMs: Math.max(...orderAtMs, startedMs) - startedMs,
    orders: orderAtMs.length,
    denied: deniedIn(stored),
    decided: stored.filter(isTaken).length,
    lost: stored.filter((each) => each === null).length,
  };
}

interface Seen {
  readonly controlAtMs: number[];
  readonly orderAtMs: number[];
}

interface InstanceParts {
  readonly clock: Clock;
  readonly tasks: ReturnType<typeof createMemoryTasks>;
  /** Of the exchange. */
  readonly origin: string;
  readonly seen: Seen;
}

function instanceOf(client: Firestore, { clock, tasks, origin, seen }: InstanceParts): Composition {
  const documents = noting(
    createFirestoreDocuments(() => client),
    () => seen.controlAtMs.push(clock.nowMs()),
  );
  const identity = createSystemIdentity();
  const keys = { apiKey: "local-key", secret: "local-secret" };
  const ports = createMemoryPorts({
    documents,
    clock,
    // Real time needs a real deadline.
    deadline: systemDeadline,
    identity,
    tasks,
    secrets: createMemorySecrets({ [ACCOUNT]: keys }),
    openVenue: (parts) => {
      const venue = createCcxtVenue(parts);
      return {
        ...venue,
        createOrder: async (request, options) => {
          const order = await venue.createOrder(request, options);
          seen.orderAtMs.push(clock.nowMs());
          return order;
        },
      };
    },
  });
  return compose(ports, {
    environment: "test",
    holderId: identity.newId(),
    paperOrigins: everyVenueAt(origin),
    release: presentRelease("new"),
  });
}

function deniedIn(stored: readonly (StoredIntent | null)[]): Burst["denied"] {
  const codes = stored.flatMap((each) => (each?.denials ?? []).map(({ code }) => code));
  return Object.fromEntries(
    [...new Set(codes)].map((code) => [code, codes.filter((each) => each === code).length]),
  );
}

function total(denied: Burst["denied"]): number {
  return Object.values(denied).reduce((sum, each) => sum + each, 0);
}

function isTaken(stored: StoredIntent | null): boolean {
  return stored !== null && TAKEN.has(stored.status);
}

/** Delivers every message at once, and again until its instance acknowledges it, as Pub/Sub does. */
async function deliverAll(
  duties: readonly Duties[],
  documents: DocumentPort,
  nowMs: number,
): Promise<readonly string[]> {
  const intents = Array.from({ length: ALERTS }, (_, n) => alert(n, nowMs));
  for (const { signalId: of, receipt } of intents)
    await documents.commit([{ op: "set", path: paths.receipt(ACCOUNT, of), data: encode(receipt) }]);
  await Promise.all(
    intents.map(async ({ intentId: id, receipt }, n) => {
      const message = {
        messageId: id,
        topic: "intents" as const,
        publishedAtMs: nowMs,
        payload: { intent: receipt.intent },
        attributes: {},
      };
      for (let delivery = 0; ; delivery += 1) {
        try {
          await duties[(n + delivery) % duties.length]?.executeIntent(message);
          return;
        } catch (error) {
          process.stderr.write(`  delivered again: ${(error as Error).message}\n`);
          await new Promise((resolve) => setTimeout(resolve, REDELIVERED_AFTER_MS));
        }
      }
    }),
  );
  return intents.map(({ intentId: id }) => id);
}

function alert(n: number, nowMs: number) {
  const ofSignal = signalId("burst-hook", String(n));
  const id = intentId(ofSignal);
  const receipt: Receipt = {
    signalId: ofSignal,
    hookId: "burst-hook",
    accountId: ACCOUNT,
    strategyId: STRATEGY,
    status: "RECEIVED",
    intent: {
      intentId: id,
      signalId: ofSignal,
      accountId: ACCOUNT,
      strategyId: STRATEGY,
      symbol: SYMBOLS[n % SYMBOLS.length] ?? "",
      action: "open",
      side: "long",
      size: { kind: "notionalUsd", notionalUsd: "500" },
      reduceBps: null,
      signalPriceUsd: null,
      exits: null,
      entries: null,
      signalledAtMs: nowMs,
      receivedAtMs: nowMs,
      expiresAtMs: nowMs + PATIENCE_MS,
    },
    refusalCode: null,
    denials: [],
    clientOrderId: null,
    queue: null,
    payload: {},
    source: { address: "127.0.0.1", mode: "signed" },
    receivedAtMs: nowMs,
    decidedAtMs: null,
    sentAtMs: null,
    acknowledgedAtMs: null,
  };
  return { signalId: ofSignal, intentId: id, receipt };
}

async function setUp(documents: DocumentPort, duties: Duties, stopBps: number | null): Promise<void> {
  const config = configWith({
    maxOpenGroups: ALERTS,
    maxOrdersPerMinute: 300,
    maxSymbolExposureUsd: "1000000",
    maxGrossExposureUsd: "1000000",
    maxIntentAgeMs: PATIENCE_MS,
    maxNavAgeMs: PATIENCE_MS,
    maxMarkAgeMs: PATIENCE_MS,
    watchdog: { ...configWith().watchdog, protectiveStopBps: stopBps },
  });
  await documents.commit([
    { op: "set", path: paths.environment, data: { name: "test" } },
    { op: "set", path: paths.account(ACCOUNT), data: encode(profile) },
    { op: "set", path: paths.config(ACCOUNT), data: encode(config) },
    { op: "set", path: paths.control(ACCOUNT), data: encode(controlWith()) },
  ]);
  await duties.refreshUniverse();
  await duties.writeEveryNav();
  // Reads the account's settings at the venue, without which nothing is traded.
  await duties.reconcileEveryAccount();
}

/** The same port; `landed` is told of every commit that wrote the control document. */
function noting(port: DocumentPort, landed: () => void): DocumentPort {
  return {
    ...port,
    async commit(writes) {
      const versions = await port.commit(writes);
      if (writes.some(({ path }) => path === paths.control(ACCOUNT))) landed();
      return versions;
    },
  };
}

async function storedOf(
  documents: DocumentPort,
  intentIds: readonly string[],
): Promise<readonly (StoredIntent | null)[]> {
  const snapshots = await documents.getAll(intentIds.map((id) => paths.intent(ACCOUNT, id)));
  return snapshots.map(({ data }) => data as unknown as StoredIntent | null);
}

function mostWithin(times: readonly number[], spanMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(0, ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + spanMs).length));
}

if (import.meta.main) console.table(await run());
