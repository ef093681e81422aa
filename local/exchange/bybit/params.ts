// Parameters of a Bybit request: a query string, or the fields of a JSON body, read as text. Refused with 10001.
import { parsePairs } from "../api/params.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import type { ExchangeRequest } from "../types.ts";
import { BybitError, badParameter, refuse } from "./codes.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** The part of a request that is signed, and from which it can be repeated. */
export const payloadOf = (request: ExchangeRequest): string =>
  request.method === "GET" ? request.query : request.body;

/** Fields of a body as text. A null is a field that was not sent. */
function bodyFields(body: string): Map<string, string> {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch {
    // The cause is in the request itself, which its sender has; the code says that it could not be read.
    throw badParameter("body");
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) throw badParameter("body");
  const known = Object.entries(fields).filter(([, value]) => value !== null);
  return new Map(
    known.map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

export class BybitParams {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  static of(method: string, payload: string): BybitParams {
    return new BybitParams(method === "GET" ? parsePairs(payload) : bodyFields(payload));
  }

  /** The value, or undefined when it was not sent or was sent empty. */
  optional(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === "" ? undefined : value;
  }

  require(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw badParameter(name);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,16}$/.test(value)) throw badParameter(name);
    return Number(value);
  }

  boolean(name: string): boolean {
    const value = this.optional(name) ?? "false";
    if (value !== "true" && value !== "false") throw badParameter(name);
    return value === "true";
  }

  /** One of the words that a field may hold, or undefined when it was not sent. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.optional(name);
    const found = words.find((word) => word === value);
    if (value !== undefined && found === undefined) throw badParameter(name);
    return found;
  }

  requireWord<Word extends string>(name: string, words: readonly Word[]): Word {
    const word = this.word(name, words);
    if (word === undefined) throw badParameter(name);
    return word;
  }

  /** A row limit within the bounds that the endpoint's page gives. */
  limit(standard: number, maximum: number): number {
    const value = this.integer("limit") ?? standard;
    if (value < 1 || value > maximum) throw badParameter("limit");
    return value;
  }

  /** Asserts the one category that is traded here. */
  linear(): void {
    if (this.require("category") !== "linear") throw badParameter("category");
  }

  symbol(specs: ReadonlyMap<string, SymbolSpec>): SymbolSpec {
    const spec = specs.get(this.require("symbol"));
    if (spec === undefined) throw refuse("badSymbol");
    return spec;
  }

  optionalSymbol(specs: ReadonlyMap<string, SymbolSpec>): SymbolSpec | undefined {
    return this.optional("symbol") === undefined ? undefined : this.symbol(specs);
  }

  /** startTime and endTime of a history: a missing end is filled in at the endpoint's span; both span seven days at most. */
  timeRange(nowMs: number, spanMs: number = WEEK_MS): { readonly startMs: number; readonly endMs: number } {
    const start = this.integer("startTime");
    const end = this.integer("endTime");
    const endMs = end ?? (start === undefined ? nowMs : start + spanMs);
    const startMs = start ?? endMs - spanMs;
    if (startMs > endMs) throw badParameter("startTime");
    if (endMs - startMs > WEEK_MS)
      throw new BybitError(10001, "The time range between startTime and endTime cannot exceed 7 days");
    return { startMs, endMs };
  }
}
