// One endpoint: its weight, whether it is signed, the state that it may change, and its handler.
import type { Engine } from "../engine/engine.ts";
import type { RateLimiter } from "./limits.ts";
import type { Params } from "./params.ts";

/** Input of a handler. `nowMs` is the exchange's time; nothing here reads a clock. */
export interface Call {
  readonly engine: Engine;
  readonly params: Params;
  /** The signed account; empty on public endpoints. */
  readonly accountId: string;
  readonly nowMs: number;
  readonly limiter: RateLimiter;
}

export interface Route {
  readonly security: "public" | "signed";
  readonly weight: number | ((params: Params) => number);
  /** How many orders a call counts for; 0 unless it places or amends orders. */
  readonly orders?: (params: Params) => number;
  /** Answers with a JSON value, or throws a VenueError. */
  readonly handle: (call: Call) => unknown;
}

/** Routes by "METHOD /path". */
export type RouteTable = Readonly<Record<string, Route>>;
