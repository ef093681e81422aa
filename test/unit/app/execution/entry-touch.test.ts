// An entry is decided on the touch of its symbol, read for it: sized, capped, priced and guarded at the price of now,
// whatever the NAV's marks say. What cannot be read refuses the entry with its reason, and never an exit.
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { DeadlineExceededError } from "#ports/deadline.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  type World,
  type WorldOptions,
} from "#test/support/world.ts";

const TOUCH = "GET /fapi/v1/ticker/bookTicker";
/** A price move that every guard and cap of these tests notices. */
const JUMP_PERCENT = 3;

let world: World;
let executor: Instance;

async function given(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  world.exchange.admin("pause");
  executor = world.instance("executor");
}
beforeEach(() => given());

const orders = () => world.under<Order>(paths.orders(ACCOUNT));
const groups = () => world.under<Group>(paths.groups(ACCOUNT));
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const jump = () => world.exchange.admin("jump", { percent: JUMP_PERCENT, symbol: "BTCUSDT" });
const passes = (durationMs: number) => world.clock.setMs(world.clock.nowMs() + durationMs);
const asked = () => world.requests.filter((request) => request === TOUCH).length;

async function carriedOut(overrides: Partial<Intent> = {}, by: Instance = executor): Promise<StoredIntent> {
  const intent = givenIntent(world, overrides);
  await executeIntent(by, messageOf(world, intent));
  const stored = world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId));
  if (stored === null) throw new Error("The intent was not decided");
  return stored;
}

async function refusedBy(overrides: Partial<Intent> = {}, by: Instance = executor) {
  return (await carriedOut(overrides, by)).denials.map(({ code, actual, subject }) => [
    code,
    actual,
    subject,
  ]);
}

/** The book as the matching engine has it. */
function book(symbol = "BTCUSDT"): { readonly bidUsd: number; readonly askUsd: number } {
  const { engine } = world.exchange;
  const [spec, state] = [engine.specs.get(symbol), engine.state.symbols.get(symbol)];
  if (spec === undefined || state === undefined) throw new Error(`No book of ${symbol}`);
  return { bidUsd: state.bidTicks * spec.tickUsd, askUsd: state.askTicks * spec.tickUsd };
}

describe("after a jump since the last NAV, an entry", () => {
  it("is sized at the price of now", async () => {
    jump();
    await carriedOut({ size: { kind: "notionalUsd", notionalUsd: "5000" } });
    const qtyBase = Number(orders()[0]?.request.qtyBase);
    expect(qtyBase * book().askUsd).toBeLessThanOrEqual(5_000);
    expect((qtyBase + 0.001) * book().askUsd).toBeGreaterThan(5_000);
  });

  it("passes no cap that it is over at the price of now", async () => {
    const qtyBase = (4_950 / book().askUsd).toFixed(3);
    jump();
    expect(await refusedBy({ size: { kind: "qtyBase", qtyBase } })).toMatchObject([
      ["NOTIONAL_EXCEEDS_MAX_PER_ORDER", expect.any(String), "BTCUSDT"],
    ]);
  });

  it("rests at the touch when it is post-only", async () => {
    jump();
    const { bidUsd } = book();
    await carriedOut({ strategyId: "patient" });
    expect(Number(orders()[0]?.request.priceUsd)).toBeCloseTo(bidUsd, 6);
    const { bidUsd: markUsd } = world.read<Nav>(paths.nav(ACCOUNT))?.marks.BTCUSDT ?? {};
    expect(bidUsd - Number(markUsd)).toBeGreaterThan(1_000);
  });

  it("is guarded at the price of now: the old price is refused and the right one taken", async () => {
    await given({ config: { maxPriceDeviationBps: 100 } });
    const before = book().askUsd;
    jump();
    const refused = await refusedBy({ signalPriceUsd: before.toFixed(1) });
    expect(refused).toMatchObject([["PRICE_DEVIATION_EXCEEDED", "300", "BTCUSDT"]]);
    const taken = await carriedOut({ signalPriceUsd: book().askUsd.toFixed(1) });
    expect(taken).toMatchObject({ status: "DECIDED", denials: [] });
  });
});

describe("the decision", () => {
  it("keeps the touch that it was made on, beside the mark that it was not", async () => {
    jump();
    const { bidUsd, askUsd } = book();
    passes(500);
    const { basis } = await carriedOut();
    expect([Number(basis?.touch?.bidUsd), Number(basis?.touch?.askUsd)]).toEqual([
      expect.closeTo(bidUsd, 6),
      expect.closeTo(askUsd, 6),
    ]);
    expect(basis?.touch).toMatchObject({ askedAtMs: world.clock.nowMs(), ageMs: 0 });
    expect(basis?.mark?.bidUsd).not.toBe(basis?.touch?.bidUsd);
  });

  it("asks for the one symbol, beside the loading of books that are too old", async () => {
    await carriedOut();
    passes(90_000);
    await world.tickNav();
    world.requests.length = 0;
    const symbols: string[] = [];
    let sayAsked = (): void => undefined;
    const wasAsked = new Promise<void>((resolve) => {
      sayAsked = resolve;
    });
    const { venueFor } = executor;
    const watched: Instance = {
      ...executor,
      venueFor: async (of) => {
        const venue = await venueFor(of);
        return {
          ...venue,
          fetchTopOfBook(asked) {
            symbols.push(...asked);
            sayAsked();
            return venue.fetchTopOfBook(asked);
          },
        };
      },
    };
    // The store answers only once the venue has been asked.
    let loadings = 0;
    world.documents.interceptor = {
      async before({ kind }) {
        if (kind !== "getAll") return;
        loadings += 1;
        await wasAsked;
      },
    };
    await carriedOut({ symbol: "ETHUSDT" }, watched);
    expect(loadings).toBeGreaterThan(0);
    expect(symbols).toEqual(["ETHUSDT"]);
  });

  it("asks again when it is repeated and the touch has grown too old", async () => {
    await carriedOut({ symbol: "ETHUSDT" });
    const other = world.instance("executor");
    await carriedOut({ symbol: "SOLUSDT" }, other);
    world.requests.length = 0;
    // The first commit loses its race, and by the second try more than a second has passed.
    let commits = 0;
    world.documents.interceptor = {
      async before({ kind }) {
        if (kind === "commit" && ++commits === 1) passes(1_001);
      },
    };
    expect(await carriedOut()).toMatchObject({ status: "DECIDED", basis: { touch: { ageMs: 0 } } });
    expect(asked()).toBe(2);
  });
});

describe("a touch that cannot be had", () => {
  const fault = (effect: FaultEffect) =>
    world.exchange.addFault({ effect, match: { path: "/fapi/v1/ticker/bookTicker" } });
  const down: FaultEffect = { kind: "httpError", when: "before", status: 503, body: "" };

  it("refuses the entry with the venue's reason", async () => {
    fault(down);
    expect(await refusedBy()).toEqual([["TOUCH_UNREADABLE", "HTTP_503", "BTCUSDT"]]);
    expect(orders()).toEqual([]);
  });

  it("refuses the entry by name when the answer lacks its symbol or has an empty side", async () => {
    const { venueFor } = executor;
    const empty: Instance = {
      ...executor,
      venueFor: async (of) => ({ ...(await venueFor(of)), fetchTopOfBook: async () => [] }),
    };
    expect(await refusedBy({}, empty)).toEqual([["TOUCH_MISSING", null, "BTCUSDT"]]);
  });

  it("refuses the entry, and records it, when the account may not trade here at all", async () => {
    class NoKeysError extends Error {
      override name = "NoKeysError";
    }
    const closed: Instance = { ...executor, venueFor: () => Promise.reject(new NoKeysError("none")) };
    expect(await refusedBy({}, closed)).toEqual([["TOUCH_UNREADABLE", "NoKeysError", "BTCUSDT"]]);
  });

  it("is waited for no longer than it may be old", async () => {
    const limits: number[] = [];
    const silent: Instance = {
      ...executor,
      deadline: {
        within(_work, limitMs) {
          limits.push(limitMs);
          return Promise.reject(new DeadlineExceededError(limitMs));
        },
      },
    };
    expect(await refusedBy({}, silent)).toEqual([["TOUCH_UNREADABLE", "TIMEOUT", "BTCUSDT"]]);
    expect(limits).toEqual([1_000]);
  });

  it("refuses the entry when the venue's own book is of long ago", async () => {
    fault({ kind: "stale" });
    await carriedOut();
    for (let minute = 0; minute < 3; minute++) {
      passes(60_000);
      await world.tickNav();
    }
    const codes = (await refusedBy()).map(([code]) => code);
    expect(codes).toContain("MARK_STALE");
  });

  it("latches the ban that the question met, with the refusal, and is not asked for while it lasts", async () => {
    world.exchange.admin("ban", { seconds: 300 });
    expect(await refusedBy()).toMatchObject([["TOUCH_UNREADABLE", expect.any(String), "BTCUSDT"]]);
    expect(control()?.throttles.venueBannedUntilMs).toBeGreaterThan(world.clock.nowMs() + 200_000);
    world.requests.length = 0;
    expect(await refusedBy()).toMatchObject([["VENUE_BANNED", expect.any(String), null]]);
    expect(world.requests).toEqual([]);
  });

  it("leaves an exit as it is: it asks for none, waits for none and is carried out", async () => {
    await carriedOut();
    fault(down);
    world.requests.length = 0;
    const { basis } = await carriedOut({ action: "close", side: null });
    expect(groups()).toMatchObject([{ status: "CLOSED" }]);
    expect(basis?.touch).toBeNull();
    expect(world.requests).toEqual(["POST /fapi/v1/order"]);
  });
});
