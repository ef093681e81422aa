// Balances and positions as Binance writes them, in the second and third versions of its endpoints.

import { settingsOf } from "../engine/account-settings.ts";
import { divideHalfUp, E8, formatTrimmedE8 } from "../engine/decimal.ts";
import { type Engine, readPosition, specOf, symbolStateOf } from "../engine/engine.ts";
import {
  type AccountMargin,
  accountMargin,
  availableUsdE8,
  liquidationPriceUsdE8,
  maxNotionalUsd,
  positionMargin,
  withdrawableUsdE8,
} from "../engine/margin.ts";
import type { Account } from "../engine/state.ts";
import { moneyText, priceText, qtyText } from "./text.ts";

/** Average entry price in 1e-8; zero when flat. */
export function entryPriceUsdE8(engine: Engine, account: Account, symbol: string): bigint {
  const position = readPosition(account, symbol);
  if (position.lots === 0) return 0n;
  const qtyE8 = BigInt(Math.abs(position.lots)) * specOf(engine, symbol).lotE8;
  const cost = position.entryUsdE8 < 0n ? -position.entryUsdE8 : position.entryUsdE8;
  return divideHalfUp(cost * E8, qtyE8);
}

/** Entry price that also earns back a taker fee on the way out. */
function breakEvenText(engine: Engine, entry: bigint, lots: number): string {
  if (lots === 0) return "0";
  const fee = divideHalfUp(entry * BigInt(engine.fees.takerPpm), 1_000_000n);
  return formatTrimmedE8(lots > 0 ? entry + fee : entry - fee);
}

const zeroAware = (amount: bigint): string => (amount === 0n ? "0" : moneyText(amount));

/** A row of positionRisk. `v2` adds the settings that the third version dropped. */
export function renderPositionRisk(
  engine: Engine,
  account: Account,
  symbol: string,
  v2: boolean,
): Record<string, unknown> {
  const spec = specOf(engine, symbol);
  const position = readPosition(account, symbol);
  const margin = positionMargin(engine, account, symbol);
  const entry = entryPriceUsdE8(engine, account, symbol);
  const isolated = position.marginType === "ISOLATED";
  const liquidation = liquidationPriceUsdE8(engine, account, symbol);
  const base = {
    symbol,
    positionSide: "BOTH",
    positionAmt: qtyText(spec, position.lots),
    entryPrice: entry === 0n ? "0.0" : formatTrimmedE8(entry),
    breakEvenPrice: breakEvenText(engine, entry, position.lots),
    markPrice: moneyText(symbolStateOf(engine, symbol).markUsdE8),
    unRealizedProfit: moneyText(margin.unrealizedUsdE8),
    liquidationPrice: liquidation === 0n ? "0" : priceText(spec, Number(liquidation / spec.tickE8)),
    isolatedMargin: isolated ? zeroAware(position.isolatedWalletUsdE8 + margin.unrealizedUsdE8) : "0",
    notional: zeroAware(margin.notionalUsdE8),
    isolatedWallet: isolated ? zeroAware(position.isolatedWalletUsdE8) : "0",
    updateTime: position.updateTimeMs,
  };
  if (v2) {
    return {
      ...base,
      marginType: isolated ? "isolated" : "cross",
      isAutoAddMargin: "false",
      leverage: String(position.leverage),
      maxNotionalValue: String(maxNotionalUsd(spec, position.leverage)),
    };
  }
  return {
    ...base,
    marginAsset: "USDT",
    initialMargin: zeroAware(margin.initialUsdE8),
    maintMargin: zeroAware(margin.maintenanceUsdE8),
    positionInitialMargin: zeroAware(margin.positionInitialUsdE8),
    openOrderInitialMargin: zeroAware(margin.openOrderInitialUsdE8),
    adl: position.lots === 0 ? 0 : 1,
    bidNotional: zeroAware(margin.bidUsdE8),
    askNotional: zeroAware(margin.askUsdE8),
  };
}

function renderAccountPosition(
  engine: Engine,
  account: Account,
  symbol: string,
  v2: boolean,
): Record<string, unknown> {
  const spec = specOf(engine, symbol);
  const position = readPosition(account, symbol);
  const margin = positionMargin(engine, account, symbol);
  const isolated = position.marginType === "ISOLATED";
  const base = {
    symbol,
    positionSide: "BOTH",
    positionAmt: qtyText(spec, position.lots),
    unrealizedProfit: moneyText(margin.unrealizedUsdE8),
    isolatedMargin: isolated ? moneyText(position.isolatedWalletUsdE8 + margin.unrealizedUsdE8) : "0",
    notional: zeroAware(margin.notionalUsdE8),
    isolatedWallet: isolated ? zeroAware(position.isolatedWalletUsdE8) : "0",
    initialMargin: zeroAware(margin.initialUsdE8),
    maintMargin: zeroAware(margin.maintenanceUsdE8),
    updateTime: position.updateTimeMs,
  };
  if (!v2) return base;
  const entry = entryPriceUsdE8(engine, account, symbol);
  return {
    ...base,
    leverage: String(position.leverage),
    entryPrice: entry === 0n ? "0.0" : formatTrimmedE8(entry),
    breakEvenPrice: breakEvenText(engine, entry, position.lots),
    positionInitialMargin: zeroAware(margin.positionInitialUsdE8),
    openOrderInitialMargin: zeroAware(margin.openOrderInitialUsdE8),
    isolated,
    maxNotional: String(maxNotionalUsd(spec, position.leverage)),
    bidNotional: zeroAware(margin.bidUsdE8),
    askNotional: zeroAware(margin.askUsdE8),
  };
}

/** Symbols whose position is open or that have working orders: all the third version lists. */
export function activeSymbols(engine: Engine, account: Account): string[] {
  return [...engine.specs.keys()].filter((symbol) => {
    const position = account.positions.get(symbol);
    if (position === undefined) return false;
    const margin = positionMargin(engine, account, symbol);
    return position.lots !== 0 || margin.bidUsdE8 > 0n || margin.askUsdE8 > 0n;
  });
}

function renderAsset(account: Account, margin: AccountMargin, v2: boolean): Record<string, unknown> {
  const available = moneyText(availableUsdE8(margin));
  return {
    asset: "USDT",
    walletBalance: moneyText(margin.walletUsdE8),
    unrealizedProfit: moneyText(margin.unrealizedUsdE8),
    marginBalance: moneyText(margin.marginBalanceUsdE8),
    maintMargin: moneyText(margin.maintenanceUsdE8),
    initialMargin: moneyText(margin.initialUsdE8),
    positionInitialMargin: moneyText(margin.positionInitialUsdE8),
    openOrderInitialMargin: moneyText(margin.openOrderInitialUsdE8),
    crossWalletBalance: moneyText(margin.crossWalletUsdE8),
    crossUnPnl: moneyText(margin.crossUnrealizedUsdE8),
    availableBalance: available,
    maxWithdrawAmount: moneyText(withdrawableUsdE8(margin)),
    // The third version dropped it.
    ...(v2 ? { marginAvailable: true } : {}),
    updateTime: account.updateTimeMs,
  };
}

/** An asset beside USDT: held, but no margin. */
function renderOtherAsset(
  account: Account,
  [asset, heldE8]: readonly [string, bigint],
  v2: boolean,
): Record<string, unknown> {
  const held = moneyText(heldE8);
  return {
    asset,
    walletBalance: held,
    unrealizedProfit: moneyText(0n),
    marginBalance: held,
    maintMargin: moneyText(0n),
    initialMargin: moneyText(0n),
    positionInitialMargin: moneyText(0n),
    openOrderInitialMargin: moneyText(0n),
    crossWalletBalance: held,
    crossUnPnl: moneyText(0n),
    availableBalance: held,
    maxWithdrawAmount: held,
    ...(v2 ? { marginAvailable: false } : {}),
    updateTime: account.updateTimeMs,
  };
}

/** The account document. The third version lists active positions only, the second every contract. */
export function renderAccount(engine: Engine, account: Account, v2: boolean): Record<string, unknown> {
  const margin = accountMargin(engine, account);
  const symbols = v2 ? [...engine.specs.keys()] : activeSymbols(engine, account);
  const available = moneyText(availableUsdE8(margin));
  const totals = {
    totalInitialMargin: moneyText(margin.initialUsdE8),
    totalMaintMargin: moneyText(margin.maintenanceUsdE8),
    totalWalletBalance: moneyText(margin.walletUsdE8),
    totalUnrealizedProfit: moneyText(margin.unrealizedUsdE8),
    totalMarginBalance: moneyText(margin.marginBalanceUsdE8),
    totalPositionInitialMargin: moneyText(margin.positionInitialUsdE8),
    totalOpenOrderInitialMargin: moneyText(margin.openOrderInitialUsdE8),
    totalCrossWalletBalance: moneyText(margin.crossWalletUsdE8),
    totalCrossUnPnl: moneyText(margin.crossUnrealizedUsdE8),
    availableBalance: available,
    maxWithdrawAmount: moneyText(withdrawableUsdE8(margin)),
    assets: [
      renderAsset(account, margin, v2),
      ...[...account.otherE8].map((other) => renderOtherAsset(account, other, v2)),
    ],
    positions: symbols.map((symbol) => renderAccountPosition(engine, account, symbol, v2)),
  };
  if (!v2) return totals;
  const flags = {
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    tradeGroupId: -1,
    updateTime: 0,
  };
  const { multiAssetsMargin, feeBurn } = settingsOf(account);
  return { ...flags, multiAssetsMargin, feeBurn, ...totals };
}

/** The balance list of /fapi/v2 and /fapi/v3/balance. */
export function renderBalances(engine: Engine, account: Account): unknown[] {
  const margin = accountMargin(engine, account);
  const available = moneyText(availableUsdE8(margin));
  return [
    {
      accountAlias: "localExchange",
      asset: "USDT",
      balance: moneyText(margin.walletUsdE8),
      crossWalletBalance: moneyText(margin.crossWalletUsdE8),
      crossUnPnl: moneyText(margin.crossUnrealizedUsdE8),
      availableBalance: available,
      maxWithdrawAmount: moneyText(withdrawableUsdE8(margin)),
      marginAvailable: true,
      updateTime: account.updateTimeMs,
    },
    ...[...account.otherE8].map(([asset, held]) => ({
      accountAlias: "localExchange",
      asset,
      balance: moneyText(held),
      crossWalletBalance: moneyText(held),
      crossUnPnl: moneyText(0n),
      availableBalance: moneyText(held),
      maxWithdrawAmount: moneyText(held),
      marginAvailable: false,
      updateTime: account.updateTimeMs,
    })),
  ];
}
