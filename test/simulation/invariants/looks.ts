// Looks of the watchdog as they show from outside: which answers its process got from the venue between two landings of its
// record, and what the matching engine was worth when it gave them. The record's contents are left unread.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import { paths } from "#domain/documents/paths.ts";
import { accountMargin } from "#local/exchange/engine/margin.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import { type Change, CLOCK_TOLERANCE_MS, type Evidence } from "./invariant.ts";

const ACCOUNT = "GET /fapi/v3/account";
const POSITIONS = "GET /fapi/v3/positionRisk";
export const PRICES = "GET /fapi/v1/ticker/bookTicker";
const E8_PER_USD = 1e8;
/** From the date of a look to its first question on the wire, by clocks that differ: a moment, unless it stood still. */
const LONGEST_WAY_MS = 2 * CLOCK_TOLERANCE_MS;

interface AccountAnswer {
  /** Times of the venue's answer and of the end of the look are apart: the worth is that at the answer. */
  readonly equityUsd: number;
  /** Whether it says what the engine knew; a frozen or a lagging one does not. */
  readonly isTrue: boolean;
  readonly holds: boolean;
  /** Every position with its value, as text: two answers with the same one are of one moment. */
  readonly positions: string;
  readonly askedMs: number;
}

/** Answers that a process got since its last record of the account. */
export interface Look {
  /** First question; null: none was asked. */
  begunMs: number | null;
  account: AccountAnswer | null;
  hasPositions: boolean;
  /** Venue's date of the oldest price; null: no answer. */
  oldestPriceMs: number | null;
  /** Venue's dates of the prices that a reader could use, by symbol. */
  pricedAtMs: ReadonlyMap<string, number>;
}

const nothing = (): Look => ({
  begunMs: null,
  account: null,
  hasPositions: false,
  oldestPriceMs: null,
  pricedAtMs: new Map(),
});

/**
 * Whether the look of this date put the first of these questions: its date comes before them. Only the heartbeat of an account
 * that holds nothing is dated at its end.
 */
function hasAsked(look: Look | null, datedMs: number): boolean {
  return look?.begunMs != null && (datedMs <= look.begunMs || look.account?.holds === false);
}

export class Looks {
  readonly #evidence: Evidence;
  readonly #open = new Map<string, Look>();
  readonly #askedMs = new Map<string, number>();
  /** Questions for the account that wait for their answer. */
  readonly #waiting = new Map<string, number>();
  /** Two looks of one process asked at once: which answer is which one's cannot be told from outside. */
  readonly #mixed = new Set<string>();
  /** The engine's worth when it last answered for the account. */
  readonly #worthUsd = new Map<string, number>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** The account is asked for first: with that question a look begins, and one of a flat account ends without a record. */
  left({ process, accountId, name }: WireRequest): void {
    if (name !== ACCOUNT) return;
    const nowMs = this.#evidence.nowMs();
    const key = `${process.id}/${accountId}`;
    this.#askedMs.set(key, nowMs);
    const waiting = this.#waiting.get(key) ?? 0;
    this.#waiting.set(key, waiting + 1);
    // A look repeats its question only once the one before was answered.
    if (waiting > 0) this.#mixed.add(key);
    else this.#mixed.delete(key);
    if (process.kind === "watchdog") this.#open.set(key, { ...nothing(), begunMs: nowMs });
  }

  handled({ process, accountId, name }: WireRequest): void {
    if (name === ACCOUNT)
      this.#worthUsd.set(`${process.id}/${accountId}`, worthUsd(this.#evidence, accountId));
  }

  received({ process, accountId, name }: WireRequest, response: HttpResponse | null): void {
    const key = `${process.id}/${accountId}`;
    if (name === ACCOUNT) this.#waiting.set(key, Math.max(0, (this.#waiting.get(key) ?? 0) - 1));
    if (process.kind !== "watchdog") return;
    const look = this.#open.get(key);
    if (look === undefined) return;
    const body = bodyOf(response);
    if (body === null) return;
    if (name === ACCOUNT) look.account = this.#accountOf(key, body);
    else if (name === POSITIONS) look.hasPositions = true;
    else if (name === PRICES) {
      look.oldestPriceMs = oldestMs(body);
      look.pricedAtMs = pricesOf(body);
    }
  }

  /** Null for an answer with a row that may hold something and that no reader could value. */
  #accountOf(key: string, body: unknown): AccountAnswer | null {
    const { totalMarginBalance, positions } = body as {
      readonly totalMarginBalance: string;
      readonly positions: readonly Readonly<Record<string, unknown>>[];
    };
    if (!positions.every(isValued)) return null;
    const equityUsd = this.#worthUsd.get(key) ?? Number.NaN;
    return {
      equityUsd,
      isTrue: Math.abs(Number(totalMarginBalance) - equityUsd) < 1e-6,
      holds: positions.some(({ positionAmt }) => Number(positionAmt) !== 0),
      positions: JSON.stringify(positions),
      askedMs: this.#askedMs.get(key) ?? this.#evidence.nowMs(),
    };
  }

  /**
   * The look that this change ends; null when it is no record of a look, or of one beside another in its process. The
   * record's date tells which of two it is: one that stood still ends after the next has begun. And while the venue has
   * asked for quiet, a look puts no question: the answers before it are of a look that ended without a record.
   */
  ended(process: SimProcess | null, { accountId, path, after }: Change): Look | null {
    if (process?.kind !== "watchdog" || accountId === null) return null;
    if (path !== paths.telemetry(accountId, "watchdog")) return null;
    const key = `${process.id}/${accountId}`;
    const look = this.#open.get(key) ?? null;
    const begunMs = look?.begunMs ?? null;
    if (begunMs === null || Number(after?.lookedAtMs) < begunMs - LONGEST_WAY_MS) return null;
    this.#open.delete(key);
    if (this.#mixed.has(key)) return null;
    return hasAsked(look, Number(after?.lookedAtMs) - process.skewMs) ? look : null;
  }

  /** Answers of a look that has not ended yet. */
  under(process: SimProcess, accountId: string): Look {
    return this.#open.get(`${process.id}/${accountId}`) ?? nothing();
  }
}

/** Wallet and profit at the mark price, as the engine reckons it. */
export function worthUsd({ exchange }: Evidence, accountId: string): number {
  const account = exchange.engine.state.accounts.get(accountId);
  if (account === undefined) return Number.NaN;
  return Number(accountMargin(exchange.engine, account).marginBalanceUsdE8) / E8_PER_USD;
}

export function isHeldAtVenue({ exchange }: Evidence, accountId: string): boolean {
  const positions = exchange.engine.state.accounts.get(accountId)?.positions.values() ?? [];
  return [...positions].some(({ lots }) => lots !== 0);
}

/** Whether the row holds nothing, or says of what, how much and what it is worth. */
function isValued({
  symbol,
  positionAmt,
  notional,
  unrealizedProfit,
}: Readonly<Record<string, unknown>>): boolean {
  const isAmount = (field: unknown) =>
    typeof field === "string" && field !== "" && Number.isFinite(Number(field));
  if (isAmount(positionAmt) && Number(positionAmt) === 0) return true;
  return (
    typeof symbol === "string" && symbol !== "" && [positionAmt, notional, unrealizedProfit].every(isAmount)
  );
}

/** Null: no answer that a reader could use. */
function bodyOf(response: HttpResponse | null): unknown {
  if (response === null || response.status !== 200) return null;
  try {
    return JSON.parse(response.body) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function oldestMs(body: unknown): number {
  const rows = Array.isArray(body) ? (body as readonly { readonly time?: unknown }[]) : [];
  return Math.min(...rows.map(({ time }) => Number(time)));
}

function pricesOf(body: unknown): ReadonlyMap<string, number> {
  const rows = Array.isArray(body) ? (body as readonly Readonly<Record<string, unknown>>[]) : [];
  const priced = rows.filter(({ bidPrice, askPrice }) => Number(bidPrice) > 0 && Number(askPrice) > 0);
  return new Map(priced.map(({ symbol, time }) => [String(symbol), Number(time)]));
}
