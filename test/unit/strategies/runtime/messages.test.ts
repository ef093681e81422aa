// Actions become the product's own messages: each passes the schema of the way that it goes, and its id comes from account,
// strategy, version, symbol and candle, so that a repeated run says nothing new.
import { describe, expect, it } from "vitest";
import { commandRequestSchema } from "#schemas/command.ts";
import { hookId } from "#schemas/primitives.ts";
import { intentSchema } from "#schemas/signal.ts";
import { AnswerFault } from "#strategies/faults.ts";
import type { Action, OpenGroup } from "#strategies/interface.ts";
import { messagesOf, type Origin, type StrategyMessage, senderOf } from "#strategies/runtime/messages.ts";
import { openGroup } from "#strategies/testing/ask.ts";
import { NOTE, OPEN_LONG } from "../sample.ts";

const CLOSED_MS = Date.UTC(2026, 0, 2);
const long = openGroup({ side: "long", averageEntryUsd: "100", qtyBase: "2" });
const short = openGroup({ side: "short", averageEntryUsd: "100", qtyBase: "2" });
const origin = (changed: Partial<Origin> = {}): Origin => ({
  accountId: "main",
  strategyId: "trend-follower",
  version: 1,
  timeframe: "1h",
  candleCloseAtMs: CLOSED_MS,
  pricesUsd: new Map([["BTCUSDT", 61_234.5]]),
  groups: new Map([["BTCUSDT", long]]),
  receivedAtMs: CLOSED_MS + 2_000,
  maxEntryAgeMs: 60_000,
  ...changed,
});
const message = (action: Action, changed: Partial<Origin> = {}, symbol = "BTCUSDT"): StrategyMessage => {
  const [found] = messagesOf(origin(changed), [{ symbol, action }]);
  if (found === undefined) throw new Error("No message");
  return found;
};
const intentOf = (action: Action, changed: Partial<Origin> = {}) => {
  const found = message(action, changed);
  if (found.kind !== "intent") throw new Error("A command");
  return found.intent;
};
const idOf = (changed: Partial<Origin>, symbol = "BTCUSDT") => {
  const found = message(OPEN_LONG, changed, symbol);
  return found.kind === "intent" ? found.intent.intentId : found.commandId;
};
const target = (side: "long" | "short", targetBase: string): Action => ({
  ...NOTE,
  kind: "target",
  side,
  targetBase,
});
const stop: Action = { ...NOTE, kind: "stop", stop: { kind: "priceUsd", priceUsd: "95" } };
const takeProfits: Action = {
  ...NOTE,
  kind: "takeProfits",
  takeProfits: [{ level: { kind: "bps", bps: 100 }, shareBps: 5_000 }],
};
const add: Action = {
  ...NOTE,
  kind: "add",
  size: { kind: "riskBps", riskBps: 40 },
  stop: { kind: "distanceUsd", distanceUsd: "3" },
  pyramid: { maxEntries: 2, minDistanceBps: 50 },
};
const ladder = { safetyOrders: 2, deviationBps: 100, stepScale: "1", firstSizeBps: 10_000, volumeScale: "2" };

describe("an action", () => {
  const none = new Map<string, OpenGroup>();
  it.each([
    ["an entry", OPEN_LONG, none, { action: "open", side: "long", exits: null, entries: null }],
    ["a ladder", { ...OPEN_LONG, ladder }, none, { action: "open", entries: { dca: ladder, pyramid: null } }],
    ["an addition", add, null, { action: "open", side: "long", exits: { stop: { kind: "distanceUsd" } } }],
    [
      "a reduction",
      { ...NOTE, kind: "reduce", shareBps: 2_500 },
      null,
      { action: "reduce", side: "long", reduceBps: 2_500 },
    ],
    ["a close", { ...NOTE, kind: "close" }, null, { action: "close", side: "long", reduceBps: null }],
    [
      "a target from flat",
      target("long", "3"),
      none,
      { action: "open", size: { targetBase: "3", beforeBase: "0" } },
    ],
    [
      "a larger target",
      target("long", "3"),
      null,
      { action: "open", size: { targetBase: "3", beforeBase: "2" } },
    ],
    [
      "a smaller target",
      target("long", "0.5"),
      null,
      { action: "reduce", reduceBps: 7_500, size: { targetBase: "0.5" } },
    ],
    [
      "the other side",
      target("short", "1"),
      null,
      { action: "open", side: "short", size: { beforeBase: "2" } },
    ],
    [
      "a short's target",
      target("short", "1"),
      new Map([["BTCUSDT", short]]),
      { action: "reduce", size: { beforeBase: "-2" } },
    ],
    ["a target of zero", target("long", "0"), null, { action: "close" }],
  ] as readonly (readonly [string, Action, Map<string, OpenGroup> | null, object])[])(
    "that is %s becomes an intent that the schema takes",
    (_, action, groups, expected) => {
      const intent = intentOf(action, groups === null ? {} : { groups });
      expect(intentSchema.parse(intent)).toEqual(intent);
      expect(intent).toMatchObject({ ...expected, signalPriceUsd: "61234.5", signalledAtMs: CLOSED_MS });
    },
  );

  it.each([
    [stop, "move_stop"],
    [takeProfits, "set_take_profits"],
  ])("on the exits of a position becomes a command on its group that the schema takes", (action, kind) => {
    const found = message(action);
    if (found.kind !== "command") throw new Error("An intent");
    expect(commandRequestSchema.parse(found.request)).toEqual(found.request);
    expect(found.request).toMatchObject({ kind, groupId: long.groupId });
    expect(found.actor).toBe("strategy-trend-follower");
  });

  it("keeps its volatility, tier and reason, with version and candle", () => {
    expect(message({ ...OPEN_LONG, volatilityBps: 80, tier: "calm", reason: "crossed" }).annotation).toEqual({
      reason: "crossed",
      volatilityBps: 80,
      tier: "calm",
      strategyVersion: 1,
      timeframe: "1h",
      candleCloseAtMs: CLOSED_MS,
    });
  });

  it("is valid as long as the account's config lets an entry be, and an exit for a day from its arrival", () => {
    expect(intentOf(OPEN_LONG).expiresAtMs).toBe(CLOSED_MS + 60_000);
    expect(intentOf({ ...NOTE, kind: "close" }).expiresAtMs).toBe(CLOSED_MS + 2_000 + 24 * 3_600_000);
  });

  it.each([add, stop, { ...NOTE, kind: "close" } as const])(
    "that needs a position is refused where none is open: $kind",
    (action) => {
      expect(() => message(action, { groups: new Map() })).toThrow(AnswerFault);
    },
  );
});

describe("the id of a message", () => {
  it("is the same for the same candle, however late and often it is asked for", () => {
    const again = intentOf(OPEN_LONG, { receivedAtMs: CLOSED_MS + 50_000, maxEntryAgeMs: 1 });
    expect(again.intentId).toBe(intentOf(OPEN_LONG).intentId);
    expect(again.signalId).toBe(intentOf(OPEN_LONG).signalId);
  });

  it("is one for a symbol and candle, whatever the action, so that at most one signal comes of a candle", () => {
    expect(intentOf({ ...NOTE, kind: "close" }).intentId).toBe(intentOf(OPEN_LONG).intentId);
  });

  it.each([
    ["version", { version: 2 }],
    ["candle", { candleCloseAtMs: CLOSED_MS + 3_600_000 }],
    ["timeframe", { timeframe: "4h" }],
    ["account", { accountId: "second" }],
    ["strategy", { strategyId: "mean-reverter" }],
  ] as const)("is another one for another %s", (_, changed) => {
    expect(idOf(changed)).not.toBe(idOf({}));
  });

  it("is another one for another symbol, and for the commands of one candle", () => {
    expect(idOf({}, "ETHUSDT")).not.toBe(idOf({}));
    const [one, other] = messagesOf(
      origin(),
      [stop, takeProfits].map((action) => ({ symbol: "BTCUSDT", action })),
    );
    if (one?.kind !== "command" || other?.kind !== "command") throw new Error("No commands");
    expect(one.commandId).not.toBe(other.commandId);
  });

  it("is made from a sender's name that may stand where a hook's does", () => {
    expect(hookId.parse(senderOf("x".repeat(40)))).toBe(`strategy-${"x".repeat(40)}`);
  });
});
