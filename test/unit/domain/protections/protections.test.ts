// The protections lock when, what and for how long freqtrade users expect of the same names; a lock names its reason.
// Proves: domain/protections/

import { describe, expect, it } from "vitest";
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ControlState, ProtectionLock } from "#domain/documents/control.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { ExitReason, Side, VenueReason } from "#domain/documents/words.ts";
import { ACKNOWLEDGED_DOUBTS } from "#domain/documents/words.ts";
import { closedTradeOf, IDLE_TRADES, MAX_TRADES } from "#domain/protections/closed-trade.ts";
import { isFailedSend, withFailedSend } from "#domain/protections/error-burst.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { withLocks } from "#domain/protections/locks.ts";
import { withVeto } from "#domain/risk/veto.ts";
import { NO_PROTECTIONS } from "#test/support/config.ts";
import { group, intent, NOW_MS, order, throttlesWith } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const MINUTE_MS = 60_000;

interface Ended {
  readonly profitBps: number;
  readonly symbol?: string;
  readonly side?: Side;
  readonly exitReason?: ExitReason;
  readonly atMs?: number;
}

/** Protections after groups that ended one after the other, a minute apart unless they say when. */
function afterEnds(config: Partial<ProtectionsConfig>, ends: readonly Ended[]): ControlState["protections"] {
  return ends.reduce<ControlState["protections"]>(
    (protections, { profitBps, symbol = "BTCUSDT", side = "long", exitReason = "signal", atMs }, place) => {
      const open = group({
        groupId: `group-${place}`,
        symbol,
        side,
        status: "ACTIVE",
        qtyBase: "1",
        averageEntryUsd: "10000",
        entryNotionalUsd: "10000",
      });
      const endedAtMs = atMs ?? NOW_MS + place * MINUTE_MS;
      const closed = { ...open, status: "CLOSED" as const, qtyBase: "0", endedAtMs, exitReason };
      const after = { ...closed, realizedPnlUsd: String(profitBps) };
      return withGroupEnded(protections, open, after, { ...NO_PROTECTIONS, ...config });
    },
    { trades: [], locks: [] },
  );
}

const lock = (overrides: Partial<ProtectionLock>) =>
  expect.objectContaining<Partial<ProtectionLock>>(overrides);

describe("CooldownPeriod", () => {
  it("locks the symbol, both sides, from the end of any group in it", () => {
    const { locks } = afterEnds({ cooldownPeriod: { stopDurationMs: 5_000 } }, [{ profitBps: 300 }]);
    expect(locks).toEqual([
      lock({ protection: "CooldownPeriod", symbol: "BTCUSDT", side: null, untilMs: NOW_MS + 5_000 }),
    ]);
  });

  it("does not lock for a group that never opened", () => {
    const never = group({ status: "FAILED", endedAtMs: NOW_MS });
    const config = { ...NO_PROTECTIONS, cooldownPeriod: { stopDurationMs: 5_000 } };
    const protections = { trades: [], locks: [] };
    expect(withGroupEnded(protections, group(), never, config)).toBe(protections);
  });
});

describe("StoplossGuard", () => {
  const guard = {
    lookbackMs: 10 * MINUTE_MS,
    tradeLimit: 2,
    stopDurationMs: 30 * MINUTE_MS,
    requiredProfitBps: 0,
    onlyPerSymbol: false,
    onlyPerSide: false,
  };
  const stop = (overrides: Partial<Ended> = {}): Ended => ({
    profitBps: -100,
    exitReason: "stoploss",
    ...overrides,
  });

  it("locks everything from the last of the stops on", () => {
    const { locks } = afterEnds({ stoplossGuard: guard }, [
      stop(),
      stop({ symbol: "ETHUSDT", side: "short" }),
    ]);
    const untilMs = NOW_MS + MINUTE_MS + guard.stopDurationMs;
    expect(locks).toEqual([lock({ protection: "StoplossGuard", symbol: null, side: null, untilMs })]);
  });

  it.each<readonly [string, Partial<typeof guard>, readonly Ended[], number]>([
    ["one stop too few", {}, [stop()], 0],
    ["a stop older than the look-back", {}, [stop({ atMs: NOW_MS - 9 * MINUTE_MS }), stop()], 0],
    ["an exit by signal", {}, [stop(), { profitBps: -500 }], 0],
    ["a stop in profit", {}, [stop(), stop({ profitBps: 0 })], 0],
    ["a stop of less profit than required", { requiredProfitBps: 50 }, [stop(), stop({ profitBps: 49 })], 1],
    ["a watchdog's stop", {}, [stop(), stop({ exitReason: "watchdog" })], 1],
    [
      "what the venue closed, whatever it earned",
      {},
      [stop(), stop({ exitReason: "reconcile", profitBps: 0 })],
      1,
    ],
    ["another symbol, per symbol", { onlyPerSymbol: true }, [stop(), stop({ symbol: "ETHUSDT" })], 0],
    ["another side, per side", { onlyPerSide: true }, [stop(), stop({ side: "short" })], 0],
  ])("%s", (_case, overrides, ends, count) => {
    expect(afterEnds({ stoplossGuard: { ...guard, ...overrides } }, ends).locks).toHaveLength(count);
  });

  it("locks only the symbol and side where it is told to count by them", () => {
    const config = { stoplossGuard: { ...guard, onlyPerSymbol: true, onlyPerSide: true } };
    expect(afterEnds(config, [stop(), stop()]).locks).toEqual([lock({ symbol: "BTCUSDT", side: "long" })]);
  });
});

describe("MaxDrawdown", () => {
  const maxDrawdown = {
    lookbackMs: 60 * MINUTE_MS,
    tradeLimit: 2,
    stopDurationMs: 30 * MINUTE_MS,
    maxAllowedDrawdownBps: 300,
  };

  it.each<readonly [string, readonly number[], number]>([
    ["falls more than allowed from its highest point", [500, -200, -101], 1],
    ["falls exactly as much as allowed", [500, -200, -100], 0],
    ["recovers in between, but only after the fall", [500, -301, 400], 1],
    ["begins with a loss", [-200, -101], 1],
    ["has too few groups", [-900], 0],
  ])("the sum of profits %s", (_case, profits, count) => {
    const { locks } = afterEnds(
      { maxDrawdown },
      profits.map((profitBps) => ({ profitBps })),
    );
    expect(locks).toHaveLength(count);
    if (count === 1) expect(locks).toEqual([lock({ protection: "MaxDrawdown", symbol: null, side: null })]);
  });

  it("leaves out what is older than the look-back", () => {
    const old = { profitBps: -900, atMs: NOW_MS - 61 * MINUTE_MS };
    expect(afterEnds({ maxDrawdown }, [old, { profitBps: -10 }, { profitBps: -10 }]).locks).toEqual([]);
  });
});

describe("LowProfitPairs", () => {
  const lowProfitPairs = {
    lookbackMs: 60 * MINUTE_MS,
    tradeLimit: 2,
    stopDurationMs: 30 * MINUTE_MS,
    requiredProfitBps: 20,
    onlyPerSide: false,
  };

  it.each<readonly [string, boolean, readonly Ended[], number]>([
    ["earned less than required", false, [{ profitBps: 100 }, { profitBps: -81 }], 1],
    ["earned what is required", false, [{ profitBps: 100 }, { profitBps: -80 }], 0],
    [
      "has too few groups of its own",
      false,
      [{ profitBps: -500, symbol: "ETHUSDT" }, { profitBps: -500 }],
      0,
    ],
    ["has too few groups of the side", true, [{ profitBps: -500, side: "short" }, { profitBps: -500 }], 0],
  ])("a symbol that %s", (_case, onlyPerSide, ends, count) => {
    const { locks } = afterEnds({ lowProfitPairs: { ...lowProfitPairs, onlyPerSide } }, ends);
    expect(locks).toHaveLength(count);
    if (count === 1) expect(locks).toEqual([lock({ protection: "LowProfitPairs", symbol: "BTCUSDT" })]);
  });
});

describe("the list of closed trades", () => {
  it("is bounded by the look-back and by number", () => {
    const config = {
      maxDrawdown: {
        lookbackMs: 1_000 * MINUTE_MS,
        tradeLimit: 1,
        stopDurationMs: 1,
        maxAllowedDrawdownBps: 9_999,
      },
    };
    const many = Array.from({ length: MAX_TRADES + 5 }, () => ({ profitBps: 1 }));
    expect(afterEnds(config, many).trades).toHaveLength(MAX_TRADES);
    expect(
      afterEnds(config, [{ profitBps: 1, atMs: NOW_MS - 2_000 * MINUTE_MS }, { profitBps: 1 }]).trades,
    ).toHaveLength(1);
    expect(afterEnds({}, many).trades).toHaveLength(IDLE_TRADES);
  });

  it("rounds a profit down, so that a loss is never shown smaller than it is", () => {
    const ended = group({
      status: "CLOSED",
      endedAtMs: NOW_MS,
      exitReason: "signal",
      entryNotionalUsd: "30000",
    });
    expect(closedTradeOf({ ...ended, realizedPnlUsd: "-10" })?.profitBps).toBe(-4);
    expect(closedTradeOf({ ...ended, realizedPnlUsd: "10" })?.profitBps).toBe(3);
  });

  it("holds a group once, as it was when it last ended", () => {
    const config = {
      ...NO_PROTECTIONS,
      maxDrawdown: { lookbackMs: MINUTE_MS, tradeLimit: 9, stopDurationMs: 1, maxAllowedDrawdownBps: 1 },
    };
    const open = group({ status: "ACTIVE", entryNotionalUsd: "100" });
    const ended = { ...open, status: "CLOSED" as const, endedAtMs: NOW_MS, exitReason: "signal" as const };
    const once = withGroupEnded({ trades: [], locks: [] }, open, ended, config);
    expect(withGroupEnded(once, ended, ended, config)).toBe(once);
    const corrected = withGroupEnded(once, ended, { ...ended, realizedPnlUsd: "-1" }, config);
    expect(corrected.trades).toMatchObject([{ groupId: "group-1", profitBps: -100 }]);
  });
});

describe("the correction of a group that has ended", () => {
  const config: ProtectionsConfig = {
    ...NO_PROTECTIONS,
    cooldownPeriod: { stopDurationMs: MINUTE_MS },
    lowProfitPairs: {
      lookbackMs: 60 * MINUTE_MS,
      tradeLimit: 1,
      stopDurationMs: MINUTE_MS,
      requiredProfitBps: 0,
      onlyPerSide: false,
    },
  };
  const open = group({ status: "ACTIVE", entryNotionalUsd: "100" });
  const ended = { ...open, status: "CLOSED" as const, endedAtMs: NOW_MS, exitReason: "signal" as const };
  const afterEnd = (realizedPnlUsd: string) =>
    withGroupEnded({ trades: [], locks: [] }, open, { ...ended, realizedPnlUsd }, config);

  it("brings back no lock that a person has lifted since", () => {
    const lifted = { ...afterEnd("-1"), locks: [] };
    const before = { ...ended, realizedPnlUsd: "-1" };
    expect(withGroupEnded(lifted, before, { ...ended, realizedPnlUsd: "-1.05" }, config).locks).toEqual([]);
  });

  it("adds the lock that the corrected profit brings about", () => {
    const once = afterEnd("0.5");
    expect(once.locks).toEqual([lock({ protection: "CooldownPeriod" })]);
    const before = { ...ended, realizedPnlUsd: "0.5" };
    const corrected = withGroupEnded(once, before, { ...ended, realizedPnlUsd: "-0.5" }, config);
    expect(corrected.locks).toEqual([
      lock({ protection: "CooldownPeriod" }),
      lock({ protection: "LowProfitPairs" }),
    ]);
  });
});

describe("locks for the same thing", () => {
  const given: ProtectionLock = {
    protection: "CooldownPeriod",
    symbol: "BTCUSDT",
    side: null,
    sinceMs: NOW_MS,
    untilMs: NOW_MS + 10,
    reason: "first",
  };

  it("keep the later end and the earlier beginning; those that have ended go", () => {
    const longer = { ...given, sinceMs: NOW_MS + 5, untilMs: NOW_MS + 20, reason: "second" };
    expect(withLocks([given], [longer], NOW_MS + 5)).toEqual([{ ...longer, sinceMs: NOW_MS }]);
    expect(withLocks([longer], [given], NOW_MS + 5)).toEqual([longer]);
    expect(withLocks([given], [], NOW_MS + 10)).toEqual([]);
  });
});

describe("the error burst", () => {
  const burst = { windowMs: 1_000, limit: 3, stopDurationMs: 5_000 };
  const failing = (times: readonly number[], config: ProtectionsConfig["errorBurst"] = burst) =>
    times.reduce<Pick<ControlState, "throttles" | "protections">>(
      (brakes, atMs) => withFailedSend(brakes, config, atMs),
      controlWith(),
    );

  it("locks at the failure that fills the window, for everything", () => {
    const { protections } = failing([NOW_MS, NOW_MS + 1, NOW_MS + 999]);
    expect(protections.locks).toEqual([
      lock({ protection: "ErrorBurst", symbol: null, side: null, untilMs: NOW_MS + 999 + 5_000 }),
    ]);
  });

  it("does not lock when the first has left the window, and keeps no more than it needs", () => {
    const { protections, throttles } = failing([NOW_MS, NOW_MS + 1, NOW_MS + 1_000]);
    expect(protections.locks).toEqual([]);
    expect(throttles.errorAtMs).toEqual([NOW_MS + 1, NOW_MS + 1_000]);
    expect(failing([0, 1, 2, 3, 4, 5].map((ms) => NOW_MS + ms)).throttles.errorAtMs).toHaveLength(3);
  });

  it("switched off counts nothing", () => {
    expect(failing([NOW_MS, NOW_MS, NOW_MS], null)).toMatchObject({
      throttles: { errorAtMs: [] },
      protections: { locks: [] },
    });
  });
});

describe("a veto", () => {
  const config = configWith({ protections: { ...NO_PROTECTIONS, vetoCooldownMs: 1_000 } });
  const denied = (
    code: "POOL_FULL" | "VETO_COOLDOWN" | "INTENT_EXPIRED",
    overrides: Partial<Intent> = {},
  ) => ({
    intent: intent(overrides),
    denials: [{ code, limit: null, actual: null, unit: null, subject: null }] as const,
  });
  const KEY = "trend/BTCUSDT";

  it("holds the strategy back from the symbol it was denied", () => {
    const { vetoedUntilMs } = withVeto(throttlesWith(), denied("POOL_FULL"), config, NOW_MS);
    expect(vetoedUntilMs).toEqual({ [KEY]: NOW_MS + 1_000 });
  });

  it.each<readonly [string, Parameters<typeof withVeto>]>([
    ["a denial for the veto itself", [throttlesWith(), denied("VETO_COOLDOWN"), config, NOW_MS]],
    ["an expired intent", [throttlesWith(), denied("INTENT_EXPIRED"), config, NOW_MS]],
    ["a reduction", [throttlesWith(), denied("POOL_FULL", { action: "close" }), config, NOW_MS]],
    ["an unknown symbol", [throttlesWith(), denied("POOL_FULL", { symbol: "X" }), config, NOW_MS]],
    ["an unknown strategy", [throttlesWith(), denied("POOL_FULL", { strategyId: "x" }), config, NOW_MS]],
    ["a config without it", [throttlesWith(), denied("POOL_FULL"), configWith(), NOW_MS]],
  ])("is not set by %s", (_case, given) => {
    expect(withVeto(...given)).toBe(given[0]);
  });

  it("drops those that have ended when it sets one, and never shortens one", () => {
    const throttles = throttlesWith({ vetoedUntilMs: { "old/ETHUSDT": NOW_MS, [KEY]: NOW_MS + 9_000 } });
    expect(withVeto(throttles, denied("POOL_FULL"), config, NOW_MS).vetoedUntilMs).toEqual({
      [KEY]: NOW_MS + 9_000,
    });
  });
});

describe("a failed send", () => {
  const sending = order({ status: "SUBMITTING" });
  const postOnly = order({
    status: "SUBMITTING",
    request: { ...sending.request, type: "limit", timeInForce: "GTX" },
  });
  const refused = (reason: VenueReason | null) =>
    ({ type: "venueRefused", rejection: { code: "-1", message: "no", reason }, atMs: NOW_MS }) as const;

  const cause = { code: "TIMEOUT", message: "no answer" };
  const unknown = { type: "outcomeUnknown", cause, atMs: NOW_MS } as const;

  it.each([
    ["a post-only order that would have taken at once", postOnly, refused("wouldTake"), false],
    ["a post-only order that is refused for another reason", postOnly, refused(null), true],
    ["an order of another kind that is refused for that", sending, refused("wouldTake"), true],
    ["an outcome that is not known", sending, unknown, true],
    ["what is said of an order that was sent before", order({ status: "ACCEPTED" }), refused(null), false],
  ])("%s counts towards a burst or not", (_case, before, event, counts) => {
    expect(isFailedSend(before, event)).toBe(counts);
  });

  it.each(ACKNOWLEDGED_DOUBTS)("an order that the venue has acknowledged is no failed send: %s", (code) => {
    expect(isFailedSend(sending, { ...unknown, cause: { code, message: "open" } })).toBe(false);
  });
});
