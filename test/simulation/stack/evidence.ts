// The evidence of a healed fault run: every document of the account, the venue's own truth, and the sent
// signals. Plain data, so that the invariants are pure and can be shown to fail.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Alert, DeadLetter, JournalEntry, Quarantined } from "#domain/documents/records.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import type { Overview } from "#domain/documents/views.ts";
import type { SentSignal } from "./sender.ts";

/** Documents by path. */
export type Stored<T> = ReadonlyMap<string, T>;

/** `GET /admin/state` of the exchange, as far as it is used. Amounts are decimal strings. */
export interface VenueState {
  readonly prices: Readonly<Record<string, { readonly bidUsd: string; readonly askUsd: string }>>;
  readonly accounts: readonly VenueAccount[];
  readonly orders: readonly VenueOrderState[];
}

interface VenueAccount {
  readonly walletUsd: string;
  /** `qtyBase` and its exact cost are negative for a short. */
  readonly positions: readonly {
    readonly symbol: string;
    readonly qtyBase: string;
    readonly entryCostUsd: string;
  }[];
}

export interface VenueOrderState {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly type: string;
  readonly status: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly price: string;
  readonly reduceOnly: boolean;
}

export interface Evidence {
  readonly accountId: string;
  readonly control: ControlState;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly overview: Overview | null;
  readonly orders: Stored<Order>;
  readonly groups: Stored<Group>;
  readonly receipts: Stored<Receipt>;
  readonly intents: Stored<StoredIntent>;
  readonly journal: Stored<JournalEntry>;
  readonly alerts: Stored<Alert>;
  readonly quarantine: Stored<Quarantined>;
  readonly deadLetters: Stored<DeadLetter>;
  readonly venue: VenueState;
  readonly signals: readonly SentSignal[];
}
