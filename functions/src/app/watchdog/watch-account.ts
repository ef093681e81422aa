// The watchdog's look at one account: ask the venue, judge by wall clock and own prices, carry out, remember. An account
// that holds nothing costs no read of the store and, now and then, one write: its heartbeat.

import { latchBanUntil } from "#app/books";
import { followUpAccount } from "#app/reconcile";
import type { AccountProfile } from "#domain/documents/account.ts";
import { fxSymbol } from "#domain/nav/coins.ts";
import { writesBeat } from "#domain/nav/nav-cadence.ts";
import { forgetting } from "#domain/watchdog/episodes.ts";
import { judge, recordOf } from "#domain/watchdog/judge.ts";
import { type Finding, isExposed, type VenueLook, type WatchdogView } from "#domain/watchdog/view.ts";
import { carryOut } from "./carry-out.ts";
import { askAccount, askVenue } from "./look-at-venue.ts";
import { readAccount, readIdleOrders, type WatchedAccount } from "./read-account.ts";
import { seenUntilMs, storeBeat, storeRecord } from "./store-record.ts";
import { trailStops } from "./trail-stops.ts";
import { WATCHDOG_ACTOR, type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

/** The distance to the next look while something is held; null when nothing is. */
export async function watchAccount(
  deps: WatchdogDeps,
  profile: AccountProfile,
  asked: { readonly alsoWhenFlat: boolean },
): Promise<number | null> {
  const { accountId } = profile;
  const atMs = deps.clock.nowMs();
  const venue = await deps.venueFor(profile);
  const seen = await askAccount(deps, accountId, venue);
  if (seen.account?.positions.length === 0 && !asked.alsoWhenFlat) {
    if (writesBeat("watchdog", deps.clock.nowMs())) await storeBeat(deps, accountId, atMs);
    return null;
  }
  const account = await readAccount(deps, accountId);
  const { control, config } = account;
  const answers = await askVenue(deps, accountId, venue, symbolsOf(account, seen));
  const { bannedUntilMs: untilMs } = watchdogMemoryOf(deps, accountId);
  await latchBanUntil(deps, accountId, { untilMs, actor: WATCHDOG_ACTOR }, control);
  const look = { atMs, ...seen, ...answers };
  const view: WatchdogView = { ...account, look, orders: await readIdleOrders(deps, account) };
  const judgement = judge(view);
  const record = recordOf(view, judgement);
  // It may have stood still before it read its memory: answers of then and a memory of now make no judgement.
  const isPast = isPastLook(view, deps.clock.nowMs());
  let unstored: readonly Finding[] = [];
  if (control.flatten !== null) await followUpAccount(deps, accountId, WATCHDOG_ACTOR);
  else if (!isPast) unstored = await carryOut(deps, view, judgement, record);
  if (isExposed(view)) await trailStops(deps, control, look.quotes ?? []);
  // Last: a look that failed on its way is no heartbeat, and is repeated with the memory of the one before it.
  if (!account.leavesRecord && !isPast)
    await storeRecord(deps, forgetting(record, unstored), account.recordVersion);
  return isExposed(view) ? config.watchdog.intervalMs : null;
}

/**
 * Whether a look that asked the venue after this one has ended before it: what there is to say, that one has said. A record that
 * is dated ahead of now is of a clock that runs fast, and silences no look.
 */
function isPastLook({ look, before }: WatchdogView, nowMs: number): boolean {
  if (before === null || seenUntilMs(before) > nowMs) return false;
  return seenUntilMs(before) > Math.max(look.atMs, look.account?.asOfMs ?? look.atMs);
}

/**
 * Symbols that venue or books hold, and those that are configured: a frozen feed shows in all of them. The price of a coin
 * costs no request more.
 */
function symbolsOf(
  { control, config }: WatchedAccount,
  seen: Pick<VenueLook, "account" | "positions">,
): readonly string[] {
  const held = (seen.positions ?? []).map(({ symbol }) => symbol);
  const booked = Object.values(control.slots).map(({ symbol }) => symbol);
  const coins = [...(seen.account?.others ?? []), ...config.reserves].map(({ asset }) => fxSymbol(asset));
  return [...new Set([...config.symbols, ...held, ...booked, ...coins])];
}
