// The watchdog's look at one account: ask the venue, judge by wall clock and own prices, carry out, remember. An account
// that holds nothing costs no read of the store and, now and then, one write: its heartbeat.

import { latchBanUntil } from "#app/books";
import { encode } from "#app/documents";
import { followUpAccount } from "#app/reconcile";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { writesBeat } from "#domain/nav/nav-cadence.ts";
import { judge, recordOf } from "#domain/watchdog/judge.ts";
import { isExposed, type WatchdogRecord, type WatchdogView } from "#domain/watchdog/view.ts";
import { DocumentNotFoundError } from "#ports/documents.ts";
import type { VenuePosition } from "#ports/venue.ts";
import { carryOut } from "./carry-out.ts";
import { askPositions, askVenue } from "./look-at-venue.ts";
import { readAccount, readIdleOrders } from "./read-account.ts";
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
  const positions = await askPositions(deps, accountId, venue);
  if (positions?.length === 0 && !asked.alsoWhenFlat) {
    if (writesBeat("watchdog", deps.clock.nowMs())) await beat(deps, accountId);
    return null;
  }
  const account = await readAccount(deps, accountId);
  const { control, config } = account;
  const answers = await askVenue(deps, accountId, venue, symbolsOf(account, positions));
  const { bannedUntilMs: untilMs } = watchdogMemoryOf(deps, accountId);
  await latchBanUntil(deps, accountId, { untilMs, actor: WATCHDOG_ACTOR }, control);
  const look = { atMs, positions, ...answers };
  const view: WatchdogView = { ...account, look, orders: await readIdleOrders(deps, account) };
  const judgement = judge(view);
  const record = recordOf(view, judgement);
  if (control.flatten === null) await carryOut(deps, view, judgement, record);
  else await followUpAccount(deps, accountId, WATCHDOG_ACTOR);
  // Last: a look that failed on its way is no heartbeat, and is repeated with the memory of the one before it.
  if (!account.leavesRecord) await store(deps, record);
  return isExposed(view) ? config.watchdog.intervalMs : null;
}

/** What is held, by the venue or by the books, and what is configured: a frozen feed shows in all of them. */
function symbolsOf(
  { control, config }: Awaited<ReturnType<typeof readAccount>>,
  positions: readonly VenuePosition[] | null,
): readonly string[] {
  const held = (positions ?? []).map(({ symbol }) => symbol);
  const booked = Object.values(control.slots).map(({ symbol }) => symbol);
  return [...new Set([...config.symbols, ...held, ...booked])];
}

/**
 * A heartbeat of a flat account: when it looked, and that nothing is held. What was counted stays; what was found goes,
 * since at the next entry it would be the sign of the look before.
 */
async function beat(deps: WatchdogDeps, accountId: string): Promise<void> {
  const path = paths.telemetry(accountId, "watchdog");
  const lookedAtMs = deps.clock.nowMs();
  try {
    const changes = { lookedAtMs, exposedSinceMs: null, verdict: "none", findings: [] };
    await deps.documents.commit([{ op: "update", path, changes }]);
  } catch (error) {
    if (!(error instanceof DocumentNotFoundError)) throw error;
    const verdict = "none";
    const rest = {
      exposedSinceMs: null,
      quotes: {},
      inbox: null,
      healthyLooks: 0,
      verdict,
      findings: [],
    } as const;
    await store(deps, { accountId, lookedAtMs, ...rest });
  }
}

async function store(deps: WatchdogDeps, record: WatchdogRecord): Promise<void> {
  const path = paths.telemetry(record.accountId, "watchdog");
  await deps.documents.commit([{ op: "set", path, data: encode(record) }]);
}
