// The memory of one process from one invocation to the next. It holds only hints: each entry is proved by a
// version or forgotten after a time, so a process may lose it at any time.

import type { AccountList } from "#app/accounts";
import { type BooksCache, Mailbox, Serial } from "#app/books";
import type { CommandSenders } from "#app/commands";
import type { LabelMemory } from "#app/documents";
import type { NavCache } from "#app/nav";
import { newReceiveMemory, type ReceiveMemory } from "#app/receive";
import type { TelemetryMemory } from "#app/telemetry";
import type { PublisherLines } from "#app/telling";
import type { VenueSettingsMemory } from "#app/venue-account";
import type { WatchdogMemories } from "#app/watchdog";
import type { VenueId } from "#domain/documents/account.ts";
import type { BanMemory } from "./shared-bans.ts";
import type { KnownLimits } from "./stated-limits.ts";
import type { KeptVenue } from "./venue-for.ts";

export interface ProcessMemory {
  /** Whether the database's label was seen to agree. */
  readonly label: LabelMemory;
  readonly accounts: AccountList;
  readonly books: BooksCache;
  /** Who waits in this process for whose books. */
  readonly serial: Serial;
  /** Intents that wait in this process for their turn at their account. */
  readonly mailbox: Mailbox;
  readonly navs: NavCache;
  readonly watchdog: WatchdogMemories;
  readonly venueSettings: VenueSettingsMemory;
  readonly telemetry: TelemetryMemory;
  /** How storing documents for people went. */
  readonly publisher: PublisherLines;
  /** Hooks, and how many requests each still may send. */
  readonly receive: ReceiveMemory;
  readonly senders: CommandSenders;
  /** Clients by account, venue and mode: a profile that changes one of them gets a client of its own. */
  readonly venues: Map<string, KeptVenue>;
  readonly bans: BanMemory;
  readonly requestLimits: Map<VenueId, KnownLimits>;
}

export function newProcessMemory(): ProcessMemory {
  return {
    label: { agreed: false },
    accounts: { profiles: [], loadedAtMs: 0, changedAtMs: null, markSeenAtMs: 0 },
    books: new Map(),
    serial: new Serial(),
    mailbox: new Mailbox(),
    navs: new Map(),
    watchdog: new Map(),
    venueSettings: new Map(),
    telemetry: new Map(),
    publisher: new Map(),
    receive: newReceiveMemory(),
    senders: new Map(),
    venues: new Map(),
    bans: { known: {}, unstored: {} },
    requestLimits: new Map(),
  };
}
