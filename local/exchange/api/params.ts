// Request parameters: query string and form body read as Binance reads them, with its errors for what is
// missing or malformed.
import { invalidParameter, missingParameter, refuse } from "../codes.ts";
import type { SymbolSpec } from "../engine/symbols.ts";

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // A lone "%" is taken as it stands; the signature covers the raw text anyway.
  }
}

/** Parses `a=1&b=2`; of a repeated name the first counts. */
export function parsePairs(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of text.split("&")) {
    const cut = pair.indexOf("=");
    if (pair === "") continue;
    const name = decode(cut < 0 ? pair : pair.slice(0, cut));
    if (!values.has(name)) values.set(name, cut < 0 ? "" : decode(pair.slice(cut + 1)));
  }
  return values;
}

export class Params {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** The value, or undefined when it was not sent or was sent empty. */
  optional(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === "" ? undefined : value;
  }

  /** The value of the first of several spellings that was sent. */
  optionalOf(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.optional(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  require(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw missingParameter(name);
    return value;
  }

  /** A whole number, or undefined when it was not sent. -1102 when it is not a number. */
  integer(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,16}$/.test(value)) throw missingParameter(name);
    return Number(value);
  }

  boolean(name: string): boolean {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined || value === "false") return false;
    if (value === "true") return true;
    throw invalidParameter(name);
  }

  /** A row limit, cut to Binance's maximum. */
  limit(standard: number, maximum: number): number {
    const value = this.integer("limit") ?? standard;
    if (value < 1) throw invalidParameter("limit");
    return Math.min(value, maximum);
  }

  /** startTime and endTime; -1023 when they are the wrong way round. */
  timeRange(): { readonly startMs: number | undefined; readonly endMs: number | undefined } {
    const startMs = this.integer("startTime");
    const endMs = this.integer("endTime");
    if (startMs !== undefined && endMs !== undefined && startMs > endMs) throw refuse("startAfterEnd");
    return { startMs, endMs };
  }

  symbol(specs: ReadonlyMap<string, SymbolSpec>): SymbolSpec {
    const spec = specs.get(this.require("symbol"));
    if (spec === undefined) throw refuse("badSymbol");
    return spec;
  }

  optionalSymbol(specs: ReadonlyMap<string, SymbolSpec>): SymbolSpec | undefined {
    return this.optional("symbol") === undefined ? undefined : this.symbol(specs);
  }
}
