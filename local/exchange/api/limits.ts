// Rate limits as Binance applies them: request weight per minute and address, orders per ten seconds and
// minute and account; 429 above them, and a ban (418) for a client that keeps on asking.
import { VenueError } from "../codes.ts";

export interface RateLimits {
  readonly weightPerMinute: number;
  readonly ordersPer10s: number;
  readonly ordersPerMinute: number;
  /** Requests after a 429 in the same minute that turn it into a ban. */
  readonly patience: number;
}

/** Binance's published limits of the USD-M futures API. */
export const DEFAULT_LIMITS: RateLimits = {
  weightPerMinute: 2400,
  ordersPer10s: 300,
  ordersPerMinute: 1200,
  patience: 20,
};

/** Bans last from two minutes to three days, longer with each repetition. */
const FIRST_BAN_MS = 120_000;
const MAX_BAN_MS = 3 * 86_400_000;
const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;

/** A refusal that says when to come back. */
export class RateLimitError extends VenueError {
  readonly retryAfterS: number;

  constructor(status: 418 | 429, code: number, message: string, retryAfterS: number) {
    super(code, message, status);
    this.retryAfterS = retryAfterS;
  }
}

interface Window {
  startMs: number;
  count: number;
}

function roll(window: Window, lengthMs: number, nowMs: number): Window {
  const startMs = nowMs - (nowMs % lengthMs);
  if (window.startMs !== startMs) {
    window.startMs = startMs;
    window.count = 0;
  }
  return window;
}

export class RateLimiter {
  #limits: RateLimits;
  readonly #weight: Window = { startMs: 0, count: 0 };
  readonly #orders = new Map<string, { readonly tenSeconds: Window; readonly minute: Window }>();
  #bannedUntilMs = 0;
  #bans = 0;
  #refusedInWindow = 0;

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  get limits(): RateLimits {
    return this.#limits;
  }

  /** Counts a request's weight. Throws RateLimitError with 429, or 418 while banned. */
  spend(weight: number, nowMs: number): void {
    this.#refuseBanned(nowMs);
    const fresh = this.#weight.startMs !== nowMs - (nowMs % MINUTE_MS);
    const window = roll(this.#weight, MINUTE_MS, nowMs);
    if (fresh) this.#refusedInWindow = 0;
    window.count += weight;
    if (window.count <= this.limits.weightPerMinute) return;
    this.#refusedInWindow += 1;
    if (this.#refusedInWindow > this.limits.patience) this.ban(nowMs, undefined);
    this.#refuseBanned(nowMs);
    const text = `Too many requests; current limit of IP(127.0.0.1) is ${this.limits.weightPerMinute} requests per minute. Please use the websocket for live updates to avoid bans.`;
    throw new RateLimitError(429, -1003, text, secondsLeft(window.startMs + MINUTE_MS, nowMs));
  }

  /** Counts weight that others behind the address have used in the minute of now. */
  crowd(weight: number, nowMs: number): number {
    const window = roll(this.#weight, MINUTE_MS, nowMs);
    window.count += weight;
    return window.count;
  }

  /** Counts new orders of an account. Throws RateLimitError (429, -1015) above its limits. */
  spendOrders(accountId: string, count: number, nowMs: number): void {
    const windows = this.#ordersOf(accountId, nowMs);
    if (windows.tenSeconds.count + count > this.limits.ordersPer10s) {
      const text = `Too many new orders; current limit is ${this.limits.ordersPer10s} orders per TEN_SECONDS.`;
      throw new RateLimitError(
        429,
        -1015,
        text,
        secondsLeft(windows.tenSeconds.startMs + TEN_SECONDS_MS, nowMs),
      );
    }
    if (windows.minute.count + count > this.limits.ordersPerMinute) {
      const text = `Too many new orders; current limit is ${this.limits.ordersPerMinute} orders per MINUTE.`;
      throw new RateLimitError(429, -1015, text, secondsLeft(windows.minute.startMs + MINUTE_MS, nowMs));
    }
    windows.tenSeconds.count += count;
    windows.minute.count += count;
  }

  /** Bans the address, for `durationMs` or for twice as long as the last time. */
  ban(nowMs: number, durationMs: number | undefined): void {
    const repeated = Math.min(MAX_BAN_MS, FIRST_BAN_MS * 2 ** this.#bans);
    this.#bans += 1;
    this.#bannedUntilMs = nowMs + (durationMs ?? repeated);
  }

  /** Usage headers of an answer. Order counts only where orders were placed. */
  headers(accountId: string | undefined, nowMs: number): Record<string, string> {
    const headers: Record<string, string> = {
      "X-MBX-USED-WEIGHT-1M": String(roll(this.#weight, MINUTE_MS, nowMs).count),
    };
    if (accountId === undefined) return headers;
    const windows = this.#ordersOf(accountId, nowMs);
    headers["X-MBX-ORDER-COUNT-10S"] = String(windows.tenSeconds.count);
    headers["X-MBX-ORDER-COUNT-1M"] = String(windows.minute.count);
    return headers;
  }

  /** Orders counted now, for the rateLimit/order endpoint. */
  orderCounts(accountId: string, nowMs: number): { readonly tenSeconds: number; readonly minute: number } {
    const windows = this.#ordersOf(accountId, nowMs);
    return { tenSeconds: windows.tenSeconds.count, minute: windows.minute.count };
  }

  /** Another weight a minute from now on; what was spent stays spent. */
  allow(weightPerMinute: number): void {
    this.#limits = { ...this.#limits, weightPerMinute };
  }

  /** Forgets all usage and bans. */
  clear(): void {
    this.#weight.count = 0;
    this.#orders.clear();
    this.#bannedUntilMs = 0;
    this.#bans = 0;
    this.#refusedInWindow = 0;
  }

  #ordersOf(accountId: string, nowMs: number): { readonly tenSeconds: Window; readonly minute: Window } {
    const known = this.#orders.get(accountId);
    const windows = known ?? { tenSeconds: { startMs: 0, count: 0 }, minute: { startMs: 0, count: 0 } };
    if (known === undefined) this.#orders.set(accountId, windows);
    roll(windows.tenSeconds, TEN_SECONDS_MS, nowMs);
    roll(windows.minute, MINUTE_MS, nowMs);
    return windows;
  }

  #refuseBanned(nowMs: number): void {
    if (nowMs >= this.#bannedUntilMs) return;
    const text = `Way too many requests; IP(127.0.0.1) banned until ${this.#bannedUntilMs}. Please use the websocket for live updates to avoid bans.`;
    throw new RateLimitError(418, -1003, text, secondsLeft(this.#bannedUntilMs, nowMs));
  }
}

const secondsLeft = (untilMs: number, nowMs: number): number =>
  Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
