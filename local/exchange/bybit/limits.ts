// Bybit's rate limits: requests per second of an account at each endpoint (10006, with headers that say how many are left),
// and requests of an address per five seconds (HTTP 403, then a ban). Source: the page "Rate Limit Rules" (docs/v5/rate-limit).
import type { VenueLimiter } from "../dialect.ts";

const SECOND_MS = 1_000;
const ADDRESS_WINDOW_MS = 5_000;
const WINDOWS_PER_MINUTE = 12;
/** 600 requests in any five seconds, as a count a minute. */
export const DEFAULT_PER_MINUTE = 600 * WINDOWS_PER_MINUTE;
/** The page asks a client that got a 403 to stay away for ten minutes. */
const BAN_MS = 600_000;

export interface Allowance {
  readonly exceeded: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export class BybitLimiter implements VenueLimiter {
  #perMinute: number;
  readonly #address = { startMs: 0, count: 0 };
  /** Times of the last second's requests, by account and endpoint. */
  readonly #recent = new Map<string, number[]>();
  #bannedUntilMs = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  get limits(): { readonly weightPerMinute: number } {
    return { weightPerMinute: this.#perMinute };
  }

  /** Counts a request of the address. False when it may not ask, which above the limit begins a ban. */
  mayAsk(nowMs: number): boolean {
    if (nowMs < this.#bannedUntilMs) return false;
    if (this.crowd(1, nowMs) * WINDOWS_PER_MINUTE <= this.#perMinute) return true;
    this.ban(nowMs, undefined);
    return false;
  }

  /** Counts an account's request at an endpoint. One above the limit is not counted. */
  spend(accountId: string, route: string, perSecond: number, nowMs: number): Allowance {
    const key = `${accountId}|${route}`;
    const times = (this.#recent.get(key) ?? []).filter((atMs) => atMs > nowMs - SECOND_MS);
    const exceeded = times.length >= perSecond;
    if (!exceeded) times.push(nowMs);
    this.#recent.set(key, times);
    const resetMs = exceeded ? (times[0] ?? nowMs) + SECOND_MS : nowMs;
    return {
      exceeded,
      headers: {
        "X-Bapi-Limit": String(perSecond),
        "X-Bapi-Limit-Status": String(perSecond - times.length),
        "X-Bapi-Limit-Reset-Timestamp": String(resetMs),
      },
    };
  }

  ban(nowMs: number, durationMs: number | undefined): void {
    this.#bannedUntilMs = nowMs + (durationMs ?? BAN_MS);
  }

  crowd(weight: number, nowMs: number): number {
    const startMs = nowMs - (nowMs % ADDRESS_WINDOW_MS);
    if (this.#address.startMs !== startMs) Object.assign(this.#address, { startMs, count: 0 });
    this.#address.count += weight;
    return this.#address.count;
  }

  allow(weightPerMinute: number): void {
    this.#perMinute = weightPerMinute;
  }

  clear(): void {
    this.#address.count = 0;
    this.#recent.clear();
    this.#bannedUntilMs = 0;
  }
}
