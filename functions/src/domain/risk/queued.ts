// The checks of an entry that waited for a place of the pool, at its promotion: its own validity instead of the age of
// alerts, and the distance of the price from the one that it would have taken when it was queued.
import { dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck } from "./context.ts";
import { touchOf } from "./touch-answer.ts";

const BPS_PER_UNIT = 10_000;

/** The price that a market entry takes. */
export function takenPriceUsd(touch: Touch, side: Side): string {
  return side === "short" ? touch.bidUsd : touch.askUsd;
}

/** By the stricter of its own validity and the config in force: one that was made shorter holds for it too. */
export function isPastQueue(
  { queuedAtMs, expiresAtMs }: QueuedEntry,
  config: AccountConfig,
  nowMs: number,
): boolean {
  const validForMs = config.queue?.validForMs ?? Number.POSITIVE_INFINITY;
  return nowMs > Math.min(expiresAtMs, queuedAtMs + validForMs);
}

export function queueExpired({ queuedAtMs, expiresAtMs }: QueuedEntry, nowMs: number): Denial {
  return denial("INTENT_EXPIRED", {
    limit: String(expiresAtMs - queuedAtMs),
    actual: String(nowMs - queuedAtMs),
    unit: "ms",
  });
}

export const queuedWithinValidity: RiskCheck = ({ queued, config, nowMs }) =>
  queued !== null && isPastQueue(queued, config, nowMs) ? queueExpired(queued, nowMs) : null;

/** In either direction: a price that came nearer is another trade too. */
export const queuedPriceNear: RiskCheck = ({ queued, config, touch: answer }) => {
  const touch = touchOf(answer);
  if (queued === null || config.queue === null || touch === null) return null;
  const referenceUsd = dec(queued.referencePriceUsd);
  const drift = dec(takenPriceUsd(touch, queued.side)).minus(referenceUsd).abs().div(referenceUsd);
  const driftBps = drift.mul(BPS_PER_UNIT);
  if (driftBps.lte(config.queue.maxPriceDriftBps)) return null;
  return denial("QUEUED_PRICE_DRIFTED", {
    limit: String(config.queue.maxPriceDriftBps),
    // Rounded up, so that the shown actual is always beyond the limit.
    actual: driftBps.ceil().toFixed(),
    unit: "bps",
    subject: queued.symbol,
  });
};
