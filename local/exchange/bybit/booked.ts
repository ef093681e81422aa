// The account's history as one row a change, newest first, with the wallet and the position as it left them. Walks back from
// the present, so rows that were dropped long ago are not missed. Trades, funding, transfers: nothing else moves a wallet.
import { accountOf, type Engine, readPosition } from "../engine/engine.ts";
import { SETTLEMENT_ASSET, signOf } from "../engine/fills.ts";
import type { EngineState, Trade } from "../engine/state.ts";
import { newestFirst, type Placed } from "./paging.ts";

type Income = EngineState["incomes"][number];

export interface Booked extends Placed {
  readonly symbol: string;
  readonly asset: string;
  readonly trade: Trade | undefined;
  /** The income that it is, unless it is a trade. */
  readonly income: Income | undefined;
  /** Realised profit, transfers, and all that is neither fee nor funding. */
  readonly cashFlowE8: bigint;
  readonly fundingE8: bigint;
  readonly feeE8: bigint;
  readonly changeE8: bigint;
  readonly balanceE8: bigint;
  /** Signed position. */
  readonly lotsBefore: number;
  readonly lotsAfter: number;
}

type Change = Omit<Booked, "changeE8" | "balanceE8" | "lotsBefore" | "lotsAfter">;

/** Insurance payments belong to the trade that made them necessary. */
function ofTrade(trade: Trade, incomes: readonly Income[]): Change {
  const insurance = incomes
    .filter(({ type }) => type === "INSURANCE_CLEAR")
    .reduce((sum, { amountE8 }) => sum + amountE8, 0n);
  return {
    timeMs: trade.timeMs,
    id: trade.id,
    sequence: incomes[0]?.tranId ?? 0,
    symbol: trade.symbol,
    asset: SETTLEMENT_ASSET,
    trade,
    income: undefined,
    cashFlowE8: trade.realizedUsdE8 + insurance,
    fundingE8: 0n,
    feeE8: trade.commissionUsdE8,
  };
}

function ofIncome(income: Income): Change {
  const { type, amountE8 } = income;
  return {
    timeMs: income.timeMs,
    id: income.tranId,
    sequence: income.tranId,
    symbol: income.symbol,
    asset: income.asset,
    trade: undefined,
    income,
    cashFlowE8: type === "FUNDING_FEE" || type === "COMMISSION" ? 0n : amountE8,
    fundingE8: type === "FUNDING_FEE" ? amountE8 : 0n,
    feeE8: type === "COMMISSION" ? -amountE8 : 0n,
  };
}

function changesOf(engine: Engine, accountId: string): Change[] {
  const ofTrades = new Map<string, Income[]>();
  const changes: Change[] = [];
  for (const income of engine.state.incomes) {
    if (income.accountId !== accountId) continue;
    if (income.tradeId === "") changes.push(ofIncome(income));
    else ofTrades.set(income.tradeId, [...(ofTrades.get(income.tradeId) ?? []), income]);
  }
  for (const trade of engine.state.trades)
    if (trade.accountId === accountId) changes.push(ofTrade(trade, ofTrades.get(String(trade.id)) ?? []));
  return changes.sort(newestFirst);
}

export function bookedOf(engine: Engine, accountId: string): Booked[] {
  const account = accountOf(engine, accountId);
  const balances = new Map([[SETTLEMENT_ASSET, account.walletUsdE8], ...account.otherE8]);
  const positions = new Map<string, number>();
  return changesOf(engine, accountId).map((change) => {
    const { asset, symbol, trade } = change;
    const changeE8 = change.cashFlowE8 + change.fundingE8 - change.feeE8;
    const balanceE8 = balances.get(asset) ?? 0n;
    balances.set(asset, balanceE8 - changeE8);
    const lotsAfter = positions.get(symbol) ?? readPosition(account, symbol).lots;
    const lotsBefore = lotsAfter - (trade === undefined ? 0 : signOf(trade.side) * trade.lots);
    positions.set(symbol, lotsBefore);
    return { ...change, changeE8, balanceE8, lotsBefore, lotsAfter };
  });
}

/** Lots by which a change made a position smaller. */
export function closedLots({ trade, lotsBefore }: Booked): number {
  if (trade === undefined || Math.sign(lotsBefore) !== -signOf(trade.side)) return 0;
  return Math.min(trade.lots, Math.abs(lotsBefore));
}
