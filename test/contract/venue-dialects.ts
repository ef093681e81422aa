// Differences between the venues of the contract: the paths that requests take, the venue's raw codes, and failures in its own
// words. Every other expectation of the suite is the same for all of them.
import type { VenueId } from "#domain/documents/account.ts";
import type { RequestLimits } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import type { FaultEffect, FaultMatch } from "#local/exchange/faults/fault.ts";

/** How a failure must be called, and whether the order is at the venue afterwards. */
export interface Outcome {
  readonly kind: string;
  readonly code: string;
  readonly landed: boolean;
}

type FailureCase = readonly [name: string, effect: FaultEffect, outcome: Outcome];

export interface Dialect {
  readonly venue: VenueId;
  /** Creations, as the wire shows them and as faults match them. */
  readonly order: { readonly sent: string; readonly match: FaultMatch };
  readonly stop: { readonly sent: string; readonly match: FaultMatch };
  readonly cancel: FaultMatch;
  /** As it states them to everybody; null: in its documentation alone, or with each answer. */
  readonly requestLimits: RequestLimits;
  /** The question that follows a creation which the venue only acknowledges. */
  readonly lookUp: readonly string[];
  readonly time: string;
  /** An order that is smaller than the venue takes. */
  readonly tooSmall: Partial<OrderRequest>;
  /** Of the bid: a price that the venue refuses. One that it moves to the edge of its band is no refusal. */
  readonly beyondBand: string;
  readonly codes: {
    readonly wouldTake: string;
    readonly nothingToReduce: string;
    readonly belowMinimum: string;
    readonly aboveMaximum: string;
    readonly noMargin: string;
    readonly priceBand: string;
    readonly tooManyOpen: string;
    readonly duplicate: string;
    readonly clock: string;
    /** Of a stop and of a take-profit. */
    readonly wouldFireNow: Readonly<Record<ExitKind, string>>;
    readonly banned: string;
  };
  /** The venue throttles for a moment, and did not process the request. */
  readonly throttling: FaultEffect;
  readonly rateLimit: Outcome;
  readonly failures: readonly FailureCase[];
}

/** Failures of the wire, which no venue has a say in. */
const OF_THE_WIRE: readonly FailureCase[] = [
  [
    "500, not taken",
    { kind: "httpError", when: "before", status: 500, body: "<html>" },
    { kind: "unknown", code: "HTTP_500", landed: false },
  ],
  [
    "500, taken",
    { kind: "httpError", when: "after", status: 500, body: "<html>" },
    { kind: "unknown", code: "HTTP_500", landed: true },
  ],
  [
    "502, taken",
    { kind: "httpError", when: "after", status: 502, body: "" },
    { kind: "unknown", code: "HTTP_502", landed: true },
  ],
  [
    "504, taken",
    { kind: "httpError", when: "after", status: 504, body: "Gateway Timeout" },
    { kind: "unknown", code: "HTTP_504", landed: true },
  ],
  ["reset, not taken", { kind: "reset", when: "before" }, { kind: "unknown", code: "RESET", landed: false }],
  ["reset, taken", { kind: "reset", when: "after" }, { kind: "unknown", code: "RESET", landed: true }],
  [
    "garbage, taken",
    { kind: "body", when: "after", content: "garbage" },
    { kind: "unknown", code: "UNREADABLE", landed: true },
  ],
  [
    "garbage, not taken",
    { kind: "body", when: "before", content: "garbage" },
    { kind: "unknown", code: "UNREADABLE", landed: false },
  ],
  [
    "empty body, taken",
    { kind: "body", when: "after", content: "empty" },
    { kind: "unknown", code: "UNREADABLE", landed: true },
  ],
  [
    "region",
    { kind: "httpError", when: "before", status: 451, body: "restricted" },
    { kind: "banned", code: "HTTP_451", landed: false },
  ],
  [
    "firewall",
    { kind: "httpError", when: "before", status: 403, body: "<html>" },
    { kind: "banned", code: "HTTP_403", landed: false },
  ],
];

const UNKNOWN_503 = "Unknown error, please check your request or try again later.";

export const BINANCE: Dialect = {
  venue: "binance-usdm",
  order: { sent: "POST /fapi/v1/order", match: { method: "POST", path: "/fapi/v1/order$" } },
  stop: { sent: "POST /fapi/v1/algoOrder", match: { method: "POST", path: "/fapi/v1/algoOrder$" } },
  cancel: { method: "DELETE" },
  requestLimits: { weightPerMinute: 2400, ordersPerTenSeconds: 300, ordersPerMinute: 1200 },
  lookUp: [],
  time: "GET /fapi/v1/time",
  tooSmall: { qtyBase: "0.001" },
  beyondBand: "1.1",
  codes: {
    wouldTake: "-5022",
    nothingToReduce: "-2022",
    belowMinimum: "-4164",
    aboveMaximum: "-4005",
    noMargin: "-2019",
    priceBand: "-4016",
    tooManyOpen: "-4045",
    duplicate: "-4116",
    clock: "-1021",
    wouldFireNow: { stop: "-2021", takeProfit: "-2021" },
    banned: "-1003",
  },
  throttling: { kind: "venueError", when: "before", status: 503, code: -1008, msg: "Request throttled" },
  rateLimit: { kind: "retryable", code: "-1003", landed: false },
  failures: [
    ...OF_THE_WIRE,
    [
      "503 unknown, taken",
      { kind: "venueError", when: "after", status: 503, code: -1000, msg: UNKNOWN_503 },
      { kind: "unknown", code: "-1000", landed: true },
    ],
    [
      "503 failed",
      { kind: "venueError", when: "before", status: 503, code: -1000, msg: "Service Unavailable." },
      { kind: "retryable", code: "-1000", landed: false },
    ],
    [
      "503 throttled",
      { kind: "venueError", when: "before", status: 503, code: -1008, msg: "Request throttled" },
      { kind: "retryable", code: "-1008", landed: false },
    ],
    [
      "-1007, taken",
      { kind: "venueError", when: "after", status: 408, code: -1007, msg: "Timeout" },
      { kind: "unknown", code: "-1007", landed: true },
    ],
    [
      "-1007, not taken",
      { kind: "venueError", when: "before", status: 408, code: -1007, msg: "Timeout" },
      { kind: "unknown", code: "-1007", landed: false },
    ],
    [
      "-1006, taken",
      { kind: "venueError", when: "after", status: 400, code: -1006, msg: "Unexpected" },
      { kind: "unknown", code: "-1006", landed: true },
    ],
    [
      "rate limit",
      { kind: "rateLimit", status: 429, retryAfterS: 7 },
      { kind: "retryable", code: "-1003", landed: false },
    ],
    [
      "ban",
      { kind: "rateLimit", status: 418, retryAfterS: 60 },
      { kind: "banned", code: "-1003", landed: false },
    ],
  ],
};

/** Bybit refuses with HTTP 200 and a code. */
const refused = (when: "before" | "after", code: number, msg: string): FaultEffect => ({
  kind: "venueError",
  when,
  status: 200,
  code,
  msg,
});
const TOO_MANY: Outcome = { kind: "retryable", code: "10006", landed: false };

export const BYBIT: Dialect = {
  venue: "bybit-linear",
  order: { sent: "POST /v5/order/create", match: { method: "POST", path: "/v5/order/create$" } },
  stop: { sent: "POST /v5/order/create", match: { method: "POST", path: "/v5/order/create$" } },
  cancel: { method: "POST", path: "/v5/order/cancel$" },
  requestLimits: { weightPerMinute: null, ordersPerTenSeconds: null, ordersPerMinute: null },
  lookUp: ["GET /v5/order/realtime"],
  time: "GET /v5/market/time",
  tooSmall: { symbol: "DOGEUSDT", qtyBase: "1" },
  beyondBand: "1000",
  codes: {
    wouldTake: "EC_PostOnlyWillTakeLiquidity",
    nothingToReduce: "110017",
    belowMinimum: "110094",
    aboveMaximum: "10001",
    noMargin: "110007",
    priceBand: "110003",
    tooManyOpen: "110009",
    duplicate: "110072",
    clock: "10002",
    wouldFireNow: { stop: "110093", takeProfit: "110092" },
    banned: "HTTP_403",
  },
  throttling: refused("before", 10016, "Server error."),
  rateLimit: TOO_MANY,
  failures: [
    ...OF_THE_WIRE,
    [
      "10000, taken",
      refused("after", 10000, "Server Timeout"),
      { kind: "unknown", code: "10000", landed: true },
    ],
    [
      "10000, not taken",
      refused("before", 10000, "Server Timeout"),
      { kind: "unknown", code: "10000", landed: false },
    ],
    [
      "10016, taken",
      refused("after", 10016, "Server error."),
      { kind: "unknown", code: "10016", landed: true },
    ],
    [
      "429",
      { kind: "venueError", when: "before", status: 429, code: 429, msg: "high server load" },
      { kind: "retryable", code: "429", landed: false },
    ],
    ["rate limit", { kind: "rateLimit", status: 429, retryAfterS: 1 }, TOO_MANY],
    [
      "ban",
      { kind: "rateLimit", status: 418, retryAfterS: 60 },
      { kind: "banned", code: "HTTP_403", landed: false },
    ],
  ],
};
