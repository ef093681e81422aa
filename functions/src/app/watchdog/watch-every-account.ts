// The watchdog's minute: a look at every account, and for those that hold something the looks in between, as tasks inside
// this minute. A task's look is planned by the minute alone, so that a lost one is missed once and no more.

import { forEachAccount, listAccounts } from "#app/accounts";
import { taskName } from "#domain/documents/ids.ts";
import { watchAccount } from "./watch-account.ts";
import type { WatchdogDeps } from "./watchdog-deps.ts";

const MINUTE_MS = 60_000;

export async function watchEveryAccount(deps: WatchdogDeps): Promise<void> {
  await forEachAccount(deps, "watchdog", async (profile) => {
    const startMs = deps.clock.nowMs();
    const intervalMs = await watchAccount(deps, profile, { alsoWhenFlat: false });
    if (intervalMs !== null) await planLooks(deps, profile.accountId, startMs, intervalMs);
  });
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

/** One task's look. An account that the list does not have yet is looked at by the next minute. */
export async function watchOneAccount(deps: WatchdogDeps, accountId: string): Promise<void> {
  const profile = (await listAccounts(deps, "watchdog")).find((each) => each.accountId === accountId);
  if (profile === undefined) {
    deps.logger.warn("A watchdog task names an account that is not listed", { accountId });
    return;
  }
  await watchAccount(deps, profile, { alsoWhenFlat: true });
}
