// The unified account: balances, margin mode, fees, and the rights of the key. Sources: the pages "Get Wallet Balance", "Get
// Account Info", "Set Margin Mode", "Get Fee Rate" (docs/v5/account) and "Get API Key Information" (docs/v5/user/apikey-info).
import { settingsOf } from "../engine/account-settings.ts";
import { E8 } from "../engine/decimal.ts";
import { accountOf, type Engine, positionOf, readPosition, symbolStateOf } from "../engine/engine.ts";
import { SETTLEMENT_ASSET } from "../engine/fills.ts";
import { type AccountMargin, accountMargin, availableUsdE8 } from "../engine/margin.ts";
import type { Account } from "../engine/state.ts";
import { bookedOf } from "./booked.ts";
import { BybitError } from "./codes.ts";
import type { BybitCall } from "./route.ts";
import { moneyText, ppmText, timeText } from "./text.ts";
import { openOrders } from "./venue-orders.ts";

const selfOf = ({ engine, accountId }: BybitCall): Account => accountOf(engine, accountId);

/** The margin mode is the account's: isolated when every symbol's is. */
function isIsolated(engine: Engine, account: Account): boolean {
  return [...engine.specs.keys()].every((symbol) => readPosition(account, symbol).marginType === "ISOLATED");
}

/** Of a coin that has no contract here, only dollars have a known value. */
function valueUsdE8(engine: Engine, coin: string, heldE8: bigint): bigint {
  if (coin === SETTLEMENT_ASSET || coin === "USDC") return heldE8;
  const symbol = `${coin}USDT`;
  return engine.specs.has(symbol) ? (heldE8 * symbolStateOf(engine, symbol).markUsdE8) / E8 : 0n;
}

const NO_LOAN = {
  locked: "0",
  spotHedgingQty: "0",
  borrowAmount: "0",
  accruedInterest: "0",
  bonus: "0",
  availableToWithdraw: "",
  availableToBorrow: "",
};

/** USDT, in which margin is held. */
function settlementCoin(margin: AccountMargin, cumulativeE8: bigint): Record<string, unknown> {
  return {
    coin: SETTLEMENT_ASSET,
    equity: moneyText(margin.marginBalanceUsdE8),
    usdValue: moneyText(margin.marginBalanceUsdE8),
    walletBalance: moneyText(margin.walletUsdE8),
    totalOrderIM: moneyText(margin.openOrderInitialUsdE8),
    totalPositionIM: moneyText(margin.positionInitialUsdE8),
    totalPositionMM: moneyText(margin.maintenanceUsdE8),
    unrealisedPnl: moneyText(margin.unrealizedUsdE8),
    cumRealisedPnl: moneyText(cumulativeE8),
    marginCollateral: true,
    collateralSwitch: true,
    ...NO_LOAN,
  };
}

/** Another coin: held, and worth its mark, but no collateral. */
function otherCoin(engine: Engine, coin: string, heldE8: bigint): Record<string, unknown> {
  const held = moneyText(heldE8);
  const zero = { totalOrderIM: "0", totalPositionIM: "0", totalPositionMM: "0", unrealisedPnl: "0" };
  return {
    coin,
    equity: held,
    usdValue: moneyText(valueUsdE8(engine, coin, heldE8)),
    walletBalance: held,
    ...zero,
    cumRealisedPnl: "0",
    marginCollateral: false,
    collateralSwitch: false,
    ...NO_LOAN,
  };
}

/** Sums over the account, in USD. With isolated margin only the equity means something. */
function totals(margin: AccountMargin, othersUsdE8: bigint, isolated: boolean): Record<string, string> {
  const only = (amountE8: bigint): string => (isolated ? "" : moneyText(amountE8));
  const rate = (amountE8: bigint): string =>
    only(margin.marginBalanceUsdE8 > 0n ? (amountE8 * E8) / margin.marginBalanceUsdE8 : 0n);
  const [initial, maintenance] = [only(margin.initialUsdE8), only(margin.maintenanceUsdE8)];
  return {
    totalEquity: moneyText(margin.marginBalanceUsdE8 + othersUsdE8),
    totalWalletBalance: only(margin.walletUsdE8 + othersUsdE8),
    totalMarginBalance: only(margin.marginBalanceUsdE8),
    totalAvailableBalance: only(availableUsdE8(margin)),
    totalPerpUPL: only(margin.unrealizedUsdE8),
    totalInitialMargin: initial,
    totalInitialMarginByMp: initial,
    totalMaintenanceMargin: maintenance,
    totalMaintenanceMarginByMp: maintenance,
    accountIMRate: rate(margin.initialUsdE8),
    accountIMRateByMp: rate(margin.initialUsdE8),
    accountMMRate: rate(margin.maintenanceUsdE8),
    accountMMRateByMp: rate(margin.maintenanceUsdE8),
    accountLTV: only(0n),
  };
}

/** GET /v5/account/wallet-balance: coins that are held, or those that are asked for. */
export function walletBalance(call: BybitCall): unknown {
  const { engine, params, accountId } = call;
  params.requireWord("accountType", ["UNIFIED"]);
  const account = selfOf(call);
  const margin = accountMargin(engine, account);
  const asked = params.optional("coin")?.split(",");
  const booked = bookedOf(engine, accountId).filter(({ symbol }) => symbol !== "");
  const cumulativeE8 = booked.reduce((sum, { changeE8 }) => sum + changeE8, 0n);
  const others = [...account.otherE8].filter(([, heldE8]) => heldE8 !== 0n);
  const othersUsdE8 = others.reduce((sum, [coin, heldE8]) => sum + valueUsdE8(engine, coin, heldE8), 0n);
  const held = margin.walletUsdE8 !== 0n || margin.marginBalanceUsdE8 !== 0n;
  const coins = [
    ...(held || asked !== undefined ? [settlementCoin(margin, cumulativeE8)] : []),
    ...others.map(([coin, heldE8]) => otherCoin(engine, coin, heldE8)),
  ].filter(({ coin }) => asked === undefined || asked.includes(String(coin)));
  const sums = totals(margin, othersUsdE8, isIsolated(engine, account));
  return { list: [{ accountType: "UNIFIED", ...sums, coin: coins }] };
}

/** GET /v5/account/info. 5 is a unified account of the second version. */
export function accountInfo(call: BybitCall): unknown {
  const account = selfOf(call);
  return {
    unifiedMarginStatus: 5,
    marginMode: isIsolated(call.engine, account) ? "ISOLATED_MARGIN" : "REGULAR_MARGIN",
    isMasterTrader: false,
    spotHedgingStatus: "OFF",
    updatedTime: timeText(account.updateTimeMs),
    dcpStatus: "OFF",
    timeWindow: 0,
    smpGroup: 0,
  };
}

function modeRefused(reasonCode: string, reasonMsg: string): BybitError {
  return new BybitError(3400045, "Set margin mode failed", { reasons: [{ reasonCode, reasonMsg }] });
}

/** POST /v5/account/set-margin-mode. The mode that is set already is set again; another one only while nothing is open. */
export function setMarginMode(call: BybitCall): unknown {
  const { engine, params, accountId } = call;
  const modes = ["ISOLATED_MARGIN", "REGULAR_MARGIN", "PORTFOLIO_MARGIN"] as const;
  const mode = params.requireWord("setMarginMode", modes);
  const account = selfOf(call);
  if (mode === "PORTFOLIO_MARGIN")
    throw modeRefused("3400000", "Equity needs to be equal to or greater than 1000 USDC");
  const isolated = mode === "ISOLATED_MARGIN";
  if (isIsolated(engine, account) === isolated) return { reasons: [] };
  if (openOrders(engine, accountId).length > 0)
    throw modeRefused("3400054", "You have uncancelled USDT perpetual orders");
  if ([...account.positions.values()].some(({ lots }) => lots !== 0))
    throw modeRefused("3400208", "You have unclosed hedge mode or isolated mode USDT perpetual positions");
  for (const symbol of engine.specs.keys())
    positionOf(account, symbol).marginType = isolated ? "ISOLATED" : "CROSSED";
  engine.revision += 1;
  return { reasons: [] };
}

const NO_BORROWING = {
  hourlyBorrowRate: "0",
  maxBorrowingAmount: "0",
  freeBorrowingLimit: "0",
  freeBorrowAmount: "0",
  freeBorrowingAmount: "",
  borrowAmount: "0",
  otherBorrowAmount: "0",
  availableToBorrow: "0",
  borrowable: false,
  borrowUsageRate: "0",
};

/** GET /v5/account/collateral-info: USDT, and the coins of the listing, which are no collateral here. */
export function collateralInfo({ engine, params }: BybitCall): unknown {
  const asked = params.optional("currency");
  const coins = [SETTLEMENT_ASSET, ...[...engine.specs.values()].map(({ base }) => base)];
  const rows = coins.map((currency) => {
    const isSettlement = currency === SETTLEMENT_ASSET;
    const collateral = { marginCollateral: isSettlement, collateralSwitch: isSettlement };
    return { currency, ...NO_BORROWING, ...collateral, collateralRatio: isSettlement ? "1" : "0" };
  });
  return { list: rows.filter(({ currency }) => asked === undefined || currency === asked) };
}

/** GET /v5/account/fee-rate */
export function feeRate({ engine, params }: BybitCall): unknown {
  params.word("category", ["linear"]);
  const asked = params.optionalSymbol(engine.specs);
  const specs = asked === undefined ? [...engine.specs.values()] : [asked];
  const takerFeeRate = ppmText(engine.fees.takerPpm);
  const makerFeeRate = ppmText(engine.fees.makerPpm);
  return { list: specs.map(({ symbol }) => ({ symbol, takerFeeRate, makerFeeRate })) };
}

const CREATED_AT = "2025-01-01T00:00:00Z";
/** A key without a bound address ends some day. */
const EXPIRES_AT = "2099-01-01T00:00:00Z";

/** GET /v5/user/query-api */
export function keyInformation(call: BybitCall): unknown {
  const { keyMayTrade, keyMayWithdraw, keyIpRestrict } = settingsOf(selfOf(call));
  return {
    id: "1",
    note: "local",
    apiKey: call.apiKey,
    readOnly: keyMayTrade || keyMayWithdraw ? 0 : 1,
    secret: "",
    permissions: {
      ContractTrade: keyMayTrade ? ["Order", "Position"] : [],
      Spot: [],
      Wallet: keyMayWithdraw ? ["Withdraw"] : [],
      Options: [],
      Derivatives: keyMayTrade ? ["DerivativesTrade"] : [],
      CopyTrading: [],
      BlockTrade: [],
      Exchange: [],
      Earn: [],
      NFT: [],
      Affiliate: [],
    },
    ips: keyIpRestrict ? ["127.0.0.1"] : ["*"],
    type: 1,
    deadlineDay: keyIpRestrict ? -2 : 90,
    expiredAt: keyIpRestrict ? "1970-01-01T00:00:00Z" : EXPIRES_AT,
    createdAt: CREATED_AT,
    unified: 0,
    uta: 1,
    userID: 1,
    inviterID: 0,
    vipLevel: "No VIP",
    mktMakerLevel: "0",
    affiliateID: 0,
    rsaPublicKey: "",
    isMaster: true,
    parentUid: "0",
    kycLevel: "LEVEL_1",
    kycRegion: "",
  };
}
