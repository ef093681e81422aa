// One endpoint of Bybit's: who may ask, how often in a second, and its handler.
import type { Engine } from "../engine/engine.ts";
import type { BybitParams } from "./params.ts";

/** Input of a handler. `nowMs` is the exchange's time; nothing here reads a clock. */
export interface BybitCall {
  readonly engine: Engine;
  readonly params: BybitParams;
  /** Account and key of a signed call; empty on public endpoints. */
  readonly accountId: string;
  readonly apiKey: string;
  readonly nowMs: number;
}

export interface BybitRoute {
  /** `trade` needs a key that may trade. */
  readonly security: "public" | "signed" | "trade";
  /** Requests a second of one account. Public endpoints count by address alone. */
  readonly perSecond: number;
  /** Answers with the result, or throws a BybitError, or a VenueError of the engine. */
  readonly handle: (call: BybitCall) => unknown;
}

/** Routes by "METHOD /path". */
export type BybitRoutes = Readonly<Record<string, BybitRoute>>;
