// A dialect: one venue's way to be asked and to answer, over the engine that all of them share. Exchange, faults and admin
// actions know this interface only.
import type { RateLimits } from "./api/limits.ts";
import type { Engine, FeeRates, VenueRules } from "./engine/engine.ts";
import type { SymbolDefinition } from "./engine/symbols.ts";
import type { FaultEffect } from "./faults/fault.ts";
import type { CommitRecord, ExchangeRequest, ExchangeResponse } from "./types.ts";

type RequestRecord = Extract<CommitRecord, { readonly kind: "request" }>;

export interface DispatchContext {
  readonly engine: Engine;
  readonly nowMs: number;
  /** The clock that clients see; differs from nowMs under an injected skew. */
  readonly serverNowMs: number;
}

/** An answer before faults, and the record to replay when the request changed something. */
export interface Dispatched {
  readonly response: ExchangeResponse;
  readonly committed: Pick<RequestRecord, "accountId" | "route" | "payload"> | undefined;
}

/** Limits of an address, as far as admin actions move them. */
export interface VenueLimiter {
  readonly limits: { readonly weightPerMinute: number };
  /** Bans the address, for `durationMs` or for as long as the venue would. */
  ban(nowMs: number, durationMs: number | undefined): void;
  /** Counts weight that others behind the address have used by now; returns the weight in use. */
  crowd(weight: number, nowMs: number): number;
  /** Another weight a minute from now on; the spent part stays spent. */
  allow(weightPerMinute: number): void;
  /** Forgets all usage and bans. */
  clear(): void;
}

type Effect<Kind extends FaultEffect["kind"]> = Extract<FaultEffect, { readonly kind: Kind }>;
export type Row = Readonly<Record<string, unknown>>;

/** The answers of faults that look different at each venue. */
export interface FaultAnswers {
  venueError(effect: Effect<"venueError">, serverNowMs: number): ExchangeResponse;
  rateLimit(effect: Effect<"rateLimit">, serverNowMs: number): ExchangeResponse;
  /** An answer with its list of rows changed; one without such a list as it is. */
  changeList(answer: unknown, change: (rows: readonly unknown[]) => readonly unknown[]): unknown;
  /** Fields of a quote that has no price. */
  readonly noQuote: Row;
  /** An answer whose orders carry no price of their fills. */
  unpriced(answer: unknown): unknown;
}

export interface Dialect {
  readonly limiter: VenueLimiter;
  readonly faults: FaultAnswers;
  /** The symbol that a request names, for faults that are aimed at one. */
  symbolOf(request: ExchangeRequest): string | undefined;
  /** Whether the venue did as it was asked. */
  succeeded(response: ExchangeResponse): boolean;
  /** Runs one request. Only faults of the program itself throw; refusals are answers. */
  dispatch(context: DispatchContext, request: ExchangeRequest): Dispatched;
  /** Repeats a committed request without its checks. */
  redo(engine: Engine, record: RequestRecord): void;
}

/** A dialect before it is spoken, with all that an exchange needs to know at its creation. */
export interface DialectKind {
  /** Whether a request of this path is one of this venue's. */
  speaks(path: string): boolean;
  readonly rules: VenueRules;
  readonly fees: FeeRates;
  readonly symbols: readonly SymbolDefinition[];
  open(limits: Partial<RateLimits>): Dialect;
}
