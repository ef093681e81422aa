// Nothing of a key in anything that a run writes: documents, log lines, messages on the bus, tasks, notifications, answers to
// senders, requests to others, and errors down to the last cause, as a crash would print them. The run trades over the real
// ccxt adapter, and its venue refuses, is silent, and repeats keys in its answers.
// Proves: adapters/ccxt/venue-client.ts, adapters/system/logger.ts
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { createLogger } from "#adapters/system/logger.ts";
import { paths } from "#domain/documents/paths.ts";
import { VENUE_TIMEOUT_MS } from "#functions/compose/venue-for.ts";
import type { Ports } from "#functions/compose.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import {
  MACHINE,
  MACHINE_SECRET,
  machineEntry,
  memoryAuthenticator,
  signedHeaders,
} from "#test/support/commands.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { createMemoryNotifier } from "#test/support/memory/notifier.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { hookWith, SIGNED_HOOK, SIGNING_SECRET, signedRequest, TOKEN } from "#test/support/receiver.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, VENUE_KEYS, type World } from "#test/support/world.ts";

/** Found nowhere. The key itself has one lawful place, the header of a request to its venue. */
const SECRETS: Readonly<Record<string, string>> = {
  "the venue key": VENUE_KEYS.apiKey,
  "the venue secret": VENUE_KEYS.secret,
  "a machine's secret": MACHINE_SECRET,
  "a hook's signing secret": SIGNING_SECRET,
  "a hook's token": TOKEN,
};
const BEARER = "operator-token";
/** A signal that can be used: it goes over the bus. */
const BUY = '{"action":"buy","symbol":"BTCUSDT"}';

interface Written {
  readonly place: string;
  readonly text: string;
}

/** Everything, also behind getters, in causes and in fields that no logger prints. */
const whole = (value: unknown): string =>
  typeof value === "string"
    ? value
    : inspect(value, {
        depth: null,
        maxStringLength: null,
        maxArrayLength: null,
        showHidden: true,
        getters: true,
      });

let world: World;
let written: Written[];
const note = (place: string, value: unknown): void => void written.push({ place, text: whole(value) });

/** A function instance of which every border is read along. */
function observed() {
  const { documents, bus, tasks } = world;
  const exchange = createExchangeTransport(world.exchange, world.clock, VENUE_TIMEOUT_MS);
  const notifier = createMemoryNotifier();
  const ports: Partial<Ports> = {
    authenticator: memoryAuthenticator,
    secrets: createMemorySecrets(
      { [ACCOUNT]: VENUE_KEYS },
      { [SIGNED_HOOK]: [SIGNING_SECRET] },
      { [MACHINE]: machineEntry() },
    ),
    logger: createLogger((entry) => note("log", entry)),
    documents: {
      getAll: documents.getAll,
      query: documents.query,
      commit: (writes) => {
        note("document", writes);
        return documents.commit(writes);
      },
    },
    bus: {
      publish: (...message) => {
        note("bus", message);
        return bus.publish(...message);
      },
    },
    tasks: {
      schedule: (task) => {
        note("task", task);
        return tasks.schedule(task);
      },
    },
    notifier: {
      send: (notification) => {
        note("notification", notification);
        return notifier.send(notification);
      },
    },
    openVenue: (parts) =>
      createCcxtVenue({
        ...parts,
        transport: (request) => {
          const { "X-MBX-APIKEY": _lawful, ...headers } = request.headers;
          note("request to the venue", { ...request, headers });
          return exchange.send(request);
        },
      }),
  };
  return world.instance("observed", ports).duties;
}

type Duties = ReturnType<typeof observed>;

/** A failure ends an invocation; the platform prints what it was. */
async function invoked(work: () => Promise<unknown>): Promise<void> {
  try {
    note("answer", await work());
  } catch (error) {
    note("crash", error);
  }
}

async function everything(duties: Duties): Promise<void> {
  const nowMs = world.clock.nowMs();
  const intent = givenIntent(world);
  await invoked(() => duties.executeIntent({ ...messageOf(world, intent) }));
  await invoked(() =>
    duties.receiveSignal(signedRequest('{"odd": true}', { id: `s-${nowMs}`, atMs: nowMs })),
  );
  await invoked(() => duties.receiveSignal(signedRequest(BUY, { id: `b-${nowMs}`, atMs: nowMs })));
  await invoked(() =>
    duties.receiveSignal({ ...signedRequest("{}", { id: "s", atMs: nowMs }), addressToken: TOKEN }),
  );
  const command = JSON.stringify({ accountId: ACCOUNT, request: { kind: "pause" }, reason: "because" });
  for (const headers of [
    signedHeaders(command, nowMs, { id: `c-${nowMs}` }),
    { authorization: `Bearer ${BEARER}` },
  ])
    await invoked(() =>
      duties.receiveCommand({ target: { kind: "post" }, headers, rawBody: Buffer.from(command) }),
    );
  await invoked(() => duties.writeEveryNav());
  await invoked(() => duties.reconcileEveryAccount());
  await invoked(() => duties.watchEveryAccount());
  await invoked(() => duties.refreshUniverse());
  await invoked(() => duties.sweepTelemetry());
  await invoked(() => duties.sendOutbox());
}

const echoed = `Bad request ${VENUE_KEYS.apiKey} ${VENUE_KEYS.secret} /fapi/v1/order?symbol=X&signature=abcdef0123456789`;

/** A client without keys sends none that could come back. */
const KEYED = { path: "(?!.*exchangeInfo).*" };

const FAULTS: Readonly<Record<string, FaultEffect | null>> = {
  "answers as it should": null,
  "refuses the key and repeats it": {
    kind: "venueError",
    when: "before",
    status: 401,
    code: -2015,
    msg: echoed,
  },
  "answers with a page that repeats the request": {
    kind: "httpError",
    when: "before",
    status: 502,
    body: `<p>${echoed}`,
  },
  "is cut off": { kind: "reset", when: "before" },
};

beforeEach(async () => {
  world = await createWorld();
  written = [];
  world.documents.seed(paths.hook(SIGNED_HOOK), {
    ...hookWith({ hookId: SIGNED_HOOK, mode: "signed", tokenSha256: null }),
  });
  world.documents.seed(paths.hook(hookWith({}).hookId), { ...hookWith({}) });
});
afterEach(() => {
  written = [];
});

describe.each(Object.entries(FAULTS))("a run whose venue %s", (_case, effect) => {
  it("writes nothing of a key anywhere", async () => {
    const duties = observed();
    for (let minute = 0; minute < 3; minute += 1) {
      if (minute === 1 && effect !== null) world.exchange.addFault({ effect, match: KEYED });
      await everything(duties);
      await world.clock.advance(60_000);
      world.exchange.advanceTo(world.clock.nowMs());
    }
    const places = new Set(written.map(({ place }) => place));
    for (const place of ["log", "document", "bus", "notification", "answer", "request to the venue"])
      expect(places, place).toContain(place);
    for (const [name, secret] of Object.entries(SECRETS))
      expect(
        written
          .filter(({ text }) => text.includes(secret))
          .map(({ place, text }) => `${place}: ${text.slice(0, 200)}`),
        name,
      ).toEqual([]);
    expect(
      written.filter(
        ({ place, text }) => place !== "request to the venue" && /signature=[0-9a-f]/.test(text),
      ),
    ).toEqual([]);
  });
});

it("an error of the network shows nothing of a key, down to its last cause", async () => {
  const venue = createCcxtVenue({
    venue: "binance-usdm",
    keys: VENUE_KEYS,
    origin: "http://127.0.0.1:1",
    clock: world.clock,
    identity: world.instance("network").identity,
    logger: createLogger((entry) => note("log", entry)),
    requestTimeoutMs: 1_000,
    transport: createNodeTransport(1_000),
  });
  await invoked(() => venue.fetchAccount());
  expect(written.map(({ place }) => place)).toContain("crash");
  for (const secret of Object.values(SECRETS))
    expect(written.filter(({ text }) => text.includes(secret))).toEqual([]);
});
