// An account's books as one invocation holds them: the documents that a decision needs, and the version that the
// next commit requires. A books object is never changed; a commit returns the next one.
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Universe } from "#domain/documents/market.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import type { Overview } from "#domain/documents/views.ts";
import type { Clock } from "#ports/clock.ts";
import type { Deadline } from "#ports/deadline.ts";
import type { DocumentPort, DocumentVersion } from "#ports/documents.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { StatePublisher } from "#ports/state-publisher.ts";
import type { Tasks } from "#ports/tasks.ts";
import type { Venue } from "#ports/venue.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Serial } from "./serial.ts";

/** A document without which its open group cannot be acted on. */
export interface SetAside {
  readonly groupId: string;
  readonly symbol: string;
  readonly path: string;
  readonly fault: string;
}

export interface Books {
  readonly accountId: string;
  readonly profile: AccountProfile;
  readonly control: ControlState;
  readonly controlVersion: DocumentVersion;
  /** In force: of the version that the control document names, or one that permits nothing (domain/documents/config.ts). */
  readonly config: AccountConfig;
  /** Why `config/current` is not what is used; null when it is. */
  readonly configFault: string | null;
  /** Null when missing or unreadable; every check that needs one refuses. */
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly universe: Universe | null;
  /** As last read, however long ago: the checks judge its age. */
  readonly venueSettings: VenueSettings | null;
  readonly overview: Overview | null;
  /** Null where the config asks for none, and where it is not there or unreadable: entries begin by the config. */
  readonly tuning: Tuning | null;
  /**
   * Paths of NAV, peak, universe or overview that a later release has stored: null above. An entry waits for that
   * release, and is not refused for want of them; the overview is left as it is.
   */
  readonly newer: readonly string[];
  /** Open groups that are missing below, with their orders: a document of theirs is missing or unreadable. */
  readonly setAside: readonly SetAside[];
  /** Groups that have not ended, by id. */
  readonly groups: Readonly<Record<string, Group>>;
  /** Orders that have not ended, by clientOrderId. */
  readonly orders: Readonly<Record<string, Order>>;
  readonly loadedAtMs: number;
}

/** Last books of each account in this process. Only a hint: every commit proves or disproves them by their version. */
export type BooksCache = Map<string, Books>;

export interface ExecutionDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly tasks: Tasks;
  /** Every document for people goes through it. */
  readonly publisher: StatePublisher;
  /** Client of the account's venue. Throws when the account may not trade there (see domain/risk/live-gate.ts). */
  readonly venueFor: (profile: AccountProfile) => Promise<Venue>;
  /** Who this process is in a lease. */
  readonly holderId: string;
  readonly cache: BooksCache;
  readonly serial: Serial;
  /** Intents that wait in this process for their turn. */
  readonly mailbox: Mailbox;
}

/** Dependencies of loading; a reader that only looks has these alone. */
export type LoadDeps = Pick<ExecutionDeps, "documents" | "clock" | "logger" | "cache">;
