// Rows of the page's lists: the members of stored documents that the screen shows. Types come from the domain, so a field
// renamed there fails to compile here.
import type { Command } from "#domain/documents/command.ts";
import type { NavSeries } from "#domain/documents/nav.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent, Receipt } from "#domain/documents/signal.ts";
import type { OutboxItem } from "#domain/telling/outbox.ts";
import type { ShownDenial } from "./denial-words.ts";

export type ShownIntent = Pick<Intent, "symbol" | "action" | "side" | "size" | "exits">;
export interface ShownAbout {
  readonly symbol: string | null;
  readonly action: string | null;
}

export type ReceiptRow = Omit<Receipt, "intent" | "denials" | "payload" | "hookId" | "accountId"> & {
  readonly intent: ShownIntent | null;
  readonly denials: readonly ShownDenial[];
  readonly payload: {
    /** Faults of a refused signal, or the parts that an exit was carried out without, in the webhook's words. */
    readonly faults: readonly string[] | null;
    /** The subject of a refused signal, as far as it could be read. */
    readonly about: ShownAbout | null;
  };
};
export type AlertRow = Omit<Alert, "accountId" | "dedupeKey">;
export type MessageRow = Omit<OutboxItem, "accountId" | "kind" | "severity" | "sentAtMs" | "nextAttemptAtMs">;
export type SeriesDay = Pick<NavSeries, "day" | "atMs" | "navUsd">;

/** The fields of a request that the screen shows; a member that the kind lacks is null. */
export interface ShownRequest {
  readonly kind: string;
  readonly horizonAtMs: number | null;
  readonly stopLossNavUsd: string | null;
  readonly symbol: string | null;
  readonly alertId: string | null;
  readonly intentId: string | null;
  readonly groupId: string | null;
  readonly shareBps: number | null;
  readonly baseVersion: number | null;
}
export type CommandRow = Omit<Command, "request" | "accountId" | "byOperator" | "denial" | "offset"> & {
  readonly request: ShownRequest;
};
