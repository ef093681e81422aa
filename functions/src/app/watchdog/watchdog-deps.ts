// The dependencies of the watchdog, and the memory of one process between looks: only hints, proved by version or time.

import type { AccountListDeps } from "#app/accounts";
import type { ExecutionDeps } from "#app/books";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { DocumentVersion } from "#ports/documents.ts";

export interface WatchdogMemory {
  /** Used as long as the control document names its version. */
  readonly config: AccountConfig | null;
  /** The venue wants no request before this. */
  readonly retryAtMs: number;
  /** Latest end of a ban that this process met; 0: none. */
  readonly bannedUntilMs: number;
  /** Last healthy NAV that was read; used while it is young (read-account.ts). */
  readonly nav: Nav | null;
  /** Last end of a reconcile pass that was read; 0: none. Used while it is young. */
  readonly reconciledAtMs: number;
  /** Of the own record as this process's last heartbeat left it; null: to be read. */
  readonly beatVersion: DocumentVersion | null;
  /** Open groups as they were read, for the stops that follow a price (trail-stops.ts). */
  readonly groups: ReadonlyMap<string, Group>;
  /** As it was read for looks between the minutes. */
  readonly profile: { readonly profile: AccountProfile; readonly readAtMs: number } | null;
}

const NO_MEMORY: WatchdogMemory = {
  config: null,
  retryAtMs: 0,
  bannedUntilMs: 0,
  nav: null,
  reconciledAtMs: 0,
  beatVersion: null,
  groups: new Map(),
  profile: null,
};

export function watchdogMemoryOf({ watchdogMemory }: WatchdogDeps, accountId: string): WatchdogMemory {
  return watchdogMemory.get(accountId) ?? NO_MEMORY;
}

/** Memory of each account. */
export type WatchdogMemories = Map<string, WatchdogMemory>;

export interface WatchdogDeps extends ExecutionDeps, AccountListDeps {
  readonly watchdogMemory: WatchdogMemories;
}

/** Who acts, in latch and journal. */
export const WATCHDOG_ACTOR = "watchdog";
