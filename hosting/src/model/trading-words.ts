// The trading state, the session and an ordered flatten in words: who, why, when, and what ends it.
import type { LatchCause, TradingStateLatch } from "#domain/documents/control.ts";
import { countdownText } from "./age.ts";
import { formatQty } from "./amount.ts";
import { listWords } from "./list-words.ts";
import type { Tone } from "./order-words.ts";
import { positionRows } from "./positions.ts";
import type { State } from "./state.ts";
import { knownValue } from "./watched.ts";

const STATES: Readonly<Record<TradingStateLatch["state"], readonly [Tone, string]>> = {
  ACTIVE: ["good", "Entries and exits"],
  REDUCING: ["warning", "Only orders that shrink exposure"],
  HALTED: ["danger", "Only cancels, and a flatten that was ordered"],
};

export function tradingTone(latch: TradingStateLatch): Tone {
  return STATES[latch.state][0];
}

export function tradingMeaning(latch: TradingStateLatch): string {
  return STATES[latch.state][1];
}

const CAUSES: Readonly<Record<LatchCause, string>> = {
  operator: "an operator’s word",
  drawdown: "the drawdown’s grade",
  dailyLoss: "the day’s loss limit",
  session: "the session’s horizon or stop-loss",
  watchdog: "the watchdog",
  telemetry: "trading unseen: documents for people could not be written",
  position: "a position at the venue that the books do not explain",
  venue: "the venue: it refused an order for a reason that holds for the whole account",
};

export function causeWords(cause: LatchCause): string {
  return CAUSES[cause];
}

/** The event that ends the state; null for `ACTIVE`. */
export function endWords({ state, cause, resumeAtMs }: TradingStateLatch, nowMs: number): string | null {
  if (state === "ACTIVE") return null;
  if (resumeAtMs !== null) {
    const leftMs = resumeAtMs - nowMs;
    return leftMs > 0
      ? `Resumes by itself in ${countdownText(leftMs)}`
      : "Due to resume: the next run takes it up";
  }
  return state === "HALTED" && cause === "drawdown"
    ? "Does not end by itself: an operator must resume, with a reason"
    : "Does not end by itself: an operator must resume";
}

/** `long 0.012 BTCUSDT and short 17 SOLUSDT`; null when the books are unknown, empty when flat. */
export function heldWords({ data }: Pick<State, "data">): string | null {
  const overview = knownValue(data.overview);
  if (overview === null) return null;
  const held = positionRows(overview, knownValue(data.nav))
    .filter(({ qtyBase }) => /[1-9]/.test(qtyBase))
    .map(({ side, qtyBase, symbol }) => `${side} ${formatQty(qtyBase)} ${symbol}`);
  return listWords(held);
}

/** `1 close order sent`. */
export function closesWords(count: number): string {
  return `${count} close order${count === 1 ? "" : "s"} sent`;
}
