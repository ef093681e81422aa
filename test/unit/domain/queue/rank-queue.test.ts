// The order of the queue: each criterion by itself, each one before the next, and one order however entries are given.
import { describe, expect, it } from "vitest";
import type { QueueCriterion, QueuedEntry } from "#domain/documents/queue.ts";
import { QUEUE_CRITERIA } from "#domain/documents/words.ts";
import { type RankGround, rankQueue } from "#domain/queue/rank-queue.ts";
import { group, NOW_MS, queuedEntry } from "#test/support/factories.ts";

const mark = { symbol: "BTCUSDT", bidUsd: "95", askUsd: "96", asOfMs: NOW_MS };
const NOTHING_OPEN: RankGround = { slots: {}, groups: {}, marks: {} };

/** Open groups, long at 100 unless said otherwise; marked at 95 / 96 unless said otherwise. */
function opened(...groups: readonly Partial<ReturnType<typeof group>>[]): RankGround {
  const held = groups.map((each, place) =>
    group({ groupId: `g${place}`, averageEntryUsd: "100", qtyBase: "1", status: "ACTIVE", ...each }),
  );
  return {
    groups: Object.fromEntries(held.map((each) => [each.groupId, each])),
    slots: Object.fromEntries(
      held.map(({ groupId, symbol, side, strategyId, qtyBase }) => [
        groupId,
        { symbol, side, strategyId, qtyBase, sinceMs: NOW_MS },
      ]),
    ),
    marks: Object.fromEntries(held.map(({ symbol }) => [symbol, { ...mark, symbol }])),
  };
}

const entry = (intentId: string, overrides: Partial<QueuedEntry> = {}) =>
  queuedEntry({ intentId, symbol: `${intentId.toUpperCase()}USDT`, ...overrides });

const BTC = { symbol: "BTCUSDT" } as const;
const ETH = { symbol: "ETHUSDT" } as const;
const inLoss = opened(BTC);
const twoInLoss: RankGround = {
  ...opened(BTC, ETH),
  marks: { BTCUSDT: mark, ETHUSDT: { ...mark, symbol: "ETHUSDT", bidUsd: "94.99" } },
};

interface Row {
  readonly by: QueueCriterion;
  readonly ahead: QueuedEntry;
  readonly behind: QueuedEntry;
  readonly ground: RankGround;
}

/** Each puts `ahead` first although every later criterion speaks for `behind`. */
const ROWS: readonly Row[] = [
  {
    by: "OPERATOR",
    ahead: entry("b", { preferredBy: "anna", queuedAtMs: NOW_MS }),
    behind: entry("a", { ...BTC, queuedAtMs: NOW_MS - 9, replacesIntentId: "older" }),
    ground: inLoss,
  },
  {
    by: "PYRAMID",
    ahead: entry("b", { ...BTC, queuedAtMs: NOW_MS }),
    behind: entry("a", { queuedAtMs: NOW_MS - 9, replacesIntentId: "older" }),
    ground: inLoss,
  },
  {
    by: "LOSS",
    ahead: entry("b", { ...ETH, queuedAtMs: NOW_MS }),
    behind: entry("a", { ...BTC, queuedAtMs: NOW_MS - 9, replacesIntentId: "older" }),
    ground: twoInLoss,
  },
  {
    by: "REPLACEMENT",
    ahead: entry("b", { replacesIntentId: "older", queuedAtMs: NOW_MS }),
    behind: entry("a", { queuedAtMs: NOW_MS - 9 }),
    ground: NOTHING_OPEN,
  },
  {
    by: "ARRIVAL",
    ahead: entry("b", { queuedAtMs: NOW_MS - 1, signalledAtMs: NOW_MS - 1 }),
    behind: entry("a", { queuedAtMs: NOW_MS, signalledAtMs: NOW_MS - 9 }),
    ground: NOTHING_OPEN,
  },
  {
    by: "AGE",
    ahead: entry("b", { signalledAtMs: NOW_MS - 9 }),
    behind: entry("a", { signalledAtMs: NOW_MS - 8 }),
    ground: NOTHING_OPEN,
  },
  { by: "ID", ahead: entry("a"), behind: entry("b"), ground: NOTHING_OPEN },
];

describe("the rank of queued entries", () => {
  it("has a row for every criterion, in their order", () => {
    expect(ROWS.map(({ by }) => by)).toEqual([...QUEUE_CRITERIA]);
  });

  it.each(ROWS)("$by decides before all that come after it", ({ by, ahead, behind, ground }) => {
    for (const given of [
      [ahead, behind],
      [behind, ahead],
    ]) {
      const ranked = rankQueue(given, ground);
      expect(ranked.map(({ intentId }) => intentId)).toEqual([ahead.intentId, behind.intentId]);
      expect(ranked.map(({ rank }) => rank.aheadBy)).toEqual([by, null]);
    }
  });

  it.each([
    ["a long group at the bid", opened(BTC), { ...BTC }, 500],
    [
      "a short group at the ask",
      opened({ ...BTC, side: "short", averageEntryUsd: "90" }),
      { ...BTC, side: "short" },
      666,
    ],
    ["none for a group in profit", opened({ ...BTC, averageEntryUsd: "90" }), { ...BTC }, 0],
    ["none without a mark", { ...opened(BTC), marks: {} }, { ...BTC }, 0],
    ["none for a group that has not filled", opened({ ...BTC, averageEntryUsd: null }), { ...BTC }, 0],
  ] as const)("takes the loss of %s", (_name, ground, overrides, lossBps) => {
    const [ranked] = rankQueue([entry("a", overrides)], ground);
    expect(ranked?.rank).toEqual({ pyramidOfGroupId: "g0", lossBps, aheadBy: null });
  });

  it.each([
    ["strategy", { strategyId: "patient" }],
    ["symbol", { symbol: "ETHUSDT" }],
    ["side", { side: "short" }],
  ] as const)("takes no group of another %s for its own", (_name, overrides) => {
    const [ranked] = rankQueue([entry("a", { ...BTC, ...overrides })], opened(BTC));
    expect(ranked?.rank).toEqual({ pyramidOfGroupId: null, lossBps: 0, aheadBy: null });
  });

  it("says of each entry what puts it before the next, and forgets an earlier rank", () => {
    const stale = { pyramidOfGroupId: "gone", lossBps: 900, aheadBy: "ID" } as const;
    const ranked = rankQueue(
      [
        entry("c", { queuedAtMs: NOW_MS - 1, rank: stale }),
        entry("b", { replacesIntentId: "older" }),
        entry("a", { ...BTC }),
      ],
      inLoss,
    );
    expect(ranked.map(({ intentId, rank }) => [intentId, rank.aheadBy])).toEqual([
      ["a", "PYRAMID"],
      ["b", "REPLACEMENT"],
      ["c", null],
    ]);
  });
});
