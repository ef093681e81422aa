// A trade from outside belongs to the group that held the symbol then: never to one whose position another group's order
// had closed by that time, and never to one that took the position over after it.
import { describe, expect, it } from "vitest";
import type { Group } from "#domain/documents/group.ts";
import type { Trade } from "#domain/documents/trade.ts";
import { type Origin, walkTrades } from "#domain/settlement/walk-trades.ts";
import { group, NOW_MS } from "#test/support/factories.ts";

function trade(venueOrderId: string, side: Trade["side"], qtyBase: string, afterMs: number): Trade {
  const fill = { priceUsd: "100", fee: "0.04", feeAsset: "USDT", realizedPnlUsd: "0", isMaker: false };
  const atMs = NOW_MS + afterMs;
  return { tradeId: `t${atMs}`, venueOrderId, symbol: "BTCUSDT", side, qtyBase, ...fill, atMs };
}

const ORIGINS = new Map<string, Origin>([
  ["own", "own"],
  ["another's", "ours"],
  ["by hand", "external"],
  ["liquidated", "liquidation"],
]);

/** Orders of the trades that are the group's, and the quantity that they leave it with. */
function walked(given: Partial<Group>, trades: readonly Trade[]) {
  const result = walkTrades(group({ openedAtMs: NOW_MS, ...given }), trades, ORIGINS);
  if (result.kind === "asks") throw new Error(`The origin of ${result.venueOrderId} is not known`);
  const { walk } = result;
  return {
    orders: walk.trades.map(({ venueOrderId }) => venueOrderId),
    leftBase: walk.positionBase.toFixed(),
    hasOutside: walk.hasOutside,
  };
}

describe("a forced close", () => {
  it.each([
    ["of the group", "liquidated", true],
    ["is not what a hand took", "by hand", false],
  ])("%s", (_case, closedBy, hasForced) => {
    const trades = [trade("own", "buy", "1", 10), trade(closedBy, "sell", "1", 20)];
    const result = walkTrades(group({ openedAtMs: NOW_MS }), trades, ORIGINS);
    expect(result).toMatchObject({ kind: "walked", walk: { hasOutside: true, hasForced } });
  });

  it("of somebody else's position is none of the group's", () => {
    const trades = [
      trade("own", "buy", "1", 10),
      trade("by hand", "sell", "3", 20),
      trade("liquidated", "buy", "2", 30),
      trade("own", "buy", "1", 40),
    ];
    const result = walkTrades(group({ openedAtMs: NOW_MS }), trades, ORIGINS);
    expect(result).toMatchObject({ kind: "walked", walk: { hasOutside: true, hasForced: false } });
  });
});

describe("a trade by hand", () => {
  it.each([
    [
      "closes the group that holds the symbol",
      [trade("own", "buy", "1", 10), trade("by hand", "sell", "1", 20)],
      { orders: ["own", "by hand"], leftBase: "0", hasOutside: true },
    ],
    [
      "is none of a group that another group's order has closed",
      [trade("own", "buy", "1", 10), trade("another's", "sell", "1", 20), trade("by hand", "sell", "3", 30)],
      { orders: ["own"], leftBase: "1", hasOutside: false },
    ],
    [
      "takes no more of a group than another group's order has left",
      [
        trade("own", "buy", "1", 10),
        trade("another's", "sell", "0.4", 20),
        trade("by hand", "sell", "3", 30),
      ],
      { orders: ["own", "by hand"], leftBase: "0.4", hasOutside: true },
    ],
    [
      "closes a group beside which another group's order has entered",
      [trade("own", "buy", "1", 10), trade("another's", "buy", "1", 20), trade("by hand", "sell", "1", 30)],
      { orders: ["own", "by hand"], leftBase: "0", hasOutside: true },
    ],
    [
      "closes a group that came after another group's last order",
      [trade("another's", "sell", "1", -10), trade("own", "buy", "1", 10), trade("by hand", "sell", "1", 20)],
      { orders: ["own", "by hand"], leftBase: "0", hasOutside: true },
    ],
  ])("%s", (_says, trades, expected) => {
    expect(walked({ status: "CLOSED", side: "long" }, trades)).toEqual(expected);
  });

  it("that made a position is not counted a second time by the group that took it over", () => {
    const trades = [trade("by hand", "sell", "2", -20_000), trade("own", "buy", "2", 100)];
    const taken = { status: "CLOSED", side: "short", carriedBase: "-2" } as const;
    expect(walked(taken, trades)).toEqual({ orders: ["own"], leftBase: "0", hasOutside: false });
  });

  it("closes a position that a group has taken over, before an order of the group's own", () => {
    const trades = [trade("by hand", "buy", "2", 20_000)];
    const taken = { status: "CLOSED", side: "short", carriedBase: "-2" } as const;
    expect(walked(taken, trades)).toEqual({ orders: ["by hand"], leftBase: "0", hasOutside: true });
  });

  describe("after a group's end", () => {
    const MINUTE_MS = 60_000;
    /** A hand's short beside it netted the group away: its books end, and no trade of its own closed it. */
    const netted = { status: "CLOSED", side: "long", qtyBase: "0", endedAtMs: NOW_MS + MINUTE_MS } as const;
    const entry = trade("own", "buy", "1", 10);

    it.each([
      [
        "is none of it, once another group has traded in the symbol",
        [trade("another's", "buy", "1", MINUTE_MS + 10), trade("by hand", "sell", "2", MINUTE_MS + 20)],
      ],
      [
        "is none of it, once another group has traded in the symbol by a clock that is behind",
        [trade("another's", "buy", "1", MINUTE_MS - 1_000), trade("by hand", "sell", "2", MINUTE_MS + 20)],
      ],
      ["is none of it, later than clocks differ", [trade("by hand", "sell", "2", 2 * MINUTE_MS + 1)]],
    ])("%s", (_says, later) => {
      expect(walked(netted, [entry, ...later])).toEqual({
        orders: ["own"],
        leftBase: "1",
        hasOutside: false,
      });
    });

    it("is its own when the venue's clock may only be ahead: it may be what ended it", () => {
      const closed = { orders: ["own", "by hand"], leftBase: "0", hasOutside: true };
      expect(walked(netted, [entry, trade("by hand", "sell", "1", 2 * MINUTE_MS)])).toEqual(closed);
    });

    it("comes after a fill of its own that was late, which is its own all the same", () => {
      const trades = [
        entry,
        trade("another's", "buy", "1", MINUTE_MS + 10),
        trade("own", "sell", "1", 3 * MINUTE_MS),
      ];
      expect(walked(netted, [...trades, trade("by hand", "sell", "1", 4 * MINUTE_MS)])).toEqual({
        orders: ["own", "own"],
        leftBase: "0",
        hasOutside: false,
      });
    });
  });
});
