// Guards that an exit is not refused for a field that it does not need, and an entry for any that it cannot read: every
// field of an alert, as junk, in both. What an exit was carried out without is kept and told, and so is a refused exit.
// Proves: domain/signal/exit.ts, domain/signal/unread.ts, domain/signal/ascii.ts
import { describe, expect, it } from "vitest";
import type { Intent } from "#domain/documents/signal.ts";
import { OWN_FIELDS, PLACEHOLDER_FIELDS } from "#domain/signal/field-names.ts";
import { createReceiver, directRequest, type Receiver } from "#test/support/receiver.ts";
import { ACCOUNT } from "#test/support/world.ts";

const TIME = { timenow: "2026-01-02T03:04:05Z" };
const CLOSE = { symbol: "BTCUSDT", action: "close", ...TIME };
const REDUCE = { symbol: "BTCUSDT", action: "reduce", reducePct: "50", ...TIME };
const ENTRY = { symbol: "BTCUSDT", action: "long", notionalUsd: "100", ...TIME };

const post = (world: Receiver, fields: object | string) =>
  world.receive(directRequest(typeof fields === "string" ? fields : JSON.stringify(fields)));
const intentOf = (world: Receiver) => world.receipts()[0]?.intent ?? null;
const alerts = (world: Receiver) => world.stored(`accounts/${ACCOUNT}/alerts`);

/** The fields without which a close is not clear, and those that any text fits. */
const NEEDED = new Set(["symbol", "action", "side"]);
const ANY_TEXT = new Set([
  "id",
  "exchange",
  "interval",
  ...["syminfoCurrency", "syminfoBasecurrency"],
  ...["strategyOrderId", "strategyOrderComment", "strategyOrderAlertMessage"],
]);
const JUNK = ["1 234.5", "1,5", "NaN", "", "{{plot}}", "x\u200by", "１００", null, "-", "#!"];
const FIELDS = [...PLACEHOLDER_FIELDS, ...OWN_FIELDS].filter((name) => !ANY_TEXT.has(name));

describe("junk in one field", () => {
  it.each(FIELDS.filter((name) => !NEEDED.has(name)))(
    "lets a close pass, kept and told: %s",
    async (name) => {
      for (const value of JUNK) {
        const world = createReceiver();
        const fields = { ...CLOSE, [name]: value };
        expect(await post(world, fields), `${name} ${value}`).toMatchObject({ status: 202 });
        expect(intentOf(world)).toMatchObject({ action: "close", symbol: "BTCUSDT", side: null });
        const [receipt] = world.receipts();
        const isRemark = receipt?.payload.faults === undefined;
        // Volume and plots are free to be empty; all other junk is named.
        expect(isRemark, `${name} ${value}`).toBe(
          /^(plot_|volume)/.test(name) && ["NaN", "", null].includes(value),
        );
        const told = isRemark ? [] : [{ code: "EXIT_PARTLY_READ", message: expect.stringContaining(name) }];
        expect(alerts(world)).toMatchObject(told);
        if (value !== null)
          expect(JSON.stringify(receipt?.payload)).toContain(JSON.stringify(value).slice(1, -1));
      }
    },
  );

  it.each(FIELDS)("refuses an entry: %s", async (name) => {
    for (const value of JUNK) {
      if (/^(plot_|volume)/.test(name) && ["NaN", "", null].includes(value)) continue;
      const world = createReceiver();
      expect(await post(world, { ...ENTRY, [name]: value }), `${name} ${value}`).toMatchObject({
        status: 400,
      });
      expect(world.bus.published).toEqual([]);
    }
  });

  it.each([
    ["qtyBase", "0"],
    ["navBps", "0"],
    ["notionalUsd", "-5"],
    ["contracts", "NaN"],
    ["price", "NaN"],
    ["open", "1 234.5"],
    ["plot_0", "1,5"],
    ["reducePct", "100"],
    ["reducePct", "50%"],
    ["reducePct", 33.3333],
    ["qty", 5],
    ["size", ""],
    ["sizeFrom", "wallet"],
    ["contracts", "0.15"],
    ["ticker", "X:AAAUSDT.P/X:BBBUSDT.P"],
  ])("that people send with their exits passes: %s %s", async (name, value) => {
    const world = createReceiver();
    expect(await post(world, { ...CLOSE, [name]: value })).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ action: "close", symbol: "BTCUSDT", signalPriceUsd: null });
  });

  it.each([
    [
      "a number without quotes",
      '{"symbol":"BTCUSDT","action":"close","rsi":NaN,"timenow":"2026-01-02T03:04:05Z"}',
    ],
    [
      "a placeholder without quotes",
      '{"symbol":"BTCUSDT","action":"close","price": {{close}} ,"timenow":"2026-01-02T03:04:05Z"}',
    ],
    [
      "nothing behind a colon",
      '{"symbol":"BTCUSDT","action":"close","timenow":"2026-01-02T03:04:05Z","plot_0": }',
    ],
    [
      "a field twice",
      '{"symbol":"BTCUSDT","action":"close","close":1,"close":2,"timenow":"2026-01-02T03:04:05Z"}',
    ],
    ["a field twice in text", "symbol=BTCUSDT action=close price=1 price=2 timenow=2026-01-02T03:04:05Z"],
    [
      "two spellings that differ",
      '{"symbol":"BTCUSDT","action":"close","order_price":1,"orderPrice":2,"timenow":"2026-01-02T03:04:05Z"}',
    ],
  ])("of form lets a close pass and refuses an entry: %s", async (_name, body) => {
    const world = createReceiver();
    expect(await post(world, body)).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ action: "close", symbol: "BTCUSDT" });
    expect(alerts(world)).toMatchObject([{ code: "EXIT_PARTLY_READ" }]);
    const other = createReceiver();
    expect(await post(other, body.replace("close", "buy"))).toMatchObject({ status: 400 });
  });
});

describe("the plan of an entry, in a message that is shared with exits", () => {
  const plan = { stopLossPct: "1.5", takeProfits: "2%:50" };

  it("is left unread by an exit: its receipt says so, and no person is alerted", async () => {
    const world = createReceiver();
    expect(await post(world, { ...CLOSE, ...plan })).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ action: "close", exits: null });
    expect(world.receipts()[0]?.payload.faults).toEqual([
      "stopLossPct, takeProfits: the plan of an entry, and the action is close",
    ]);
    expect(alerts(world)).toEqual([]);
  });

  it("is kept with the entry's intent", async () => {
    const world = createReceiver();
    expect(await post(world, { ...ENTRY, ...plan })).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({
      exits: { stop: { kind: "bps", bps: 150 }, takeProfits: [{ shareBps: 5_000 }] },
    });
  });
});

describe("a strategy's exit", () => {
  const flat = {
    ticker: "BTCUSDT.P",
    marketPosition: "flat",
    prevMarketPosition: "long",
    orderAction: "sell",
    ...TIME,
  };

  it.each([
    ["prevMarketPosition", "lng"],
    ["orderAction", "{{strategy.order.action}}"],
    ["marketPositionSize", "NaN"],
    ["prevMarketPositionSize", "1,000"],
    ["action", "{{strategy.order.action}}"],
    ["symbol", "{{ticker}}"],
  ])("is clear by its market position without %s", async (name, value) => {
    const world = createReceiver();
    expect(await post(world, { ...flat, [name]: value })).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ action: "close", symbol: "BTCUSDT" });
  });
});

describe("a share", () => {
  it.each([
    ["reducePct", "50%", 5_000],
    ["reducePct", "50 %", 5_000],
    ["reducePct", 33.3333, 3_333],
    ["reducePct", 66.666666, 6_666],
    ["reducePct", 99.999, 9_999],
    ["reducePct", "100", 10_000],
    ["reducePct", "100%", 10_000],
    ["reducePct", 99.99999999999999, 10_000],
    ["reducePct", 100.00000000000001, 10_000],
    ["reducePct", 0.01, 1],
    ["reduceBps", "2500.7", 2_500],
    ["reduceBps", 10_000, 10_000],
  ])("%s %s is %i basis points: never more than was said, and all of all", async (name, value, reduceBps) => {
    const world = createReceiver();
    const { reducePct: _share, ...reduce } = REDUCE;
    expect(await post(world, { ...reduce, [name]: value })).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ action: "reduce", reduceBps });
    expect(alerts(world)).toEqual([]);
  });

  it("that can be read serves where the other cannot", async () => {
    const world = createReceiver();
    expect(await post(world, { ...REDUCE, reduceBps: "half" })).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ reduceBps: 5_000 });
    expect(alerts(world)).toMatchObject([{ code: "EXIT_PARTLY_READ" }]);
  });

  it("beside a close is not followed, and said", async () => {
    const world = createReceiver();
    await post(world, { ...CLOSE, reducePct: "50%" });
    expect(intentOf(world)).toMatchObject({ action: "close", reduceBps: null });
    expect(alerts(world)).toMatchObject([
      { code: "EXIT_PARTLY_READ", message: expect.stringContaining("closes all") },
    ]);
  });
});

describe("an exit that does not say when it fired", () => {
  const { timenow: _time, ...timeless } = CLOSE;

  it("counts from its arrival, is the same for a minute, and another one later", async () => {
    const world = createReceiver();
    expect(await post(world, timeless)).toMatchObject({ status: 202 });
    expect(intentOf(world)).toMatchObject({ signalledAtMs: world.clock.nowMs() });
    expect(await post(world, timeless)).toMatchObject({ status: 200 });
    await world.clock.advance(60_000);
    expect(await post(world, timeless)).toMatchObject({ status: 202 });
    expect(world.receipts()).toHaveLength(2);
  });

  it("and takes a part is refused: a repetition would take it twice", async () => {
    const world = createReceiver();
    const { timenow: _unsaid, ...reduce } = REDUCE;
    expect(await post(world, reduce)).toMatchObject({ status: 400, body: { code: "TIMESTAMP_MISSING" } });
  });
});

describe("an exit whose symbol, side or share is not clear", () => {
  it.each([
    ["a spread", { ...CLOSE, symbol: "X:AAAUSDT.P/X:BBBUSDT.P" }, "SYMBOL_UNREADABLE", "close"],
    ["a symbol that looks like one", { ...CLOSE, symbol: "BTCUSDT\u200b" }, "SYMBOL_UNREADABLE", "close"],
    ["no symbol", { ...CLOSE, symbol: "{{ticker}}" }, "PLACEHOLDER_UNFILLED", "close"],
    ["two symbols", { ...CLOSE, ticker: "ETHUSDT" }, "AMBIGUOUS_SIGNAL", "close BTCUSDT"],
    [
      "a symbol twice",
      '{"symbol":"BTCUSDT","symbol":"ETHUSDT","action":"close","timenow":"2026-01-02T03:04:05Z"}',
      "AMBIGUOUS_SIGNAL",
      "close",
    ],
    ["a side that cannot be read", { ...CLOSE, side: "lng" }, "FIELD_INVALID", "close BTCUSDT"],
    ["no share", { ...REDUCE, reducePct: "half" }, "REDUCE_SHARE_MISSING", "reduce BTCUSDT"],
  ])(
    "is refused, and a person is told at once what is still held: %s",
    async (_name, fields, code, about) => {
      const world = createReceiver();
      expect(await post(world, fields)).toMatchObject({ status: 400, body: { code } });
      expect(alerts(world)).toMatchObject([
        {
          code: "SIGNAL_REFUSED",
          severity: "critical",
          message: expect.stringContaining(`A signal to ${about} of hook`),
        },
      ]);
      expect(world.bus.published).toEqual([]);
    },
  );
});

describe("an exit that comes too late for an entry", () => {
  const late = { timenow: "2026-01-02T03:00:00Z" };

  it("is carried out, and people are told that it is late; a late entry is refused", async () => {
    const world = createReceiver();
    expect(await post(world, { ...ENTRY, ...late })).toMatchObject({
      status: 422,
      body: { code: "SIGNAL_STALE" },
    });
    expect(await post(world, { ...CLOSE, ...late })).toMatchObject({ status: 202 });
    expect(world.bus.published).toMatchObject([{ payload: { intent: { action: "close" } } }]);
    expect(alerts(world)).toMatchObject([{ message: expect.stringContaining("ms old") }]);
  });

  it("from a clock that runs ahead counts from its arrival, so that no later entry is older than it", async () => {
    const world = createReceiver();
    await post(world, { ...CLOSE, timenow: "2026-01-03T03:00:00Z" });
    const [intent] = world.bus.published.map(({ payload }) => (payload as { intent: Intent }).intent);
    expect(intent?.signalledAtMs).toBe(intent?.receivedAtMs);
  });

  it("of a reversal is carried out without its entry", async () => {
    const world = createReceiver();
    const turned = {
      symbol: "BTCUSDT",
      "strategy.order.action": "sell",
      "strategy.market_position": "short",
      "strategy.prev_market_position": "long",
    };
    await post(world, { ...turned, ...late });
    expect(world.bus.published).toMatchObject([{ payload: { intent: { action: "close", side: "long" } } }]);
    expect(alerts(world)).toMatchObject([
      { message: expect.stringContaining("entry of this reversal is refused") },
    ]);
  });
});

describe("a reversal", () => {
  const turned = {
    ...ENTRY,
    action: undefined,
    side: undefined,
    notionalUsd: undefined,
    "strategy.order.action": "sell",
    "strategy.market_position": "short",
    "strategy.prev_market_position": "long",
    "strategy.order.contracts": "0.5",
    sizeFrom: "contracts",
  };

  it("opens as much as the strategy then holds, and not what its order also closed", async () => {
    const world = createReceiver();
    await post(world, { ...turned, "strategy.market_position_size": "0.2" });
    expect(world.bus.published).toMatchObject([
      { payload: { intent: { action: "open", side: "short", size: { kind: "qtyBase", qtyBase: "0.2" } } } },
    ]);
  });

  it("whose entry is not clear is carried out as the exit that it is, and told", async () => {
    const world = createReceiver();
    await post(world, turned);
    expect(world.bus.published).toMatchObject([{ payload: { intent: { action: "close", side: "long" } } }]);
    expect(alerts(world)).toMatchObject([{ message: expect.stringContaining("market_position_size") }]);
  });
});

describe("a refused signal", () => {
  it.each([
    ["an entry", { ...ENTRY, open: "1 234.5" }, { action: "open", symbol: "BTCUSDT" }],
    ["an entry without a symbol", { ...ENTRY, symbol: "" }, { action: "open", symbol: null }],
    ["a contradiction", { ...ENTRY, side: "short" }, { action: null, symbol: "BTCUSDT" }],
    ["a size without a unit", { ...ENTRY, qty: 1 }, { action: "open", symbol: "BTCUSDT" }],
    ["a sentence", "please close all", { action: null, symbol: null }],
  ])(
    "names symbol and action on its receipt and in its alert, where they can be read: %s",
    async (_name, fields, about) => {
      const world = createReceiver();
      expect(await post(world, fields)).toMatchObject({ status: 400 });
      expect(world.receipts()).toMatchObject([{ status: "REFUSED", payload: { about } }]);
      const words = [about.action, about.symbol].filter((word) => word !== null).join(" ");
      expect(alerts(world)).toMatchObject([
        {
          message: expect.stringContaining(
            words === "" ? "A signal of hook" : `A signal to ${words} of hook`,
          ),
        },
      ]);
    },
  );
});
