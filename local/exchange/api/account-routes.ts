// Account endpoints that only read: balances, positions, fees, brackets, history.
import { invalidParameter } from "../codes.ts";
import { settingsOf } from "../engine/account-settings.ts";
import { formatE8, formatTrimmedE8 } from "../engine/decimal.ts";
import { accountOf, readPosition } from "../engine/engine.ts";
import { maxNotionalUsd } from "../engine/margin.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import { activeSymbols, renderAccount, renderBalances, renderPositionRisk } from "./render-account.ts";
import { renderTrade } from "./render-order.ts";
import type { Call } from "./route.ts";
import { moneyText } from "./text.ts";

const PPM_TO_E8 = 100n;
const WEEK_MS = 7 * 86_400_000;

const selfOf = (call: Call) => accountOf(call.engine, call.accountId);

export const accountV3 = (call: Call): unknown => renderAccount(call.engine, selfOf(call), false);
export const accountV2 = (call: Call): unknown => renderAccount(call.engine, selfOf(call), true);
export const balances = (call: Call): unknown => renderBalances(call.engine, selfOf(call));

/** GET /fapi/v3/positionRisk: open positions and symbols with working orders. */
export function positionRiskV3(call: Call): unknown {
  const account = selfOf(call);
  const asked = call.params.optionalSymbol(call.engine.specs);
  const symbols = activeSymbols(call.engine, account).filter(
    (symbol) => asked === undefined || asked.symbol === symbol,
  );
  return symbols.map((symbol) => renderPositionRisk(call.engine, account, symbol, false));
}

/** GET /fapi/v2/positionRisk: every contract, flat ones too. */
export function positionRiskV2(call: Call): unknown {
  const asked = call.params.optionalSymbol(call.engine.specs);
  const symbols = asked === undefined ? [...call.engine.specs.keys()] : [asked.symbol];
  return symbols.map((symbol) => renderPositionRisk(call.engine, selfOf(call), symbol, true));
}

/** GET /fapi/v1/leverageBracket */
export function leverageBracket(call: Call): unknown {
  const asked = call.params.optionalSymbol(call.engine.specs);
  const specs = asked === undefined ? [...call.engine.specs.values()] : [asked];
  return specs.map((spec: SymbolSpec) => ({
    symbol: spec.symbol,
    notionalCoef: 1.5,
    brackets: spec.brackets.map((bracket) => ({
      bracket: bracket.bracket,
      initialLeverage: bracket.initialLeverage,
      notionalCap: bracket.notionalCapUsd,
      notionalFloor: bracket.notionalFloorUsd,
      maintMarginRatio: bracket.maintenancePpm / 1_000_000,
      cum: Number(formatTrimmedE8(bracket.cumUsdE8)),
    })),
  }));
}

/** GET /fapi/v1/commissionRate */
export function commissionRate(call: Call): unknown {
  const { symbol } = call.params.symbol(call.engine.specs);
  const { makerPpm, takerPpm } = call.engine.fees;
  return {
    symbol,
    makerCommissionRate: formatE8(BigInt(makerPpm) * PPM_TO_E8, 6),
    takerCommissionRate: formatE8(BigInt(takerPpm) * PPM_TO_E8, 6),
  };
}

/** GET /fapi/v1/symbolConfig */
export function symbolConfig(call: Call): unknown {
  const asked = call.params.optionalSymbol(call.engine.specs);
  const specs = asked === undefined ? [...call.engine.specs.values()] : [asked];
  return specs.map((spec) => {
    const position = readPosition(selfOf(call), spec.symbol);
    return {
      symbol: spec.symbol,
      marginType: position.marginType,
      isAutoAddMargin: false,
      leverage: position.leverage,
      maxNotionalValue: String(maxNotionalUsd(spec, position.leverage)),
    };
  });
}

/** GET /fapi/v1/accountConfig */
export function accountConfig(call: Call): unknown {
  const { canTrade, dualSidePosition, multiAssetsMargin } = settingsOf(selfOf(call));
  return {
    feeTier: 0,
    canTrade,
    canDeposit: true,
    canWithdraw: true,
    dualSidePosition,
    updateTime: 0,
    multiAssetsMargin,
    tradeGroupId: -1,
  };
}

export function positionMode(call: Call): unknown {
  return { dualSidePosition: settingsOf(selfOf(call)).dualSidePosition };
}

export function multiAssetsMode(call: Call): unknown {
  return { multiAssetsMargin: settingsOf(selfOf(call)).multiAssetsMargin };
}

/** GET /fapi/v1/feeBurn */
export function feeBurn(call: Call): unknown {
  return { feeBurn: settingsOf(selfOf(call)).feeBurn };
}

/** GET /sapi/v1/account/apiRestrictions, which the venue serves from another host. */
export function keyRestrictions(call: Call): unknown {
  const { keyMayTrade, keyMayWithdraw, keyIpRestrict } = settingsOf(selfOf(call));
  return {
    ipRestrict: keyIpRestrict,
    createTime: 1_735_689_600_000,
    enableReading: true,
    enableWithdrawals: keyMayWithdraw,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: keyMayTrade,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enableSpotAndMarginTrading: false,
    enablePortfolioMarginTrading: false,
  };
}

/** GET /fapi/v1/rateLimit/order */
export function orderRateLimits({ limiter, accountId, nowMs }: Call): unknown {
  const counts = limiter.orderCounts(accountId, nowMs);
  return [
    {
      rateLimitType: "ORDERS",
      interval: "SECOND",
      intervalNum: 10,
      limit: limiter.limits.ordersPer10s,
      count: counts.tenSeconds,
    },
    {
      rateLimitType: "ORDERS",
      interval: "MINUTE",
      intervalNum: 1,
      limit: limiter.limits.ordersPerMinute,
      count: counts.minute,
    },
  ];
}

/** GET /fapi/v1/userTrades: oldest first; without a start the newest, with an order id that order's. */
export function userTrades(call: Call): unknown {
  const { engine, params, accountId } = call;
  const { symbol } = params.symbol(engine.specs);
  const orderId = params.integer("orderId");
  const fromId = params.integer("fromId");
  const { startMs, endMs } = params.timeRange();
  const limit = params.limit(500, 1000);
  const rows = engine.state.trades.filter(
    (trade) =>
      trade.accountId === accountId &&
      trade.symbol === symbol &&
      (orderId === undefined || trade.orderId === orderId) &&
      (fromId === undefined || trade.id >= fromId) &&
      (startMs === undefined || trade.timeMs >= startMs) &&
      (endMs === undefined || trade.timeMs <= endMs),
  );
  const page = startMs === undefined && fromId === undefined ? rows.slice(-limit) : rows.slice(0, limit);
  return page.map((trade) => renderTrade(engine, trade));
}

/** GET /fapi/v1/income: wallet changes, oldest first, by pages; the last seven days unless a start is given. */
export function income(call: Call): unknown {
  const { engine, params, accountId, nowMs } = call;
  const asked = params.optionalSymbol(engine.specs);
  const type = params.optional("incomeType");
  const range = params.timeRange();
  const startMs = range.startMs ?? nowMs - WEEK_MS;
  const limit = params.limit(100, 1000);
  const pageNumber = params.integer("page") ?? 1;
  if (pageNumber < 1) throw invalidParameter("page");
  const rows = engine.state.incomes.filter(
    (entry) =>
      entry.accountId === accountId &&
      (asked === undefined || entry.symbol === asked.symbol) &&
      (type === undefined || entry.type === type) &&
      entry.timeMs >= startMs &&
      (range.endMs === undefined || entry.timeMs <= range.endMs),
  );
  const first = (pageNumber - 1) * limit;
  const isNewest = range.startMs === undefined && pageNumber === 1;
  const page = isNewest ? rows.slice(-limit) : rows.slice(first, first + limit);
  return page.map((entry) => ({
    symbol: entry.symbol,
    incomeType: entry.type,
    income: moneyText(entry.amountE8),
    asset: entry.asset,
    info: entry.info,
    time: entry.timeMs,
    tranId: entry.tranId,
    tradeId: entry.tradeId,
  }));
}
