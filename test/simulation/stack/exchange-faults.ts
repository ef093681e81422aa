// The exchange's faults that a run may inject, each drawn with its own numbers from the seed. All of them are honest:
// what they say about an order may be missing, late or unreadable, but never a lie that a real venue could not tell.

import type { Random } from "@ballast/local-serving/random.ts";
import type { FaultEffect, FaultRule, FaultWhen } from "#local/exchange/faults/fault.ts";
import { pick } from "./alerts.ts";

export interface PlannedFault {
  readonly kind: string;
  readonly rule: FaultRule;
  /** Taken back after this, struck or not. */
  readonly lifeMs: number;
}

/** Placing an order, and nothing else. */
export const NEW_ORDER = { method: "POST", path: "/fapi/v1/order" } as const;
const ANY_ORDER_CALL = { path: "/fapi/v1/order" } as const;
const ACCOUNT_READS = { method: "GET", path: "/fapi/v[123]/(positionRisk|balance|account)" } as const;
const QUOTES = { method: "GET", path: "/fapi/v1/ticker/bookTicker" } as const;
const EVERYTHING = {} as const;

const MIN_LIFE_MS = 1_000;
const LIFE_RANGE_MS = 5_000;
const MAX_COUNT = 3;
/** The adapter waits 8 s for an answer: some answers come later than that. */
const SLOW_MS = [300, 1_500, 4_000, 9_000] as const;

function when(random: Random): FaultWhen {
  return random() < 0.5 ? "before" : "after";
}

const EFFECTS: Readonly<Record<string, (random: Random) => FaultEffect>> = {
  latency: (random) => ({ kind: "latency", when: when(random), latencyMs: pick(random, SLOW_MS) }),
  httpError: (random) => ({
    kind: "httpError",
    when: when(random),
    status: pick(random, [500, 502, 503, 504]),
    body: "<html>upstream</html>",
  }),
  reset: (random) => ({ kind: "reset", when: when(random) }),
  garbage: () => ({ kind: "body", when: "after", content: "garbage" }),
  empty: () => ({ kind: "body", when: "after", content: "empty" }),
  unknownOutcome: (random) => ({
    kind: "venueError",
    when: when(random),
    status: 408,
    code: pick(random, [-1007, -1006]),
    msg: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
  }),
  tooMany: (random) => ({ kind: "rateLimit", status: 429, retryAfterS: pick(random, [1, 2]) }),
  banned: (random) => ({ kind: "rateLimit", status: 418, retryAfterS: pick(random, [1, 2]) }),
  clockSkew: (random) => ({ kind: "clockSkew", skewMs: pick(random, [-8_000, -3_000, 3_000, 8_000]) }),
};

export const FAULT_KINDS: readonly string[] = [...Object.keys(EFFECTS), "staleQuotes"];

/** The next fault of a kind. Most strike orders; the others strike whatever comes. */
export function planFault(kind: string, random: Random): PlannedFault {
  const lifeMs = MIN_LIFE_MS + random() * LIFE_RANGE_MS;
  const effect = EFFECTS[kind];
  if (effect === undefined) return { kind, rule: { effect: { kind: "stale" }, match: QUOTES }, lifeMs };
  const match = pick(random, [NEW_ORDER, NEW_ORDER, NEW_ORDER, ANY_ORDER_CALL, ACCOUNT_READS, EVERYTHING]);
  const count = 1 + Math.floor(random() * MAX_COUNT);
  return { kind, rule: { effect: effect(random), match, count }, lifeMs };
}
