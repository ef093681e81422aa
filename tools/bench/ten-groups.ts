// A minute of the schedules while ten positions are open, each with its stop and two take-profits at the venue: documents
// read and written, requests to the venue and their weight. Beside it, from the same run, a minute with one position.
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import { VENUE_TIMEOUT_MS } from "#functions/compose/venue-for.ts";
import type { OpenVenue } from "#ports/venue.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";
import { TEN_SYMBOLS } from "./in-process.ts";
import type { Measurement } from "./run.ts";
import { openSchedules } from "./schedules.ts";

/** A whole hour, so that what is done once in it has its share. */
const MINUTES = 60;
/** Until every cache is filled, and what the entries left to do is done. */
const WARM_UP_MINUTES = 6;
const BETWEEN_ENTRIES_MS = 1_000;
/** Beyond the bench: what is measured is holding, not refusing. */
const UNLIMITED_USD = "1000000000";
/** A stop and two take-profits each. */
const EXITS_OF_A_GROUP = 3;
const half = (bps: number) => ({ level: { kind: "bps", bps }, shareBps: 5_000 }) as const;
const EXITS: ExitPlan = {
  stop: { kind: "bps", bps: 300 },
  takeProfits: [half(200), half(400)],
  breakEvenAfter: 1,
  trailing: null,
  timeLimitMs: null,
};

interface Minute {
  readonly reads: number;
  readonly writes: number;
  readonly requests: number;
  readonly weight: number;
}

export async function run(): Promise<readonly Measurement[]> {
  const [one, ten] = [await minuteWith(1), await minuteWith(TEN_SYMBOLS.length)];
  return (["reads", "writes", "requests", "weight"] as const).map((what) => ({
    name: `minute with ten open groups: ${what}`,
    value: ten[what],
    unit: "",
    reference: `with one group: ${Math.round(one[what] * 100) / 100}`,
  }));
}

async function minuteWith(groups: number): Promise<Minute> {
  const world = await openHolding(groups);
  const counted = countVenue(world);
  const schedules = openSchedules(world, { openVenue: counted.openVenue });
  await schedules.minutes(WARM_UP_MINUTES);
  const total = () => {
    const sum = (what: "reads" | "writes") =>
      schedules.accountCounts.reduce((all, each) => all + each[what], 0);
    const { requests, weight } = counted.venue;
    return { reads: sum("reads"), writes: sum("writes"), requests, weight };
  };
  const before = total();
  await schedules.minutes(MINUTES);
  const after = total();
  expectHeld(world, groups);
  const each = (what: keyof Minute) => (after[what] - before[what]) / MINUTES;
  return { reads: each("reads"), writes: each("writes"), requests: each("requests"), weight: each("weight") };
}

/** An account that holds so many positions at prices that stand still. */
async function openHolding(groups: number): Promise<World> {
  const world = await createWorld({
    config: {
      symbols: TEN_SYMBOLS,
      maxOpenGroups: TEN_SYMBOLS.length,
      maxOrdersPerMinute: 300,
      maxSymbolExposureUsd: UNLIMITED_USD,
      maxGrossExposureUsd: UNLIMITED_USD,
      watchdog: { ...PLAIN_CONFIG.watchdog, protectiveStopBps: 500 },
    },
  });
  world.exchange.admin("pause");
  const executor = world.instance("executor");
  for (const symbol of TEN_SYMBOLS.slice(0, groups)) {
    await world.clock.advance(BETWEEN_ENTRIES_MS);
    await executor.duties.executeIntent(messageOf(world, givenIntent(world, { symbol, exits: EXITS })));
  }
  expectHeld(world, groups);
  return world;
}

/** Every exit rests: else something else was measured. */
function expectHeld(world: World, groups: number): void {
  const { algoOrders } = world.exchange.dump() as { algoOrders: readonly { readonly algoStatus: string }[] };
  const resting = algoOrders.filter(({ algoStatus }) => algoStatus === "NEW").length;
  if (resting !== groups * EXITS_OF_A_GROUP)
    throw new Error(`${resting} exits rest for ${groups} groups, and not ${EXITS_OF_A_GROUP} for each`);
}

interface CountedVenue {
  readonly venue: { requests: number; weight: number };
  readonly openVenue: OpenVenue;
}

/** The exchange's own word on the weight used in its minute, added up over the minutes. */
function countVenue(world: World): CountedVenue {
  const venue = { requests: 0, weight: 0 };
  const toExchange = createExchangeTransport(world.exchange, world.clock, VENUE_TIMEOUT_MS);
  let usedBefore = 0;
  const openVenue: OpenVenue = (parts) =>
    createCcxtVenue({
      ...parts,
      transport: async (request) => {
        const response = await toExchange.send(request);
        const used = Number(response.headers["X-MBX-USED-WEIGHT-1M"]);
        if (Number.isNaN(used)) throw new Error(`No weight in the answer to ${request.url}`);
        venue.requests += 1;
        venue.weight += used >= usedBefore ? used - usedBefore : used;
        usedBefore = used;
        return response;
      },
    });
  return { venue, openVenue };
}
