// Margin ratio and distance to liquidation of each pool of collateral, from the answer that brings wallet and positions. An
// answer that lacks a part of it gives nothing: a ratio of half the positions would be too small.
import { type Decimal, type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { MarginPool } from "#domain/documents/nav.ts";

/** The venue's figures of one pool, as it gives them. */
export type PoolFacts = Pick<MarginPool, "symbol" | "balanceUsd" | "maintenanceUsd" | "notionalUsd">;

const BPS = 10_000;
/** Stands for every ratio above: a balance that is gone has none. */
const MAX_RATIO_BPS = 1_000_000;

export function marginPools(facts: readonly PoolFacts[]): readonly MarginPool[] {
  return facts.map((pool) => {
    const [balance, maintenance, notional] = [
      dec(pool.balanceUsd),
      dec(pool.maintenanceUsd),
      dec(pool.notionalUsd),
    ];
    return {
      ...pool,
      ratioBps: ratioBps(maintenance, balance),
      roomBps: roomBps(balance.minus(maintenance), notional),
    };
  });
}

function ratioBps(maintenance: Decimal, balance: Decimal): number {
  if (maintenance.isZero()) return 0;
  if (balance.lte(0)) return MAX_RATIO_BPS;
  return Math.min(MAX_RATIO_BPS, maintenance.div(balance).mul(BPS).ceil().toNumber());
}

/** Rounded down, never below zero. A short's maintenance grows on the way: it has less room, by that rate alone. */
function roomBps(free: Decimal, notional: Decimal): number | null {
  if (notional.isZero()) return null;
  return free.lte(0) ? 0 : free.div(notional).mul(BPS).floor().toNumber();
}

export interface HeldMargin {
  readonly symbol: string;
  readonly notionalUsd: DecimalString;
  readonly maintenanceUsd: DecimalString;
  /** Margin set aside for it, with its profit; null: it shares the wallet. */
  readonly isolatedBalanceUsd: DecimalString | null;
}

/** The wallet's pool first, then one for each isolated position. */
export function poolsOf(crossBalanceUsd: DecimalString, held: readonly HeldMargin[]): readonly PoolFacts[] {
  const cross = held.filter(({ isolatedBalanceUsd }) => isolatedBalanceUsd === null);
  const sum = (amounts: readonly DecimalString[]): DecimalString =>
    decimalString(amounts.reduce((total, each) => total.plus(dec(each)), dec("0")));
  const isolated = held.flatMap(({ symbol, isolatedBalanceUsd, maintenanceUsd, notionalUsd }) =>
    isolatedBalanceUsd === null
      ? []
      : [{ symbol, balanceUsd: isolatedBalanceUsd, maintenanceUsd, notionalUsd }],
  );
  return [
    {
      symbol: null,
      balanceUsd: crossBalanceUsd,
      maintenanceUsd: sum(cross.map(({ maintenanceUsd }) => maintenanceUsd)),
      notionalUsd: sum(cross.map(({ notionalUsd }) => notionalUsd)),
    },
    ...isolated,
  ];
}
