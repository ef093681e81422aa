// Ends of queued entries that no decision brings, and the checks at a promotion, each at the exact value where it begins.
// Proves: domain/queue/join-queue.ts, domain/queue/next-in-queue.ts, domain/risk/queued.ts
import { describe, expect, it } from "vitest";
import { closedConfig } from "#domain/documents/config.ts";
import { joinQueue } from "#domain/queue/join-queue.ts";
import { nextInQueue } from "#domain/queue/next-in-queue.ts";
import { tendQueue } from "#domain/queue/tend-queue.ts";
import { checkEntry } from "#domain/risk/check-entry.ts";
import { denial } from "#domain/risk/context.ts";
import { intent, latchWith, NOW_MS, queuedEntry, riskContext, touchRead } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const QUEUE = { maxLength: 2, validForMs: 60_000, maxPriceDriftBps: 100 };
const config = configWith({ queue: QUEUE });
const entry = queuedEntry();
const ground = { config, groups: {}, marks: {} };
const key = `${entry.strategyId}/${entry.symbol}/${entry.side}`;
const FULL = denial("POOL_FULL", { limit: "1", actual: "1", unit: "groups" });
const flatten = {
  flattenId: "f",
  orderedBy: "anna",
  reason: "why",
  orderedAtMs: NOW_MS,
  step: 0,
  lastTriedAtMs: null,
};
const moment = (sinceEntryMs: number) => ({
  signalledAtMs: entry.signalledAtMs + sinceEntryMs,
  receivedAtMs: entry.receivedAtMs + sinceEntryMs,
});

describe("a queued entry", () => {
  it.each([
    ["stays up to its last millisecond", {}, {}, entry.expiresAtMs, null],
    ["expires after it", {}, {}, entry.expiresAtMs + 1, "EXPIRED"],
    [
      "stays while trading only reduces",
      { tradingState: latchWith({ state: "REDUCING" }) },
      {},
      NOW_MS,
      null,
    ],
    ["ends with a halt", { tradingState: latchWith({ state: "HALTED" }) }, {}, NOW_MS, "HALTED"],
    ["ends with a flatten", { flatten }, {}, NOW_MS, "HALTED"],
    [
      "ends with a newer exit",
      { newestSignals: { [key]: { left: moment(1), entered: null } } },
      {},
      NOW_MS,
      "SUPERSEDED",
    ],
    [
      "ends with an exit of the same moment",
      { newestSignals: { [key]: { left: moment(0), entered: null } } },
      {},
      NOW_MS,
      "SUPERSEDED",
    ],
    [
      "stays with an older exit",
      { newestSignals: { [key]: { left: moment(-1), entered: null } } },
      {},
      NOW_MS,
      null,
    ],
    [
      "ends where the config has no queue any more",
      {},
      { config: configWith({ queue: null }) },
      NOW_MS,
      "DROPPED",
    ],
    ["stays while no config can be read", {}, { config: closedConfig(NOW_MS) }, NOW_MS, null],
    [
      "ends earlier where the config makes it shorter",
      {},
      { config: configWith({ queue: { ...QUEUE, validForMs: 1 } }) },
      NOW_MS + 2,
      "EXPIRED",
    ],
  ] as const)("%s", (_name, control, other, nowMs, end) => {
    const tended = tendQueue(controlWith({ queue: [entry], ...control }), { ...ground, ...other }, nowMs);
    expect(tended.left.map((each) => each.end)).toEqual(end === null ? [] : [end]);
    expect(tended.queue).toHaveLength(end === null ? 1 : 0);
    expect(tended.left.every(({ denials }) => denials.length === 1)).toBe(true);
  });
});

describe("joining the queue", () => {
  const wanted = { ...intent({ symbol: "ETHUSDT" }), side: "long" as const };
  const touch = { symbol: "ETHUSDT", bidUsd: "99", askUsd: "101", askedAtMs: NOW_MS, asOfMs: NOW_MS };
  const state = (queue = [entry], wants = config) =>
    riskContext({ control: controlWith({ queue }), config: wants });

  it("keeps the price that the entry would have taken", () => {
    const joined = (side: "long" | "short") => joinQueue(state(), { ...wanted, side }, touch, [FULL]);
    expect(joined("long")).toMatchObject({
      kind: "joins",
      entry: { referencePriceUsd: "101", placeWhenQueued: 2 },
    });
    expect(joined("short")).toMatchObject({ kind: "joins", entry: { referencePriceUsd: "99" } });
  });

  it("is for entries that only the pool stands against, where the config has a queue", () => {
    const other = denial("NAV_STALE");
    expect(joinQueue(state(), wanted, touch, [FULL, other])).toEqual({
      kind: "refused",
      denials: [FULL, other],
    });
    expect(joinQueue(state([], configWith({ queue: null })), wanted, touch, [FULL])).toEqual({
      kind: "refused",
      denials: [FULL],
    });
  });

  it("is refused at the exact length, unless the entry takes the place of one of its own", () => {
    const full = [entry, queuedEntry({ intentId: "b", symbol: "SOLUSDT" })];
    const full2 = [entry, queuedEntry({ intentId: "b", symbol: "ETHUSDT" })];
    expect(joinQueue(state(full), wanted, touch, [FULL])).toMatchObject({
      kind: "refused",
      denials: [FULL, { code: "QUEUE_FULL", limit: "2", actual: "2", unit: "entries" }],
    });
    expect(joinQueue(state(full2), wanted, touch, [FULL])).toMatchObject({
      kind: "joins",
      entry: { replacesIntentId: "b", placeWhenQueued: 2 },
    });
  });
});

describe("the next in the queue", () => {
  const slot = {
    symbol: "SOLUSDT",
    side: "long",
    strategyId: "trend",
    qtyBase: "1",
    sinceMs: NOW_MS,
  } as const;
  const control = controlWith({ queue: [entry, queuedEntry({ intentId: "b", symbol: "ETHUSDT" })] });

  it("is the first whose place is free and that was not passed over", () => {
    const one = configWith({ queue: QUEUE, maxOpenGroups: 1 });
    const bucket = { symbols: [entry.symbol], maxExposureUsd: null, maxOpenGroups: 0 };
    expect(nextInQueue({ control, config: one })?.intentId).toBe(entry.intentId);
    expect(nextInQueue({ control, config: one }, new Set([entry.intentId]))?.intentId).toBe("b");
    expect(nextInQueue({ control, config: { ...one, buckets: { x: bucket } } })?.intentId).toBe("b");
    expect(nextInQueue({ control: { ...control, slots: { g: slot } }, config: one })).toBeNull();
  });

  it("needs no place where it adds to an open group", () => {
    const own = { ...slot, symbol: "ETHUSDT" };
    const full = configWith({ queue: QUEUE, maxOpenGroups: 1 });
    expect(nextInQueue({ control: { ...control, slots: { g: own } }, config: full })?.intentId).toBe("b");
  });
});

describe("an entry at its promotion", () => {
  const promoted = (askUsd: string, nowMs = NOW_MS) =>
    checkEntry(
      riskContext({
        nowMs,
        config,
        queued: queuedEntry({ referencePriceUsd: "50000" }),
        touch: touchRead({ bidUsd: askUsd, askUsd }),
      }),
    ).filter(({ code }) => code === "QUEUED_PRICE_DRIFTED" || code === "INTENT_EXPIRED");

  it.each([
    ["50500", []],
    ["49500", []],
    ["50500.01", ["101"]],
    ["49499.99", ["101"]],
  ])("at a price of %s against 50000 and 1 %% of drift: %j", (askUsd, actual) => {
    expect(promoted(askUsd).map((each) => each.actual)).toEqual(actual);
  });

  it("is not refused for the age of its alert", () => {
    const old = intent({ signalledAtMs: NOW_MS - 3_600_000, expiresAtMs: NOW_MS - 1 });
    const context = { config, intent: old, queued: queuedEntry({ referencePriceUsd: "50000" }) };
    expect(checkEntry(riskContext(context)).map(({ code }) => code)).not.toContain("INTENT_EXPIRED");
    expect(checkEntry(riskContext({ ...context, queued: null })).map(({ code }) => code)).toContain(
      "INTENT_EXPIRED",
    );
  });

  it("is refused past its own validity", () => {
    const late = promoted("50000", queuedEntry().expiresAtMs + 1);
    expect(late).toEqual([denial("INTENT_EXPIRED", { limit: "60000", actual: "60001", unit: "ms" })]);
  });
});
