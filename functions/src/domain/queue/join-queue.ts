// Whether an entry joins the queue: config allows it, and nothing but the pool's capacity stands against it. A newer one
// of the same strategy, symbol and side takes the place of the one that waits; an older one does not. Pure.

import type { Denial } from "#domain/documents/denial.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskState } from "#domain/risk/context.ts";
import { isPoolDenial } from "#domain/risk/pool.ts";
import { takenPriceUsd } from "#domain/risk/queued.ts";
import { isBefore } from "#domain/risk/supersession.ts";

/** The entry as it joins, its rank still to be found; or why it may not. */
export type Joining =
  | { readonly kind: "joins"; readonly entry: QueuedEntry; readonly replaces: QueuedEntry | null }
  | { readonly kind: "refused"; readonly denials: readonly Denial[] };

/** `denials` are all that stand against the entry. */
export function joinQueue(
  { control, config, nowMs }: RiskState,
  intent: Intent & { readonly side: Side },
  touch: Touch,
  denials: readonly Denial[],
): Joining {
  const { queue } = config;
  if (queue === null || !denials.every(isPoolDenial)) return { kind: "refused", denials };
  const { strategyId, symbol, side } = intent;
  const same = control.queue.find(
    (each) => each.strategyId === strategyId && each.symbol === symbol && each.side === side,
  );
  // A repeat of the one that waits is denied as well: its document is there, so that nothing of this is stored.
  if (same !== undefined && (same.intentId === intent.intentId || isBefore(intent, same)))
    return refusedWith(denials, replacedBy(same.intentId, symbol));
  const length = control.queue.length - (same === undefined ? 0 : 1);
  if (length >= queue.maxLength) {
    const numbers = { limit: String(queue.maxLength), actual: String(length), unit: "entries" } as const;
    return refusedWith(denials, denial("QUEUE_FULL", numbers));
  }
  const entry: QueuedEntry = {
    intentId: intent.intentId,
    signalId: intent.signalId,
    strategyId,
    symbol,
    side,
    signalledAtMs: intent.signalledAtMs,
    receivedAtMs: intent.receivedAtMs,
    queuedAtMs: nowMs,
    expiresAtMs: nowMs + queue.validForMs,
    referencePriceUsd: takenPriceUsd(touch, side),
    placeWhenQueued: length + 1,
    replacesIntentId: same?.intentId ?? null,
    preferredBy: null,
    rank: { pyramidOfGroupId: null, lossBps: 0, aheadBy: null },
  };
  return { kind: "joins", entry, replaces: same ?? null };
}

function refusedWith(denials: readonly Denial[], also: Denial): Joining {
  return { kind: "refused", denials: [...denials, also] };
}

/** The denial of an entry whose place a newer one has. */
export function replacedBy(intentId: string, symbol: string): Denial {
  return denial("QUEUE_REPLACED", { actual: intentId, unit: "intent", subject: symbol });
}
