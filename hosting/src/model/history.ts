// The past as far as somebody asked for it: groups that have ended, and the journal of a group.
import type { Group } from "#domain/documents/group.ts";

/** One entry of the journal that left the group, or an order of it, changed. */
export interface JournalRow {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly kind: string;
  /** The group as the entry left it; null where it names it without changing it. */
  readonly group: { readonly status: string; readonly qtyBase: string } | null;
  readonly order: JournalOrder | null;
}

export interface JournalOrder {
  readonly side: string;
  readonly qtyBase: string;
  readonly status: string;
  readonly filledQtyBase: string;
  readonly averagePriceUsd: string | null;
}

/** A list that grows by a page at a time, the newest first. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: number;
  /** Where the next page ends; null: at the newest. */
  readonly before: number | null;
  readonly phase: "idle" | "loading" | "end";
  /** Why the last page could not be read. */
  readonly fault: string | null;
}

export interface History {
  readonly ended: Pages<Group>;
  /** By group; absent: not asked for, or put away again. */
  readonly journals: Readonly<Record<string, Pages<JournalRow>>>;
}

export function noPages<Row>(): Pages<Row> {
  return { rows: [], unreadable: 0, before: null, phase: "idle", fault: null };
}

export const NO_HISTORY: History = { ended: noPages(), journals: {} };

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: number;
  readonly before: number | null;
  readonly isLast: boolean;
}

export function withPage<Row>(pages: Pages<Row>, page: Page<Row>): Pages<Row> {
  return {
    rows: [...pages.rows, ...page.rows],
    unreadable: pages.unreadable + page.unreadable,
    before: page.before,
    phase: page.isLast ? "end" : "idle",
    fault: null,
  };
}

/** `ORDER_STORED` is `Order stored`: the journal's kinds are an open list, and each is in the past tense. */
export function eventWords(kind: string): string {
  const words = kind.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
