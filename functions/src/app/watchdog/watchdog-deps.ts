// What the watchdog needs, and what one process of it keeps between looks: only hints, proved by version or time.

import type { AccountListDeps } from "#app/accounts";
import type { ExecutionDeps } from "#app/books";
import type { AccountConfig } from "#domain/documents/config.ts";

export interface WatchdogMemory {
  /** Used as long as the control document names its version. */
  readonly config: AccountConfig | null;
  /** The venue wants no request before this. */
  readonly retryAtMs: number;
  /** Latest end of a ban that this process met; 0: none. */
  readonly bannedUntilMs: number;
}

export function watchdogMemoryOf({ watchdogMemory }: WatchdogDeps, accountId: string): WatchdogMemory {
  return watchdogMemory.get(accountId) ?? { config: null, retryAtMs: 0, bannedUntilMs: 0 };
}

/** Memory of each account. */
export type WatchdogMemories = Map<string, WatchdogMemory>;

export interface WatchdogDeps extends ExecutionDeps, AccountListDeps {
  readonly watchdogMemory: WatchdogMemories;
}

/** Who acts, in latch and journal. */
export const WATCHDOG_ACTOR = "watchdog";
