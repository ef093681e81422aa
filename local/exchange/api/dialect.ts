// Binance USD-M as a dialect: its own dispatch and limits, its regular user's fees, and its answers to injected faults.
import { VenueError } from "../codes.ts";
import type { DialectKind, FaultAnswers, Row } from "../dialect.ts";
import { DEFAULT_SYMBOLS } from "../engine/default-symbols.ts";
import { dispatch, payloadOf, redo, refusalResponse } from "./dispatch.ts";
import { DEFAULT_LIMITS, RateLimitError, RateLimiter } from "./limits.ts";
import { parsePairs } from "./params.ts";

function unpricedRow(order: unknown): unknown {
  return typeof order === "object" && order !== null && "avgPrice" in order
    ? ({ ...order, avgPrice: "0.00", cumQuote: "0" } satisfies Row)
    : order;
}

const FAULTS: FaultAnswers = {
  venueError: ({ code, msg, status }) => refusalResponse(new VenueError(code, msg, status)),
  rateLimit: ({ status, retryAfterS }) => {
    const message =
      status === 418 ? "Way too many requests; IP(127.0.0.1) banned until later." : "Too many requests.";
    return refusalResponse(new RateLimitError(status, -1003, message, retryAfterS));
  },
  changeList: (answer, change) => (Array.isArray(answer) ? change(answer) : answer),
  noQuote: { bidPrice: "", askPrice: "" },
  unpriced: (answer) => (Array.isArray(answer) ? answer.map(unpricedRow) : unpricedRow(answer)),
};

export const BINANCE_USDM: DialectKind = {
  speaks: (path) => /^\/[fs]api\//.test(path),
  rules: { beyondBand: "refused", unfillable: "refused", firedId: "new", maxOpenOrders: 200 },
  // Regular-user fees, in parts per million.
  fees: { makerPpm: 200, takerPpm: 500 },
  symbols: DEFAULT_SYMBOLS,
  open: (limits) => {
    const limiter = new RateLimiter({ ...DEFAULT_LIMITS, ...limits });
    return {
      limiter,
      faults: FAULTS,
      symbolOf: (request) => parsePairs(payloadOf(request)).get("symbol"),
      succeeded: ({ status }) => status === 200,
      dispatch: (context, request) => dispatch({ ...context, limiter }, request),
      redo: (engine, record) => redo(engine, limiter, record),
    };
  },
};
