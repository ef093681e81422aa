// The venue's truth for tests: every order, position, balance and trade as plain data, without secrets.

import { entryPriceUsdE8 } from "../api/render-account.ts";
import { renderOrder, renderTrade } from "../api/render-order.ts";
import { moneyText, priceText, qtyText } from "../api/text.ts";
import { algoStatusOf } from "../engine/algo-orders.ts";
import { hashTree } from "../engine/codec.ts";
import { formatTrimmedE8 } from "../engine/decimal.ts";
import { type Engine, specOf } from "../engine/engine.ts";
import { accountMargin, availableUsdE8, positionMargin } from "../engine/margin.ts";
import type { Account } from "../engine/state.ts";

function dumpPositions(engine: Engine, account: Account): unknown[] {
  return [...account.positions]
    .filter(([, position]) => position.lots !== 0)
    .map(([symbol, position]) => ({
      symbol,
      qtyBase: qtyText(specOf(engine, symbol), position.lots),
      entryPriceUsd: formatTrimmedE8(entryPriceUsdE8(engine, account, symbol)),
      // The price is rounded as the venue writes it; the cost is exact, negative for a short.
      entryCostUsd: moneyText(position.entryUsdE8),
      unrealizedUsd: moneyText(positionMargin(engine, account, symbol).unrealizedUsdE8),
      leverage: position.leverage,
      marginType: position.marginType,
    }));
}

function dumpAccount(engine: Engine, account: Account): unknown {
  const margin = accountMargin(engine, account);
  return {
    accountId: account.id,
    walletUsd: moneyText(margin.walletUsdE8),
    marginBalanceUsd: moneyText(margin.marginBalanceUsdE8),
    availableUsd: moneyText(availableUsdE8(margin)),
    otherAssets: Object.fromEntries([...account.otherE8].map(([asset, held]) => [asset, moneyText(held)])),
    positions: dumpPositions(engine, account),
  };
}

/** SHA-256 over everything that decides the future, candles left out. Equal hashes mean equal exchanges. */
export function stateHash(engine: Engine): string {
  const symbols = [...engine.state.symbols].map(([name, { candles: _candles, ...rest }]) => [name, rest]);
  return hashTree({ ...engine.state, symbols });
}

export function dumpState(engine: Engine, nowMs: number): Record<string, unknown> {
  const { state } = engine;
  const prices = [...state.symbols].map(([symbol, quoted]) => {
    const spec = specOf(engine, symbol);
    return [
      symbol,
      {
        markPriceUsd: moneyText(quoted.markUsdE8),
        bidUsd: priceText(spec, quoted.bidTicks),
        askUsd: priceText(spec, quoted.askTicks),
        lastUsd: priceText(spec, quoted.lastTicks),
      },
    ];
  });
  return {
    nowMs,
    clockMs: state.clockMs,
    stepIndex: state.stepIndex,
    seed: state.seed,
    regime: state.regime,
    paused: state.paused,
    hash: stateHash(engine),
    prices: Object.fromEntries(prices),
    accounts: [...state.accounts.values()].map((account) => dumpAccount(engine, account)),
    orders: [...state.orders.values()].map((order) => ({
      accountId: order.accountId,
      ...renderOrder(engine, order),
    })),
    algoOrders: [...state.algoOrders.values()].map((algo) => ({
      accountId: algo.accountId,
      algoId: algo.algoId,
      clientAlgoId: algo.clientAlgoId,
      symbol: algo.symbol,
      side: algo.side,
      orderType: algo.orderType,
      algoStatus: algoStatusOf(engine, algo),
      triggerPrice: priceText(specOf(engine, algo.symbol), algo.triggerTicks),
      quantity: qtyText(specOf(engine, algo.symbol), algo.lots),
      actualOrderId: algo.actualOrderId,
    })),
    trades: state.trades.map((trade) => ({ accountId: trade.accountId, ...renderTrade(engine, trade) })),
    incomes: state.incomes.map((entry) => ({
      accountId: entry.accountId,
      symbol: entry.symbol,
      incomeType: entry.type,
      income: moneyText(entry.amountE8),
      asset: entry.asset,
      time: entry.timeMs,
      tranId: entry.tranId,
    })),
  };
}
