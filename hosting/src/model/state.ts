// All that the page knows, in one value. Views read it; only the data layer and the page's own controls change it.
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Overview } from "#domain/documents/views.ts";
import type { Draft, Sending } from "./draft.ts";
import type { History } from "./history.ts";
import type { Rights } from "./rights.ts";
import type { AlertRow, CommandRow, MessageRow, ReceiptRow, SeriesDay } from "./rows.ts";
import type { View } from "./view.ts";
import type { Watched } from "./watched.ts";

/** Rows that could be read, and how many could not. */
export interface Rows<T> {
  readonly rows: readonly T[];
  readonly unreadable: number;
}

export interface AccountData {
  profile: Watched<AccountProfile>;
  config: Watched<AccountConfig>;
  control: Watched<ControlState>;
  nav: Watched<Nav>;
  peak: Watched<Peak>;
  overview: Watched<Overview>;
  receipts: Watched<Rows<ReceiptRow>>;
  alerts: Watched<Rows<AlertRow>>;
  commands: Watched<Rows<CommandRow>>;
  /** Messages for people that were given up, newest first. */
  givenUp: Watched<Rows<MessageRow>>;
  /** Messages for people that are still to be sent, oldest first. */
  unsent: Watched<Rows<MessageRow>>;
  /** By UTC day. */
  series: Record<string, Watched<SeriesDay>>;
}

export function nothingYet(): AccountData {
  const loading = { kind: "loading" } as const;
  return {
    profile: loading,
    config: loading,
    control: loading,
    nav: loading,
    peak: loading,
    overview: loading,
    receipts: loading,
    alerts: loading,
    commands: loading,
    givenUp: loading,
    unsent: loading,
    series: {},
  };
}

/** Ranges of the equity curve. */
export const RANGES = ["6 h", "24 h", "4 d"] as const;
export type Range = (typeof RANGES)[number];

export type Phase =
  | { readonly kind: "starting" }
  | { readonly kind: "misconfigured"; readonly fault: string; readonly remedy: string }
  | { readonly kind: "signedOut"; readonly busy: boolean; readonly fault: string | null }
  | { readonly kind: "noAccount"; readonly email: string }
  | {
      readonly kind: "account";
      readonly email: string;
      readonly accounts: readonly string[];
      readonly accountId: string;
      readonly rights: Rights;
    };

export interface State {
  phase: Phase;
  nowMs: number;
  /** The browser's own word on the network. */
  online: boolean;
  /** Whether this page talks to a stack on this machine. */
  local: boolean;
  view: View;
  data: AccountData;
  /** As far as somebody asked for it. */
  history: History;
  /** The command that is being written, sent or followed; null: none. */
  draft: Draft | null;
  /** Alerts whose acknowledgement is on its way, or failed and why. */
  acknowledging: ReadonlyMap<string, Sending>;
  /** A phone-sized window. */
  narrow: boolean;
  range: Range;
  /** Lists shown in full on a small screen. */
  expanded: ReadonlySet<string>;
  /** Why the chart cannot be drawn; null when it can. */
  chartFault: string | null;
  /** Why a view that comes after the first screen could not be loaded; absent when it could, or is on its way. */
  viewFaults: Partial<Readonly<Record<View, string>>>;
  /** The latest event in words, spoken by screen readers. */
  event: { readonly atMs: number; readonly text: string } | null;
}
