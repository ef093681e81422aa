// Endpoints that change an account's settings: leverage, margin type, position mode, isolated margin.
import { invalidParameter, missingParameter, refuse } from "../codes.ts";
import { parseE8 } from "../engine/decimal.ts";
import { accountOf, positionOf, readPosition, restingOf } from "../engine/engine.ts";
import { setLeverage } from "../engine/leverage.ts";
import { accountMargin, maxNotionalUsd, positionMargin, withdrawableUsdE8 } from "../engine/margin.ts";
import type { Call } from "./route.ts";
import { moneyText } from "./text.ts";

/** POST /fapi/v1/leverage. -4028 out of range, -2028 when the margin would not cover it. */
export function postLeverage(call: Call): unknown {
  const { engine, params, accountId } = call;
  const spec = params.symbol(engine.specs);
  const leverage = params.integer("leverage");
  if (leverage === undefined) throw missingParameter("leverage");
  const highest = spec.brackets[0]?.initialLeverage ?? 1;
  if (leverage < 1 || leverage > highest) throw refuse("badLeverage", String(leverage));
  setLeverage(engine, accountOf(engine, accountId), spec, leverage);
  return { leverage, maxNotionalValue: String(maxNotionalUsd(spec, leverage)), symbol: spec.symbol };
}

/** POST /fapi/v1/marginType. -4046 unchanged, -4047 with open orders, -4048 with a position. */
export function postMarginType(call: Call): unknown {
  const { engine, params, accountId } = call;
  const { symbol } = params.symbol(engine.specs);
  const type = params.require("marginType");
  if (type !== "ISOLATED" && type !== "CROSSED") throw invalidParameter("marginType");
  const account = accountOf(engine, accountId);
  const current = readPosition(account, symbol);
  if (current.marginType === type) throw refuse("marginTypeSame");
  if (restingOf(engine, accountId, symbol).length > 0) throw refuse("marginTypeOpenOrders");
  if (current.lots !== 0) throw refuse("marginTypePosition");
  positionOf(account, symbol).marginType = type;
  engine.revision += 1;
  return { code: 200, msg: "success" };
}

/** POST /fapi/v1/positionSide/dual. One-way mode is all there is: asking for hedge mode is refused. */
export function postPositionMode(call: Call): unknown {
  if (call.params.optional("dualSidePosition") === undefined) throw missingParameter("dualSidePosition");
  if (!call.params.boolean("dualSidePosition")) throw refuse("positionSideSame");
  throw refuse("unsupportedOperation");
}

/** POST /fapi/v1/positionMargin: adds (type 1) or takes (type 2) margin of an isolated position. */
export function postPositionMargin(call: Call): unknown {
  const { engine, params, accountId } = call;
  const { symbol } = params.symbol(engine.specs);
  const type = params.integer("type");
  if (type !== 1 && type !== 2) throw invalidParameter("type");
  const amount = parseE8(params.require("amount"));
  if (amount === undefined) throw invalidParameter("amount");
  if (amount <= 0n) throw refuse("amountNotPositive");
  const account = accountOf(engine, accountId);
  const position = positionOf(account, symbol);
  if (position.marginType !== "ISOLATED") throw refuse("marginNotIsolated");
  if (position.lots === 0) throw refuse("marginNoPosition");
  if (type === 1 && amount > withdrawableUsdE8(accountMargin(engine, account)))
    throw refuse("crossInsufficient");
  const margin = positionMargin(engine, account, symbol);
  const removable = position.isolatedWalletUsdE8 + margin.unrealizedUsdE8 - margin.positionInitialUsdE8;
  if (type === 2 && amount > removable) throw refuse("isolatedInsufficient");
  position.isolatedWalletUsdE8 += type === 1 ? amount : -amount;
  position.updateTimeMs = engine.nowMs;
  engine.revision += 1;
  return { amount: Number(moneyText(amount)), code: 200, msg: "Successfully modify position margin.", type };
}
