// Margin of an account: initial, maintenance, available balance and liquidation price. Cross positions share
// the wallet; an isolated position stands alone with the margin set aside for it. Simple, but exact.
import { absE8, E8 } from "./decimal.ts";
import { type Engine, notionalUsdE8, readPosition, restingOf, specOf, symbolStateOf } from "./engine.ts";
import type { Account, Order } from "./state.ts";
import type { LeverageBracket, SymbolSpec } from "./symbols.ts";

const PPM = 1_000_000n;

/** Figures of one position at the mark price, all in 1e-8 USDT. */
interface PositionMargin {
  readonly notionalUsdE8: bigint;
  readonly unrealizedUsdE8: bigint;
  readonly positionInitialUsdE8: bigint;
  readonly openOrderInitialUsdE8: bigint;
  readonly initialUsdE8: bigint;
  readonly maintenanceUsdE8: bigint;
  readonly bidUsdE8: bigint;
  readonly askUsdE8: bigint;
}

export interface AccountMargin {
  readonly walletUsdE8: bigint;
  readonly crossWalletUsdE8: bigint;
  readonly unrealizedUsdE8: bigint;
  readonly crossUnrealizedUsdE8: bigint;
  readonly marginBalanceUsdE8: bigint;
  readonly initialUsdE8: bigint;
  readonly positionInitialUsdE8: bigint;
  readonly openOrderInitialUsdE8: bigint;
  readonly maintenanceUsdE8: bigint;
  readonly crossMaintenanceUsdE8: bigint;
  /** Wallet plus cross profit minus cross initial margin; negative when under water. */
  readonly freeUsdE8: bigint;
  /** Wallet alone, less what has to stay in it: a profit that is not realised cannot leave. Negative when under water. */
  readonly spareWalletUsdE8: bigint;
}

/** Signed value of a position at the mark price. */
export function markNotionalUsdE8(spec: SymbolSpec, markUsdE8: bigint, lots: number): bigint {
  return (markUsdE8 * BigInt(lots) * spec.lotE8) / E8;
}

export function bracketOf(spec: SymbolSpec, notional: bigint): LeverageBracket {
  const value = absE8(notional);
  const inside = spec.brackets.find((bracket) => value <= BigInt(bracket.notionalCapUsd) * E8);
  const bracket = inside ?? spec.brackets.at(-1);
  if (bracket === undefined) throw new Error(`${spec.symbol} has no leverage brackets`);
  return bracket;
}

function maintenanceUsdE8(spec: SymbolSpec, notional: bigint): bigint {
  const value = absE8(notional);
  const bracket = bracketOf(spec, value);
  return (value * BigInt(bracket.maintenancePpm)) / PPM - bracket.cumUsdE8;
}

/** Largest position value that a leverage may hold: the cap of the last bracket that allows it. */
export function maxNotionalUsd(spec: SymbolSpec, leverage: number): number {
  const allowed = spec.brackets.filter((bracket) => bracket.initialLeverage >= leverage);
  return allowed.at(-1)?.notionalCapUsd ?? 0;
}

/** Value of an account's open orders that add exposure, by side. */
function openOrderValue(spec: SymbolSpec, orders: readonly Order[]): { bid: bigint; ask: bigint } {
  let bid = 0n;
  let ask = 0n;
  for (const order of orders) {
    if (order.reduceOnly) continue;
    const value = notionalUsdE8(spec, order.priceTicks, order.lots - order.executedLots);
    if (order.side === "BUY") bid += value;
    else ask += value;
  }
  return { bid, ask };
}

const maxE8 = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Initial margin of the worse of both sides: position with all its buys, or with all its sells, filled. */
function initialUsdE8(position: bigint, bid: bigint, ask: bigint, leverage: number): bigint {
  return maxE8(absE8(position + bid), absE8(position - ask)) / BigInt(leverage);
}

export function positionMargin(
  engine: Engine,
  account: Account,
  symbol: string,
  extra: { readonly bid: bigint; readonly ask: bigint } = { bid: 0n, ask: 0n },
): PositionMargin {
  const spec = specOf(engine, symbol);
  const position = readPosition(account, symbol);
  const notional = markNotionalUsdE8(spec, symbolStateOf(engine, symbol).markUsdE8, position.lots);
  const open = openOrderValue(spec, restingOf(engine, account.id, symbol));
  const bid = open.bid + extra.bid;
  const ask = open.ask + extra.ask;
  const initial = initialUsdE8(notional, bid, ask, position.leverage);
  const positionInitial = absE8(notional) / BigInt(position.leverage);
  return {
    notionalUsdE8: notional,
    unrealizedUsdE8: notional - position.entryUsdE8,
    positionInitialUsdE8: positionInitial,
    openOrderInitialUsdE8: maxE8(0n, initial - positionInitial),
    initialUsdE8: initial,
    maintenanceUsdE8: position.lots === 0 ? 0n : maintenanceUsdE8(spec, notional),
    bidUsdE8: bid,
    askUsdE8: ask,
  };
}

/** Sums an account. `extra` adds a would-be order on one symbol, to ask whether it is covered. */
export function accountMargin(
  engine: Engine,
  account: Account,
  extra?: { readonly symbol: string; readonly bid: bigint; readonly ask: bigint },
): AccountMargin {
  const total = { isolatedWallet: 0n, unrealized: 0n, crossUnrealized: 0n, initial: 0n, positionInitial: 0n };
  const sum = { openInitial: 0n, isolatedOpen: 0n, maintenance: 0n, crossMaintenance: 0n, bound: 0n };
  for (const symbol of engine.specs.keys()) {
    const isExtra = extra?.symbol === symbol;
    const position = account.positions.get(symbol);
    if (position === undefined && !isExtra) continue;
    const margin = positionMargin(engine, account, symbol, isExtra ? extra : undefined);
    const isolated = position?.marginType === "ISOLATED";
    total.unrealized += margin.unrealizedUsdE8;
    total.initial += margin.initialUsdE8;
    total.positionInitial += margin.positionInitialUsdE8;
    sum.openInitial += margin.openOrderInitialUsdE8;
    sum.maintenance += margin.maintenanceUsdE8;
    if (isolated) {
      total.isolatedWallet += position.isolatedWalletUsdE8;
      sum.isolatedOpen += margin.openOrderInitialUsdE8;
      sum.bound += margin.openOrderInitialUsdE8;
    } else {
      total.crossUnrealized += margin.unrealizedUsdE8;
      sum.crossMaintenance += margin.maintenanceUsdE8;
      sum.bound += margin.initialUsdE8;
    }
  }
  const crossWallet = account.walletUsdE8 - total.isolatedWallet;
  return {
    walletUsdE8: account.walletUsdE8,
    crossWalletUsdE8: crossWallet,
    unrealizedUsdE8: total.unrealized,
    crossUnrealizedUsdE8: total.crossUnrealized,
    marginBalanceUsdE8: account.walletUsdE8 + total.unrealized,
    initialUsdE8: total.initial,
    positionInitialUsdE8: total.positionInitial,
    openOrderInitialUsdE8: sum.openInitial,
    maintenanceUsdE8: sum.maintenance,
    crossMaintenanceUsdE8: sum.crossMaintenance,
    freeUsdE8: crossWallet + total.crossUnrealized - sum.bound,
    spareWalletUsdE8: crossWallet - sum.isolatedOpen - sum.crossMaintenance,
  };
}

export const availableUsdE8 = (margin: AccountMargin): bigint => maxE8(0n, margin.freeUsdE8);

/** Of the wallet may leave as the venue documents it: never more than is available, and nothing of a profit on paper. */
export const withdrawableUsdE8 = (margin: AccountMargin): bigint => {
  const { spareWalletUsdE8 } = margin;
  const available = availableUsdE8(margin);
  return maxE8(0n, spareWalletUsdE8 < available ? spareWalletUsdE8 : available);
};

/** Margin that stands behind one position, other positions staying where they are: its own wallet, or what is left of the account. */
function collateralUsdE8(engine: Engine, account: Account, symbol: string): bigint {
  const position = readPosition(account, symbol);
  if (position.marginType === "ISOLATED") return position.isolatedWalletUsdE8;
  const own = positionMargin(engine, account, symbol);
  const total = accountMargin(engine, account);
  return (
    total.crossWalletUsdE8 +
    (total.crossUnrealizedUsdE8 - own.unrealizedUsdE8) -
    (total.crossMaintenanceUsdE8 - own.maintenanceUsdE8)
  );
}

/**
 * Mark price at which collateral and profit come down to a maintenance rate and its deduction; 0 when there is none. Solves
 * collateral + profit(price) = value(price) x rate - deduction.
 */
function priceAtUsdE8(
  engine: Engine,
  account: Account,
  symbol: string,
  { maintenancePpm, cumUsdE8 }: Pick<LeverageBracket, "maintenancePpm" | "cumUsdE8">,
): bigint {
  const spec = specOf(engine, symbol);
  const position = readPosition(account, symbol);
  const collateral = collateralUsdE8(engine, account, symbol);
  const sign = position.lots > 0 ? 1n : -1n;
  const qtyE8 = BigInt(Math.abs(position.lots)) * spec.lotE8;
  const slope = qtyE8 * (sign * PPM - BigInt(maintenancePpm));
  const price = ((position.entryUsdE8 - collateral - cumUsdE8) * PPM * E8) / slope;
  return price > 0n ? price : 0n;
}

/** Mark price at which the position is liquidated, in its present bracket; 0 when there is none. */
export function liquidationPriceUsdE8(engine: Engine, account: Account, symbol: string): bigint {
  if (readPosition(account, symbol).lots === 0) return 0n;
  const { notionalUsdE8: value } = positionMargin(engine, account, symbol);
  return priceAtUsdE8(engine, account, symbol, bracketOf(specOf(engine, symbol), value));
}

/** Mark price at which nothing is left behind the position; 0 when there is none. */
export function bustPriceUsdE8(engine: Engine, account: Account, symbol: string): bigint {
  if (readPosition(account, symbol).lots === 0) return 0n;
  return priceAtUsdE8(engine, account, symbol, { maintenancePpm: 0, cumUsdE8: 0n });
}
