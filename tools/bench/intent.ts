// The cost of one intent: Firestore round trips, documents read and written (counted at the port), and the
// time from message to booked fill over the real Firestore client and the real exchange client, each server
// in its own process. The reference in the same run is the least that any executor does: one bare order
// through the exchange client and two bare commits. `node tools/bench/intent.ts`

import { Firestore } from "@google-cloud/firestore";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { countDocuments } from "#adapters/firestore/count-documents.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { encode, presentRelease } from "#app/documents";
import { intentId, signalId } from "#domain/documents/ids.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { compose } from "#functions/compose.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { ACCOUNT, configWith, controlWith, profile, STRATEGY } from "#test/support/world.ts";
import { startServerProcess } from "./firestore-process.ts";
import type { Measurement } from "./run.ts";

/** Inside the venue's 300 orders in ten seconds, the reference's orders included. */
const INTENTS = 90;
const WARM_UP = 5;
/** Inside the venue's request weight of a minute, at 2 for each. */
const TOUCHES = 500;
const INTENT_LIFE_MS = 60_000;

export async function run(): Promise<readonly Measurement[]> {
  const firestoreServer = await startServerProcess();
  const exchangeServer = await startServerProcess(["--seed", "1"], "exchange");
  const firestore = new Firestore({ projectId: "demo-bench", host: firestoreServer.address, ssl: false });
  try {
    const bench = await openAccount(
      createFirestoreDocuments(() => firestore),
      `http://${exchangeServer.address}`,
    );
    const cold = await costOf(bench, () => execute(bench));
    const warm = await costOf(bench, () => execute(bench));
    await assertTraded(bench);
    const { tookMs, withoutMs } = await timedInTurn(bench);
    const bareMs = await timed(() => bareIntent(bench));
    return [
      ...costFigures("warm intent", warm),
      ...costFigures("first intent of an instance", cold),
      ...timeFigures(tookMs, bareMs),
      ...touchFigures(tookMs, withoutMs, await timedTouches(bench)),
    ];
  } finally {
    await firestore.terminate();
    await exchangeServer.stop();
    await firestoreServer.stop();
  }
}

type Bench = Awaited<ReturnType<typeof openAccount>>;

async function openAccount(port: DocumentPort, origin: string) {
  const counted = countDocuments(port);
  const identity = createSystemIdentity();
  /** Answered from memory in place of the venue, while it is set: the decision without its extra read. */
  const touch: { remembered: TopOfBook | null } = { remembered: null };
  const keys = { apiKey: "local-key", secret: "local-secret" };
  const ports = createMemoryPorts({
    documents: counted.documents,
    clock: createSystemClock(),
    identity,
    // Real time needs a real deadline.
    deadline: systemDeadline,
    openVenue: (parts) => {
      const venue = createCcxtVenue(parts);
      return {
        ...venue,
        fetchTopOfBook: async (symbols) =>
          touch.remembered === null ? await venue.fetchTopOfBook(symbols) : [touch.remembered],
      };
    },
    secrets: createMemorySecrets({ [ACCOUNT]: keys }),
  });
  const settings = {
    environment: "test",
    holderId: identity.newId(),
    paperOrigins: everyVenueAt(origin),
    release: presentRelease("new"),
  } as const;
  const { duties, deps } = compose(ports, settings);
  const config = configWith({
    maxOrdersPerMinute: 300,
    maxSymbolExposureUsd: "1000000",
    maxGrossExposureUsd: "1000000",
  });
  await port.commit([
    { op: "set", path: paths.environment, data: { name: settings.environment } },
    { op: "set", path: paths.account(ACCOUNT), data: encode(profile) },
    { op: "set", path: paths.config(ACCOUNT), data: encode(config) },
    { op: "set", path: paths.control(ACCOUNT), data: encode(controlWith()) },
  ]);
  await duties.refreshUniverse();
  await duties.writeEveryNav();
  // Reads the account's settings at the venue, without which nothing is traded.
  await duties.reconcileEveryAccount();
  const venue = await deps.venueFor(profile);
  const market = (await venue.fetchMarkets()).find((each) => each.symbol === "BTCUSDT");
  if (market === undefined) throw new Error("the exchange does not list BTCUSDT");
  return { duties, deps, counted, venue, market, touch };
}

let sent = 0;

async function execute({ duties, deps }: Bench): Promise<void> {
  sent += 1;
  const nowMs = deps.clock.nowMs();
  const ofSignal = signalId("bench-hook", String(sent));
  const intent: Intent = {
    intentId: intentId(ofSignal),
    signalId: ofSignal,
    accountId: ACCOUNT,
    strategyId: STRATEGY,
    symbol: "BTCUSDT",
    action: "open",
    side: "long",
    size: { kind: "notionalUsd", notionalUsd: "200" },
    reduceBps: null,
    signalPriceUsd: null,
    exits: null,
    entries: null,
    signalledAtMs: nowMs,
    receivedAtMs: nowMs,
    expiresAtMs: nowMs + INTENT_LIFE_MS,
  };
  // As the webhook leaves it; not part of what the executor costs.
  await deps.documents.commit([
    { op: "set", path: paths.receipt(ACCOUNT, ofSignal), data: { status: "RECEIVED" } },
  ]);
  await duties.executeIntent({
    messageId: intent.intentId,
    topic: "intents",
    publishedAtMs: nowMs,
    payload: { intent },
    attributes: {},
  });
}

/** A refusal is cheaper than an order, and no figure. */
async function assertTraded({ deps }: Bench): Promise<void> {
  const stored = await deps.documents.query({ collection: paths.intents(ACCOUNT), limit: sent });
  const denied = stored.flatMap(({ data }) => (data?.denials ?? []) as readonly unknown[]);
  if (denied.length > 0) throw new Error(`The intents of the bench are refused: ${JSON.stringify(denied)}`);
}

/** The least that stores before it sends: a commit, an order, a commit. */
async function bareIntent({ deps, venue, market }: Bench): Promise<void> {
  sent += 1;
  const path = `bench/bare-${sent}`;
  const request = {
    clientOrderId: `bare${sent}`,
    symbol: "BTCUSDT",
    side: "buy",
    type: "market",
    qtyBase: "0.003",
    priceUsd: null,
    timeInForce: null,
    reduceOnly: false,
  } as const;
  await deps.documents.commit([{ op: "create", path, data: request }]);
  const order = await venue.createOrder(request, { market, sendDeadlineMs: deps.clock.nowMs() + 5_000 });
  await deps.documents.commit([{ op: "set", path, data: encode(order) }]);
}

interface Cost {
  readonly roundTrips: number;
  readonly reads: number;
  readonly writes: number;
}

/** Counted at the port; the receipt that `execute` seeds is taken off. */
async function costOf(bench: Bench, work: () => Promise<void>): Promise<Cost> {
  const before = { ...bench.counted.counts };
  await work();
  const after = bench.counted.counts;
  return {
    roundTrips: after.roundTrips - before.roundTrips - 1,
    reads: after.reads - before.reads,
    writes: after.writes - before.writes - 1,
  };
}

/** With the read of the touch and without it, in turn, so that a noisy moment of the machine meets both. */
async function timedInTurn(bench: Bench) {
  const [remembered = null] = await bench.venue.fetchTopOfBook(["BTCUSDT"]);
  const [tookMs, withoutMs]: [number[], number[]] = [[], []];
  for (let n = 0; n < WARM_UP + INTENTS; n++) {
    for (const [into, answer] of [
      [tookMs, null],
      [withoutMs, remembered],
    ] as const) {
      bench.touch.remembered = answer;
      const startedMs = performance.now();
      await execute(bench);
      if (n >= WARM_UP) into.push(performance.now() - startedMs);
    }
  }
  bench.touch.remembered = null;
  const sorted = (each: readonly number[]) => each.toSorted((a, b) => a - b);
  return { tookMs: sorted(tookMs), withoutMs: sorted(withoutMs) };
}

/** The read by itself. */
async function timedTouches({ venue }: Bench): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let n = 0; n < TOUCHES; n++) {
    const startedMs = performance.now();
    await venue.fetchTopOfBook(["BTCUSDT"]);
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs.toSorted((a, b) => a - b);
}

async function timed(work: () => Promise<void>): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let n = 0; n < WARM_UP + INTENTS; n++) {
    const startedMs = performance.now();
    await work();
    if (n >= WARM_UP) tookMs.push(performance.now() - startedMs);
  }
  return tookMs.toSorted((a, b) => a - b);
}

function costFigures(name: string, cost: Cost): readonly Measurement[] {
  return [
    {
      name: `${name}: Firestore round trips`,
      value: cost.roundTrips,
      unit: "",
      reference: "2 when warm, 1 of them before the order",
    },
    { name: `${name}: documents read`, value: cost.reads, unit: "" },
    { name: `${name}: documents written`, value: cost.writes, unit: "" },
  ];
}

function timeFigures(tookMs: readonly number[], bareMs: readonly number[]): readonly Measurement[] {
  const at = (sorted: readonly number[], quantile: number): number =>
    sorted[Math.floor(sorted.length * quantile)] ?? Number.NaN;
  return [0.5, 0.9].map((quantile) => ({
    name: `message to booked fill, p${quantile * 100}`,
    value: Number(at(tookMs, quantile).toFixed(1)),
    unit: "ms",
    reference: `bare commit, order, commit: ${at(bareMs, quantile).toFixed(1)} ms`,
  }));
}

function touchFigures(
  withMs: readonly number[],
  withoutMs: readonly number[],
  readMs: readonly number[],
): readonly Measurement[] {
  const at = (sorted: readonly number[], quantile: number): number =>
    sorted[Math.floor(sorted.length * quantile)] ?? Number.NaN;
  return [0.5, 0.99].flatMap((quantile) => {
    const of = `p${quantile * 100}`;
    const reference = `without the touch, in turn: ${at(withoutMs, quantile).toFixed(2)} ms`;
    return [
      { name: `intent with its touch, ${of}`, value: at(withMs, quantile), unit: "ms", reference },
      { name: `the touch by itself, ${of}`, value: at(readMs, quantile), unit: "ms" },
    ];
  });
}

if (import.meta.main) console.table(await run());
