// The watchdog's minute: a look at every account, and for those that hold something the looks in between, as tasks inside
// this minute. A task's look is planned by the minute alone, so that a lost one is missed once and no more.

import { forEachAccount, profileNamed } from "#app/accounts";
import type { AccountProfile } from "#domain/documents/account.ts";
import { taskName } from "#domain/documents/ids.ts";
import { watchAccount } from "./watch-account.ts";
import { type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

const MINUTE_MS = 60_000;
/** As the schedules' lists: a new mode of an account is seen within it. */
const PROFILE_LIMIT_MS = 20 * MINUTE_MS;

export async function watchEveryAccount(deps: WatchdogDeps): Promise<void> {
  await forEachAccount(deps, "watchdog", (profile) => watchThisMinute(deps, profile));
}

/** The minute's look at one account. */
export async function watchThisMinute(deps: WatchdogDeps, profile: AccountProfile): Promise<void> {
  const startMs = deps.clock.nowMs();
  const intervalMs = await watchAccount(deps, profile, { alsoWhenFlat: false });
  if (intervalMs !== null) await planLooks(deps, profile.accountId, startMs, intervalMs);
}

async function planLooks(
  deps: WatchdogDeps,
  accountId: string,
  startMs: number,
  intervalMs: number,
): Promise<void> {
  for (let afterMs = intervalMs; afterMs < MINUTE_MS; afterMs += intervalMs) {
    await deps.tasks.schedule({
      queue: "watchdog",
      name: taskName("watchdog", accountId, Math.floor(startMs / MINUTE_MS), afterMs),
      payload: { accountId },
      runAtMs: startMs + afterMs,
    });
  }
}

/** One task's look. It reads its own account alone: a list of thousands would be read by every instance. */
export async function watchOneAccount(deps: WatchdogDeps, accountId: string): Promise<void> {
  const profile = await rememberedProfile(deps, accountId);
  if (profile === null) {
    deps.logger.warn("A watchdog task names an account that cannot be looked at", { accountId });
    return;
  }
  await watchAccount(deps, profile, { alsoWhenFlat: true });
}

async function rememberedProfile(deps: WatchdogDeps, accountId: string): Promise<AccountProfile | null> {
  const nowMs = deps.clock.nowMs();
  const { profile: known } = watchdogMemoryOf(deps, accountId);
  if (known !== null && nowMs - known.readAtMs <= PROFILE_LIMIT_MS) return known.profile;
  const profile = await profileNamed(deps, accountId);
  const memory = watchdogMemoryOf(deps, accountId);
  deps.watchdogMemory.set(accountId, {
    ...memory,
    profile: profile === null ? null : { profile, readAtMs: nowMs },
  });
  return profile;
}
