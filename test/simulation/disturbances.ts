// The disturbances of a run, with their times: strikes on single port calls, items of the workload, messages and schedules
// that came late or never. Written by the parts that cause them, so that no rule about time asks the product for an excuse.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import type { SimVerdict } from "./ports/policy.ts";
import type { Happening } from "./workload/items.ts";
import { type RunSetup, VENUE_WEIGHT_PER_MINUTE } from "./workload/setup.ts";

/** The venue counts request weight by the minute. */
const MINUTE_MS = 60_000;

export interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

interface Disturbance extends Span {
  /** For people who ask why a rule said nothing. */
  readonly cause: string;
  /** Whether it goes on when faults end, like a venue's word not to ask before a time. */
  readonly outlasts: boolean;
}

/** Too many requests, and banned for them: https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info */
const REFUSING: ReadonlySet<number> = new Set([429, 418, 403]);

export class Disturbances {
  #all: readonly Disturbance[] = [];

  add(cause: string, sinceMs: number, lastsMs: number): void {
    this.#all = [...this.#all, { cause, sinceMs, untilMs: sinceMs + lastsMs, outlasts: false }];
  }

  /** An answer of the venue that it takes no request for a time: the product keeps to it, whatever ends meanwhile. */
  addAnswer({ status, headers }: HttpResponse, nowMs: number): void {
    const lastsMs = Number(headers["Retry-After"] ?? 0) * 1_000;
    if (!REFUSING.has(status) || lastsMs === 0) return;
    const untilMs = nowMs + lastsMs;
    this.#all = [...this.#all, { cause: `HTTP ${status}`, sinceMs: nowMs, untilMs, outlasts: true }];
  }

  /** Faults end: of all that is known by now, nothing lasts any longer but what outlasts them. */
  end(nowMs: number): void {
    this.#all = this.#all
      .filter(({ sinceMs }) => sinceMs <= nowMs)
      .map((each) => (each.outlasts ? each : { ...each, untilMs: Math.min(each.untilMs, nowMs) }));
  }

  /** The longest part of a span in which nothing stood in the way; of no length where something always did. */
  longestFree({ sinceMs, untilMs }: Span): Span {
    const within = this.#all
      .filter((each) => each.untilMs >= sinceMs && each.sinceMs <= untilMs)
      .toSorted((a, b) => a.sinceMs - b.sinceMs);
    let longest: Span = { sinceMs, untilMs: sinceMs };
    let freeSinceMs = sinceMs;
    for (const each of [...within, { sinceMs: untilMs, untilMs }]) {
      if (each.sinceMs - freeSinceMs > longest.untilMs - longest.sinceMs)
        longest = { sinceMs: freeSinceMs, untilMs: each.sinceMs };
      freeSinceMs = Math.max(freeSinceMs, each.untilMs);
    }
    return longest;
  }
}

/** Instances with wrong settings do nothing, and a venue that takes few requests answers none of the others, all along. */
export function isHampered({ misconfigured, weightPerMinute }: RunSetup): boolean {
  return misconfigured > 0 || weightPerMinute < VENUE_WEIGHT_PER_MINUTE;
}

/**
 * How long an item of the workload stands in the way. Null: not at all, or its own file says when it begins and ends, as for a
 * document that a hand made unreadable, which outlasts all other faults. Without end: until healing takes it back.
 */
export function inTheWayMs(happening: Happening): number | null {
  switch (happening.kind) {
    case "unreadable":
      return null;
    case "pauseInstance":
      return happening.pauseMs;
    case "ban":
      return happening.seconds * 1_000;
    case "brokenDocument":
    case "configByHand":
    case "venueSetting":
      return Number.POSITIVE_INFINITY;
    // A request without room is made in the next minute.
    case "crowd":
      return MINUTE_MS;
    case "killInstances":
    case "purged":
      return 0;
    default:
      return "durationMs" in happening ? happening.durationMs : null;
  }
}

/** How long a struck call keeps its process waiting, or is answered that nothing may be asked. */
export function heldUpMs(struck: SimVerdict): number {
  const { requestMs, replyMs, pauseBeforeMs = 0, pauseAfterMs = 0, venueEffect } = struck;
  const refusedS = venueEffect?.kind === "rateLimit" ? venueEffect.retryAfterS : 0;
  return requestMs + replyMs + pauseBeforeMs + pauseAfterMs + refusedS * 1_000;
}
