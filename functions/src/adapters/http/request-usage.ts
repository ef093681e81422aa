// How much of a venue's limits this address has used, as the venue itself says with every answer, so that all instances
// behind one address know the same without telling each other. Keeps room for requests that matter more: history goes
// without first, exits last. Must not wait: a request that has no room is an error that names when there is room again.
import type { Clock } from "#ports/clock.ts";
import { VenueError } from "#ports/venue.ts";

/**
 * exit: shrinks exposure or cancels. truth: how the account and its orders stand. entry: adds exposure, or reads a price.
 * history: trades, income, settings, markets, which the next minute may bring as well.
 */
export type RequestClass = "exit" | "truth" | "entry" | "history";

/**
 * Part of a limit up to which a class is let out. A minute of ten open groups uses 127 of 2,400 (docs/budget.md), so a tenth
 * is left for all that is on its way while an answer is read.
 */
const PART_OF_LIMIT: Readonly<Record<RequestClass, number>> = {
  exit: 1,
  truth: 0.95,
  entry: 0.85,
  history: 0.7,
};

/** One of the venue's counts: it begins anew with each window of the venue's clock. */
export interface UsageLimit {
  readonly name: string;
  readonly windowMs: number;
  /** Asked for with each request: a venue may change it. */
  readonly limit: () => number;
  /** Counts for the rest of a window in which an answer has refuted `limit`: a venue that has raised it again refuses nothing. */
  readonly documented?: number;
  /** Which requests count; others pass whatever the count is. */
  readonly counts: (request: RequestClass) => boolean;
}

interface Count {
  readonly windowStartMs: number;
  readonly used: number;
  /** Said by a refusal in this window; the limit that is stated or documented counts otherwise. */
  readonly saidLimit: number | null;
  /** A request was taken beyond the limit. */
  readonly isRefuted: boolean;
}

interface CountedAnswer {
  readonly sentAtMs: number;
  readonly offsetMs: number;
  /** Whether the venue took the request: it was not turned away for too many of them. */
  readonly isTaken: boolean;
}

export interface RequestUsage {
  /** Throws VenueError `retryable`, reason `tooManyRequests`, with the window's end, where the class has no room left. */
  check(of: RequestClass, offsetMs: number): void;
  /** `sentAtMs` by our clock: an answer from another window than its request tells of a window that may be over. */
  learn(name: string, used: number, answer: CountedAnswer): void;
  /** The venue's own figure, from its refusal: it counts until the window ends. */
  learnLimit(name: string, limit: number, offsetMs: number): void;
  /** One more of ours, for a count that the venue does not tell. */
  spend(name: string, offsetMs: number): void;
}

export function createRequestUsage(clock: Clock, limits: readonly UsageLimit[]): RequestUsage {
  const counts = new Map<string, Count>();
  const startOf = (windowMs: number, atVenueMs: number): number => atVenueMs - (atVenueMs % windowMs);

  function current(limit: UsageLimit, atVenueMs: number): Count {
    const windowStartMs = startOf(limit.windowMs, atVenueMs);
    const known = counts.get(limit.name);
    if (known?.windowStartMs === windowStartMs) return known;
    return { windowStartMs, used: 0, saidLimit: null, isRefuted: false };
  }

  return {
    check(of, offsetMs) {
      const atVenueMs = clock.nowMs() + offsetMs;
      for (const limit of limits.filter((each) => each.counts(of))) {
        const count = current(limit, atVenueMs);
        const { used, windowStartMs } = count;
        const most = limitOf(limit, count) * PART_OF_LIMIT[of];
        if (used >= most) throw noRoom(limit, { of, used, most }, windowStartMs + limit.windowMs - offsetMs);
      }
    },
    learn(name, used, { sentAtMs, offsetMs, isTaken }) {
      const limit = limits.find((each) => each.name === name);
      if (limit === undefined || !Number.isFinite(used)) return;
      const atVenueMs = clock.nowMs() + offsetMs;
      const isOfOneWindow =
        startOf(limit.windowMs, sentAtMs + offsetMs) === startOf(limit.windowMs, atVenueMs);
      if (!isOfOneWindow) return;
      const before = current(limit, atVenueMs);
      // Answers overtake each other; a count only grows within its window.
      const isRefuted = before.isRefuted || (isTaken && used > limit.limit());
      counts.set(name, { ...before, isRefuted, used: Math.max(before.used, used) });
    },
    learnLimit(name, saidLimit, offsetMs) {
      const limit = limits.find((each) => each.name === name);
      if (limit === undefined) return;
      const before = current(limit, clock.nowMs() + offsetMs);
      counts.set(name, { ...before, saidLimit, used: Math.max(before.used, saidLimit) });
    },
    spend(name, offsetMs) {
      const limit = limits.find((each) => each.name === name);
      if (limit === undefined) return;
      const before = current(limit, clock.nowMs() + offsetMs);
      counts.set(name, { ...before, used: before.used + 1 });
    },
  };
}

function limitOf({ limit, documented }: UsageLimit, { saidLimit, isRefuted }: Count): number {
  const stated = limit();
  return saidLimit ?? (isRefuted && documented !== undefined ? Math.max(stated, documented) : stated);
}

function noRoom(
  { name }: UsageLimit,
  { of, used, most }: { readonly of: RequestClass; readonly used: number; readonly most: number },
  retryAtMs: number,
): VenueError {
  const until = new Date(retryAtMs).toISOString();
  const text = `Not sent: ${used} of the venue's ${name} are used, and requests of the class "${of}" go out up to ${Math.floor(most)}; there is room again at ${until}`;
  return new VenueError("retryable", "NO_ROOM", text, { reason: "tooManyRequests", retryAtMs });
}
