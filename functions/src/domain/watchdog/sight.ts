// Sight: whether what is held can be valued now, and by which prices. The account's answer brings the venue's own
// valuation, so a look that has it sees without any touch, as long as that valuation moves. Without the answer, the
// account as it last was counts only while the venue's other list of positions still says the same and every touch is
// fresh. Anything less is blindness, which has an age, and at the limit everything is closed.
import type { TopOfBook } from "#domain/documents/market.ts";
import {
  isExposed,
  type SeenAccount,
  type SeenPosition,
  type WatchdogRecord,
  type WatchdogRule,
  type WatchdogView,
} from "./view.ts";

/** The touch, unless it has stood for longer than it may. */
export function freshTouch(
  { look, config }: Pick<WatchdogView, "look" | "config">,
  symbol: string,
): TopOfBook | null {
  const quote = look.quotes?.find((each) => each.symbol === symbol);
  if (quote === undefined || look.atMs - quote.asOfMs > config.watchdog.maxMarketDataAgeMs) return null;
  return quote;
}

/** The account that loss rules judge; null: nothing of now can be said of it. */
export function seenAccount(view: WatchdogView): SeenAccount | null {
  return view.look.account ?? vouchedFor(view);
}

/** The remembered account, if it was seen while this was held, and what it held is confirmed and priced. */
function vouchedFor(view: WatchdogView): SeenAccount | null {
  const { look, before } = view;
  const account = before?.account ?? null;
  const sinceMs = before?.exposedSinceMs ?? null;
  if (account === null || sinceMs === null || account.asOfMs < sinceMs || look.positions === null)
    return null;
  const isSame = namesOf(account.positions) === namesOf(look.positions);
  const isPriced = account.positions.every(({ symbol }) => freshTouch(view, symbol) !== null);
  return isSame && isPriced ? account : null;
}

function namesOf(positions: readonly SeenPosition[]): string {
  const names = positions.map(({ symbol, side, qtyBase }) => `${symbol} ${side} ${qtyBase}`);
  return names.toSorted().join();
}

/**
 * Whether something of now values what is held. A valuation that stands still to the last decimal while no touch is fresh
 * is a copy of some earlier moment: losses are judged by it, since there is no better one, and it ages like blindness.
 */
function isSeen(view: WatchdogView): boolean {
  const account = seenAccount(view);
  if (account === null) return false;
  const last = view.before?.account ?? null;
  const stands = view.look.account !== null && last !== null && valuesOf(account) === valuesOf(last);
  return !stands || account.positions.every(({ symbol }) => freshTouch(view, symbol) !== null);
}

function valuesOf({ positions }: SeenAccount): string {
  const values = positions.map((each) => `${each.symbol} ${each.qtyBase} ${each.unrealizedPnlUsd}`);
  return values.toSorted().join();
}

/**
 * Since when nothing could be seen. Of a first look without memory, a NAV that is written as stale tells: it asks the same
 * account, so its last good value was the last sight.
 */
export function blindSinceMs(view: WatchdogView): number | null {
  const { look, before, nav } = view;
  if (!isExposed(view) || isSeen(view)) return null;
  // A flat account's heartbeat leaves the rest of the record as it was.
  if (before !== null && before.exposedSinceMs === null) return look.atMs;
  if (before !== null) return before.blindSinceMs ?? unseenSinceMs(view, before);
  return nav?.stale ? (nav.asOfMs ?? look.atMs) : look.atMs;
}

/**
 * After the last sight another look was due at the configured distance. Where it did not come, was late, or stood still and
 * is remembered by no process, the age counts from that time, and not from the first look that came to its end.
 */
function unseenSinceMs({ look, config }: WatchdogView, before: WatchdogRecord): number {
  const seenAtMs = Math.max(before.lookedAtMs, before.account?.asOfMs ?? before.lookedAtMs);
  return Math.min(look.atMs, seenAtMs + config.watchdog.intervalMs);
}

/** Does not wait for a second sign: nothing that could still be seen is left to confirm it. */
export const blind: WatchdogRule = (view) => {
  const sinceMs = blindSinceMs(view);
  const { maxBlindMs } = view.config.watchdog;
  if (sinceMs === null || view.look.atMs - sinceMs < maxBlindMs) return [];
  const message = `What is held has had no value, of a touch or of the venue's own, for ${view.look.atMs - sinceMs} ms, limit ${maxBlindMs}`;
  return [{ code: "BLIND", subject: "", message, calls: "flatten", source: null }];
};
