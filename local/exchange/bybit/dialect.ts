// Bybit v5, category linear, unified account, as a dialect: dispatch, limits, a regular user's fees, and its answers to
// injected faults.
import { parsePairs } from "../api/params.ts";
import type { DialectKind, FaultAnswers, Row } from "../dialect.ts";
import { DEFAULT_SYMBOLS } from "../engine/default-symbols.ts";
import type { ExchangeRequest } from "../types.ts";
import { answer, dispatch, forbiddenFor, redo } from "./dispatch.ts";
import { BybitLimiter, DEFAULT_PER_MINUTE } from "./limits.ts";
import { payloadOf } from "./params.ts";

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const changeList: FaultAnswers["changeList"] = (given, change) => {
  if (!isRow(given) || !isRow(given.result) || !Array.isArray(given.result.list)) return given;
  return { ...given, result: { ...given.result, list: change(given.result.list) } };
};

const FAULTS: FaultAnswers = {
  venueError: ({ code, msg, status }, serverNowMs) =>
    answer({ retCode: code, retMsg: msg, result: {}, timeMs: serverNowMs, status }),
  // 429 stands for the account's limit, which Bybit answers with a code; 418 for the ban of the address.
  rateLimit: ({ status, retryAfterS }, serverNowMs) =>
    status === 418
      ? forbiddenFor(retryAfterS)
      : answer({
          retCode: 10006,
          retMsg: "Too many visits. Exceeded the API Rate Limit.",
          result: {},
          timeMs: serverNowMs,
          headers: {
            "X-Bapi-Limit": "10",
            "X-Bapi-Limit-Status": "0",
            "X-Bapi-Limit-Reset-Timestamp": String(serverNowMs + retryAfterS * 1000),
          },
        }),
  changeList,
  noQuote: { bid1Price: "", ask1Price: "" },
  unpriced: (given) =>
    changeList(given, (rows) =>
      rows.map((row) =>
        isRow(row) && "orderStatus" in row ? { ...row, avgPrice: "", cumExecValue: "0" } : row,
      ),
    ),
};

function symbolOf(request: ExchangeRequest): string | undefined {
  const payload = payloadOf(request);
  if (request.method === "GET") return parsePairs(payload).get("symbol");
  return /"symbol"\s*:\s*"([^"]*)"/.exec(payload)?.[1];
}

/** Every linear USDT contract asks for 5 USDT ("Get Instruments Info", lotSizeFilter.minNotionalValue). */
const MIN_NOTIONAL_USD = "5";

export const BYBIT_LINEAR: DialectKind = {
  speaks: (path) => path.startsWith("/v5/"),
  rules: { beyondBand: "moved", unfillable: "cancelled", firedId: "same", maxOpenOrders: 500 },
  // Non-VIP fees of derivatives, in parts per million: 0.02 % maker, 0.055 % taker.
  fees: { makerPpm: 200, takerPpm: 550 },
  symbols: DEFAULT_SYMBOLS.map((definition) => ({ ...definition, minNotionalUsd: MIN_NOTIONAL_USD })),
  open: ({ weightPerMinute = DEFAULT_PER_MINUTE }) => {
    const limiter = new BybitLimiter(weightPerMinute);
    return {
      limiter,
      faults: FAULTS,
      symbolOf,
      succeeded: ({ status, body }) => status === 200 && body.startsWith('{"retCode":0,'),
      dispatch: (context, request) => dispatch({ ...context, limiter }, request),
      redo,
    };
  },
};
