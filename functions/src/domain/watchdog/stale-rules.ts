// Rules of silence: which of the parts that an open position depends on has not been heard of for too long. Each finding
// names its source, and by its source its cause (causes.ts). They hold only while something is held.

import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { isEnded, isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { FLAT_BEAT_LIMIT_MS } from "#domain/nav/nav-cadence.ts";
import type { StaleSource } from "./causes.ts";
import { seenAccount } from "./sight.ts";
import { exposedSinceMs, type Finding, type WatchdogRule, type WatchdogView } from "./view.ts";

function stale(code: Finding["code"], source: StaleSource, subject: string, message: string): Finding {
  return { code, subject, message, calls: "stale", source };
}

/**
 * The NAV schedule itself; a NAV that it wrote as stale is a sign of its own. Where there is none that can be read, the time
 * without one counts from when something was held: a new account's first run may be under way.
 */
export const navMissed: WatchdogRule = (view) => {
  const { look, config } = view;
  const ageMs = navAgeMs(view);
  const withoutMs = ageMs ?? look.atMs - (exposedSinceMs(view) ?? look.atMs);
  if (withoutMs <= config.watchdog.maxNavAgeMs) return [];
  const message =
    ageMs === null
      ? `There has been no readable NAV for ${withoutMs} ms, as long as something is held`
      : `The NAV schedule last ran ${ageMs} ms ago`;
  return [stale("NAV_MISSED", "nav", "", message)];
};

function navAgeMs({ navStoredAtMs, look }: WatchdogView): number | null {
  return navStoredAtMs === null ? null : look.atMs - navStoredAtMs;
}

/** A NAV that is written, but whose values are of long ago: drawdown and the day's loss go unjudged. */
export const navStale: WatchdogRule = (view) => {
  const { nav, config, look } = view;
  const { maxNavAgeMs } = config.watchdog;
  const isMissed = (navAgeMs(view) ?? Number.POSITIVE_INFINITY) > maxNavAgeMs;
  if (nav === null || !nav.stale || isMissed) return [];
  const ageMs = nav.asOfMs === null ? null : look.atMs - nav.asOfMs;
  if (ageMs !== null && ageMs <= maxNavAgeMs) return [];
  const failed = Object.entries(nav.sources).filter(([, { ok }]) => !ok);
  const why = failed.map(([name, { error }]) => `${name}: ${error ?? "no answer"}`).join("; ");
  const message = ageMs === null ? "There has been no good NAV" : `The NAV is of ${ageMs} ms ago`;
  return [stale("NAV_STALE", "navValues", "", why === "" ? message : `${message} (${why})`)];
};

/** Wallet and positions. Losses are judged meanwhile as far as the venue's other answers reach. */
export const accountSilent: WatchdogRule = (view) => {
  if (view.look.account !== null) return [];
  const how =
    seenAccount(view) === null ? "what is held has no value" : "losses are judged by its last answer";
  return [stale("ACCOUNT_SILENT", "account", "", `The venue does not answer for the account; ${how}`)];
};

export const reconcileMissed: WatchdogRule = (view) => {
  const { reconciledAtMs, config, look, control } = view;
  // Its heartbeat is rare while the books are flat, also where the venue holds what no group accounts for.
  const isBooked = Object.keys(control.slots).length > 0;
  const limitMs = Math.max(config.watchdog.maxReconcileAgeMs, isBooked ? 0 : FLAT_BEAT_LIMIT_MS);
  // And it counts from when something was held.
  const sinceMs = Math.max(reconciledAtMs ?? 0, exposedSinceMs(view) ?? look.atMs);
  const ageMs = look.atMs - sinceMs;
  if (ageMs <= limitMs) return [];
  return [stale("RECONCILE_MISSED", "reconcile", "", `Reconcile has not been heard of for ${ageMs} ms`)];
};

/** Prices of what is held: missing, or older by our clock than allowed. An unreachable venue is this too. */
export const marketDataStale: WatchdogRule = ({ look, control, config }) => {
  if (look.quotes === null)
    return [stale("MARKET_DATA_STALE", "marketData", "", "The venue gives no prices")];
  const symbols =
    look.positions?.map(({ symbol }) => symbol) ?? Object.values(control.slots).map(({ symbol }) => symbol);
  return symbols.flatMap((symbol) => {
    const quote = look.quotes?.find((each) => each.symbol === symbol);
    const ageMs = quote === undefined ? null : look.atMs - quote.asOfMs;
    if (ageMs !== null && ageMs <= config.watchdog.maxMarketDataAgeMs) return [];
    const message = ageMs === null ? `No price for ${symbol}` : `The price of ${symbol} is ${ageMs} ms old`;
    return [stale("MARKET_DATA_STALE", "marketData", symbol, message)];
  });
};

/**
 * The venue answers and its clock runs, but between two looks every quote stood still, and all are old by
 * that clock. So the fault is at the venue: neither our network nor our clock explains it, and one quiet book
 * is too few.
 */
export const quotesFrozen: WatchdogRule = ({ look, before, config }) => {
  const { serverTimeMs, quotes } = look;
  if (serverTimeMs === null || quotes === null || quotes.length === 0) return [];
  const areFrozen = quotes.every((quote) => {
    const last = before?.quotes[quote.symbol];
    const isSame =
      last !== undefined &&
      last.asOfMs === quote.asOfMs &&
      last.bidUsd === quote.bidUsd &&
      last.askUsd === quote.askUsd;
    return isSame && serverTimeMs - quote.asOfMs > config.watchdog.maxMarketDataAgeMs;
  });
  if (!areFrozen) return [];
  const message = `The venue answers, but none of ${quotes.length} quotes has moved since its clock left them behind`;
  return [stale("QUOTES_FROZEN", "venueClock", "", message)];
};

/**
 * An order or an intent that has stood still too long. Only a reachable venue makes that an executor's fault.
 */
export const executorStuck: WatchdogRule = (view) => {
  const { look, config, before, control } = view;
  if (look.serverTimeMs === null) return [];
  const { maxExecutorAgeMs } = config.watchdog;
  // One that was moved to its end after the control document was read stands still no more.
  const live = view.orders.filter(({ status }) => !isEnded(status));
  const orders = live.flatMap((order) => {
    const ageMs = look.atMs - dueSinceMs(view, order);
    if (ageMs <= maxExecutorAgeMs) return [];
    const id = order.request.clientOrderId;
    return [stale("EXECUTOR_STUCK", "executor", id, `Order ${id} has been ${order.status} for ${ageMs} ms`)];
  });
  const waits = undecidedCount(control, look.atMs) > 0;
  const isSame = before?.inbox?.takenCount === control.inbox.takenCount;
  const waitedMs = waits && isSame ? look.atMs - (before?.inbox?.sinceMs ?? look.atMs) : 0;
  if (waitedMs <= maxExecutorAgeMs) return orders;
  return [...orders, stale("EXECUTOR_STUCK", "executor", "", `Intents have waited for ${waitedMs} ms`)];
};

/** When the order should have been moved: an unresolved one at once, a resting one when its time is over. */
function dueSinceMs({ config }: WatchdogView, order: Order): number {
  return isUnresolved(order.status) ? order.updatedAtMs : order.createdAtMs + config.workingLimitMs;
}

/** Intents that an executor should have decided by now. Exits that wait for a halt or a ban to end are no sign of its death. */
export function undecidedCount(control: ControlState, atMs: number): number {
  const { inbox, waitingCount, tradingState, throttles, reservations } = control;
  const isHeldBack =
    tradingState.state === "HALTED" ||
    throttles.venueBannedUntilMs > atMs ||
    // Their own sign is the order that stands still.
    Object.keys(reservations).length > 0;
  return inbox.storedCount - inbox.takenCount - (isHeldBack ? waitingCount : 0);
}
