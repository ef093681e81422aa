// Positions and their settings. Sources: the pages "Get Position Info", "Set Leverage" and "Switch Position Mode"
// (docs/v5/position). One-way positions are all there is; in hedge mode, both sides are empty.
import { entryPriceUsdE8 } from "../api/render-account.ts";
import { priceText, qtyText } from "../api/text.ts";
import { changeSettings, settingsOf } from "../engine/account-settings.ts";
import { absE8 } from "../engine/decimal.ts";
import { accountOf, type Engine, readPosition, specOf, symbolStateOf } from "../engine/engine.ts";
import { setLeverage } from "../engine/leverage.ts";
import { bracketOf, bustPriceUsdE8, liquidationPriceUsdE8, positionMargin } from "../engine/margin.ts";
import type { Account } from "../engine/state.ts";
import { type Booked, bookedOf } from "./booked.ts";
import { badParameter, refuse } from "./codes.ts";
import { pageByName } from "./paging.ts";
import type { BybitCall } from "./route.ts";
import { moneyText, timeText } from "./text.ts";
import { openOrders } from "./venue-orders.ts";

const ONE_WAY = "0";
const HEDGE = "3";

/** Profit that is booked: of all time, and since the position was last flat; with the first trade's time. */
function realised(booked: readonly Booked[], symbol: string) {
  let [allE8, currentE8] = [0n, 0n];
  let current = true;
  let firstMs: number | undefined;
  for (const row of booked) {
    if (row.symbol !== symbol) continue;
    if (row.lotsAfter === 0) current = false;
    const opens = Math.sign(row.lotsBefore) !== Math.sign(row.lotsAfter);
    // Of a trade that turned the position, the profit was the other side's.
    if (current) currentE8 += opens ? -row.feeE8 : row.changeE8;
    if (opens) current = false;
    allE8 += row.changeE8;
    if (row.trade !== undefined) firstMs = row.timeMs;
  }
  return { allE8, currentE8, firstMs };
}

/** Fields of an open position; those of an empty one are zero or empty text. */
function valueFields(engine: Engine, account: Account, symbol: string): Record<string, unknown> {
  const spec = specOf(engine, symbol);
  const { lots, marginType, isolatedWalletUsdE8 } = readPosition(account, symbol);
  if (lots === 0) {
    const zero = {
      size: qtyText(spec, 0),
      avgPrice: "0",
      positionIM: "0",
      positionMM: "0",
      positionBalance: "0",
    };
    const byMark = { positionIMByMp: "0", positionMMByMp: "0", adlRankIndicator: 0 };
    return {
      side: "",
      positionValue: "",
      unrealisedPnl: "",
      liqPrice: "",
      bustPrice: "",
      ...zero,
      ...byMark,
    };
  }
  const margin = positionMargin(engine, account, symbol);
  const [initial, maintenance] = [margin.positionInitialUsdE8, margin.maintenanceUsdE8].map((e8) =>
    moneyText(e8),
  );
  const written = (priceE8: bigint): string =>
    priceE8 <= 0n ? "" : priceText(spec, Number(priceE8 / spec.tickE8));
  return {
    side: lots > 0 ? "Buy" : "Sell",
    size: qtyText(spec, Math.abs(lots)),
    avgPrice: moneyText(entryPriceUsdE8(engine, account, symbol)),
    // At the entry price, as in the page's example: 300 / 27464.5 is its 0.01092319, and 300 / its mark is not.
    positionValue: moneyText(absE8(margin.notionalUsdE8 - margin.unrealizedUsdE8)),
    unrealisedPnl: moneyText(margin.unrealizedUsdE8),
    liqPrice: written(liquidationPriceUsdE8(engine, account, symbol)),
    bustPrice: written(bustPriceUsdE8(engine, account, symbol)),
    positionIM: initial,
    positionIMByMp: initial,
    positionMM: maintenance,
    positionMMByMp: maintenance,
    positionBalance: marginType === "ISOLATED" ? moneyText(isolatedWalletUsdE8) : initial,
    adlRankIndicator: 2,
  };
}

function renderPosition(
  { engine, accountId }: BybitCall,
  booked: readonly Booked[],
  { symbol, index }: { readonly symbol: string; readonly index: number },
): Record<string, unknown> {
  const account = accountOf(engine, accountId);
  const spec = specOf(engine, symbol);
  const position = readPosition(account, symbol);
  const bracket = bracketOf(spec, positionMargin(engine, account, symbol).notionalUsdE8);
  const profit = realised(booked, symbol);
  return {
    positionIdx: index,
    riskId: bracket.bracket,
    riskLimitValue: String(bracket.notionalCapUsd),
    symbol,
    ...valueFields(engine, account, symbol),
    tradeMode: 0,
    autoAddMargin: 0,
    positionStatus: "Normal",
    leverage: String(position.leverage),
    markPrice: moneyText(symbolStateOf(engine, symbol).markUsdE8),
    takeProfit: "",
    stopLoss: "",
    trailingStop: "0",
    sessionAvgPrice: "",
    curRealisedPnl: moneyText(profit.currentE8),
    cumRealisedPnl: moneyText(profit.allE8),
    createdTime: timeText(profit.firstMs ?? 0),
    updatedTime: timeText(position.updateTimeMs),
    seq: booked.find((row) => row.symbol === symbol && row.trade !== undefined)?.id ?? -1,
    isReduceOnly: false,
    mmrSysUpdatedTime: "",
    leverageSysUpdatedTime: "",
    tpslMode: "Full",
  };
}

/** GET /v5/position/list: a symbol's position whether or not it is open, or every open one of a settlement coin. */
export function positions(call: BybitCall): unknown {
  const { engine, params, accountId } = call;
  params.linear();
  const limit = params.limit(20, 200);
  const spec = params.optionalSymbol(engine.specs);
  const settle = params.optional("settleCoin");
  if (spec === undefined && settle === undefined) throw badParameter("symbol or settleCoin");
  const account = accountOf(engine, accountId);
  const held = [...engine.specs.keys()].filter((symbol) => readPosition(account, symbol).lots !== 0);
  const symbols = spec !== undefined ? [spec.symbol] : settle === "USDT" ? held : [];
  const page = pageByName(symbols, (symbol) => symbol, params, limit);
  const booked = bookedOf(engine, accountId);
  const indices = settingsOf(account).dualSidePosition ? [1, 2] : [0];
  const list = page.rows.flatMap((symbol) =>
    indices.map((index) => renderPosition(call, booked, { symbol, index })),
  );
  return { list, nextPageCursor: page.cursor, category: "linear" };
}

/** POST /v5/position/set-leverage. Whole numbers, the same for both sides. */
export function postLeverage({ engine, params, accountId }: BybitCall): unknown {
  params.linear();
  const spec = params.symbol(engine.specs);
  const [buy, sell] = [params.require("buyLeverage"), params.require("sellLeverage")];
  const leverage = Number(buy);
  const highest = spec.brackets[0]?.initialLeverage ?? 1;
  if (Number(sell) !== leverage) throw badParameter("buyLeverage must equal sellLeverage; it is");
  if (!Number.isInteger(leverage) || leverage < 1 || leverage > highest) throw badParameter("leverage");
  const account = accountOf(engine, accountId);
  if (readPosition(account, spec.symbol).leverage === leverage) throw refuse("leverageSame");
  setLeverage(engine, account, spec, leverage);
  return {};
}

/** POST /v5/position/switch-mode. The mode is the account's here, whichever symbol is named. */
export function switchMode({ engine, params, accountId }: BybitCall): unknown {
  params.linear();
  const hedge = params.requireWord("mode", [ONE_WAY, HEDGE]) === HEDGE;
  const spec = params.optionalSymbol(engine.specs);
  if (spec === undefined && params.require("coin") !== "USDT") throw badParameter("coin");
  const account = accountOf(engine, accountId);
  if (settingsOf(account).dualSidePosition === hedge) throw refuse("modeSame");
  if ([...account.positions.values()].some(({ lots }) => lots !== 0)) throw refuse("modeWithPosition");
  if (openOrders(engine, accountId).length > 0) throw refuse("modeWithOrders");
  changeSettings(account, { dualSidePosition: hedge });
  engine.revision += 1;
  return {};
}
