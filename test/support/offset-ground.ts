// Positions for tests of the offset: each is a group in a symbol of its own, with its touch and its filled entries.
import type { Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OffsetConfig, OffsetLeg, OffsetPlan } from "#domain/documents/offset.ts";
import type { EntryFacts, OffsetGround } from "#domain/offset/ground.ts";
import { group, market, NOW_MS, nav, touch } from "./factories.ts";
import { configWith, controlWith } from "./world.ts";

const HOUR_MS = 3_600_000;

/** A loss of one percent counts, whatever its age and its entries; costs are those that a case names. */
export const OFFSET: OffsetConfig = {
  minLossBps: 100,
  minAgeMs: 0,
  minEntries: 1,
  quietAfterEntryMs: 0,
  poolRule: "notAsked",
  maxWinners: 2,
  feeBps: 0,
  slippageBps: 0,
  maxPriceMoveBps: 100,
  validForMs: 60_000,
};

export function offsetLeg(overrides: Partial<OffsetLeg> = {}): OffsetLeg {
  return {
    groupId: "loser",
    symbol: "LOSERUSDT",
    side: "long",
    heldBase: "1",
    enteredBase: "1",
    realizedBeforeUsd: "0",
    priceUsd: "90",
    targetBase: "0",
    netUsd: "-10",
    ...overrides,
  };
}

export function offsetPlan(overrides: Partial<OffsetPlan> = {}): OffsetPlan {
  return {
    offsetId: "o1",
    startedBy: "test",
    startedAtMs: NOW_MS,
    expiresAtMs: NOW_MS + OFFSET.validForMs,
    feeBps: 0,
    slippageBps: 0,
    maxPriceMoveBps: 100,
    loser: offsetLeg(),
    winners: [offsetLeg({ groupId: "winner", symbol: "WINNERUSDT", targetBase: "0.5", netUsd: "11" })],
    ...overrides,
  };
}

export interface Held extends Partial<Group> {
  readonly groupId: string;
  readonly bidUsd: string;
  readonly askUsd?: string;
  readonly market?: Partial<Market>;
  /** Null: not read. */
  readonly entries?: EntryFacts | null;
}

export const symbolOf = (groupId: string): string => `${groupId.toUpperCase()}USDT`;

/** Long one unit at 100, for an hour, with one entry; ask and bid are one price unless said otherwise. */
export function offsetGround(
  held: readonly Held[],
  {
    config = {},
    ...overrides
  }: Partial<Omit<OffsetGround, "config">> & { config?: Partial<OffsetConfig> } = {},
): OffsetGround {
  const groups = held.map(({ bidUsd: _bid, askUsd: _ask, market: _market, entries: _entries, ...each }) =>
    group({
      symbol: symbolOf(each.groupId),
      status: "ACTIVE",
      qtyBase: "1",
      enteredBase: "1",
      averageEntryUsd: "100",
      openedAtMs: NOW_MS - HOUR_MS,
      orderIds: [`entry-${each.groupId}`],
      ...each,
    }),
  );
  const slots = groups.map(({ groupId, symbol, side, strategyId, qtyBase, openedAtMs }) => [
    groupId,
    { symbol, side, strategyId, qtyBase, sinceMs: openedAtMs },
  ]);
  const bySymbol = <T>(of: (each: Held) => T) =>
    Object.fromEntries(held.map((each) => [symbolOf(each.groupId), of(each)]));
  return {
    control: controlWith({ slots: Object.fromEntries(slots) }),
    config: configWith({ offset: { ...OFFSET, ...config } }),
    nav: nav(),
    groups: Object.fromEntries(groups.map((each) => [each.groupId, each])),
    markets: bySymbol((each) =>
      market({ symbol: symbolOf(each.groupId), stepSizeBase: "0.001", tickSizeUsd: "0.01", ...each.market }),
    ),
    touches: bySymbol(({ groupId, bidUsd, askUsd = bidUsd }) =>
      touch({ symbol: symbolOf(groupId), bidUsd, askUsd }),
    ),
    entries: Object.fromEntries(
      held
        .filter(({ entries }) => entries !== null)
        .map(({ groupId, entries }) => [
          groupId,
          entries ?? { count: 1, lastAtMs: NOW_MS - HOUR_MS, maxPyramids: null },
        ]),
    ),
    alarms: { alertCode: null, watchdog: { verdict: "none", lookedAtMs: NOW_MS - 5_000 } },
    nowMs: NOW_MS,
    ...overrides,
  };
}
