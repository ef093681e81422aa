// The account as Firestore, the exchange and the page have it, each read by itself into one form, so that they can be
// compared with one another.
import type { Page } from "playwright-core";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group, RestingExit } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { ExchangeState, TestStack } from "#test/support/stack.ts";
import { documentAt } from "../stack/operated.ts";
import { exitText, type Position, qtyText, usdText } from "./plain-levels.ts";

const ENDED = ["CLOSED", "CLOSED_WITH_DUST", "FAILED"];

interface Pool {
  /** Symbols that hold a place. */
  readonly places: readonly string[];
  /** Symbols that wait for one, first in rank first. */
  readonly waiting: readonly string[];
}

export interface Books extends Pool {
  readonly positions: readonly Position[];
  readonly states: readonly string[];
  /** Of each position: its entries with what became of each. */
  readonly legs: readonly (readonly string[])[];
}

function restingText(exit: RestingExit | null): string | null {
  if (exit === null || exit.status === "GONE") return null;
  const { status, qtyBase, triggerPriceUsd } = exit;
  return `${exitText(qtyBase, triggerPriceUsd)}${status === "RESTING" ? "" : ` ${status}`}`;
}

const bySymbol = (a: { readonly symbol: string }, b: { readonly symbol: string }): number =>
  a.symbol.localeCompare(b.symbol);

export async function groupsOf(stack: TestStack): Promise<readonly Group[]> {
  return (await stack.database.documents(paths.groups(ACCOUNT_ID))) as readonly Group[];
}

/** Firestore's open groups, slots and queue. */
export async function readBooks(stack: TestStack): Promise<Books> {
  const groups = (await groupsOf(stack)).filter(({ status }) => !ENDED.includes(status)).toSorted(bySymbol);
  const { slots, queue } = (await documentAt(stack, paths.control(ACCOUNT_ID))) as unknown as ControlState;
  return {
    positions: groups.map(({ symbol, qtyBase, averageEntryUsd, stop, takeProfits }) => ({
      symbol,
      qtyBase: qtyText(qtyBase),
      entryUsd: usdText(averageEntryUsd ?? Number.NaN),
      stop: restingText(stop),
      takeProfits: takeProfits.map(restingText).filter((text) => text !== null),
    })),
    states: groups.map(({ status }) => status),
    legs: groups.map(({ legs }) => legs.map(({ kind, status }) => `${kind} ${status}`)),
    places: Object.values(slots)
      .map(({ symbol }) => symbol)
      .toSorted(),
    waiting: queue.map(({ symbol }) => symbol),
  };
}

/** The exchange's positions with the conditional orders that wait for each. An exit without a position is a row too. */
export function readExchange({ accounts, algoOrders }: ExchangeState): readonly Position[] {
  const held = accounts.flatMap(({ positions }) => positions);
  const waiting = algoOrders.filter(({ algoStatus }) => algoStatus === "NEW");
  const symbols = [...new Set([...held, ...waiting].map(({ symbol }) => symbol))].toSorted();
  return symbols.map((symbol) => {
    const position = held.find((each) => each.symbol === symbol);
    const exits = (type: string): readonly string[] =>
      waiting
        .filter((algo) => algo.symbol === symbol && algo.orderType === type)
        .toSorted((a, b) => Number(a.triggerPrice) - Number(b.triggerPrice))
        .map(({ quantity, triggerPrice }) => exitText(quantity, triggerPrice));
    const stops = exits("STOP_MARKET");
    return {
      symbol,
      qtyBase: qtyText(position?.qtyBase ?? 0),
      entryUsd: usdText(position?.entryPriceUsd ?? Number.NaN),
      stop: stops.length === 0 ? null : stops.join(", "),
      takeProfits: exits("TAKE_PROFIT_MARKET"),
    };
  });
}

export interface Pages {
  readonly overview: Page;
  readonly risk: Page;
}

export interface Shown {
  readonly positions: readonly Pick<Position, "symbol" | "qtyBase" | "entryUsd">[];
  readonly states: readonly string[];
  /** `1 of 1 open`. */
  readonly pool: string;
  readonly waiting: readonly string[];
}

const firstWord = (text: string): string => text.trim().split(/\s+/)[0] ?? "";
const numberIn = (text: string): number => Number(firstWord(text).replaceAll(/[,+]/g, ""));

/** The page as a person reads it. */
export async function readPages({ overview, risk }: Pages): Promise<Shown> {
  const table = overview.getByTestId("positions-table");
  const column = (label: string) => table.locator(`tbody [data-label="${label}"]`).allInnerTexts();
  const [symbols, states, quantities, entries, pool, waiting] = await Promise.all([
    column("Symbol"),
    column("State"),
    column("Quantity"),
    column("Entry USD"),
    risk.getByTestId("pool-list").getByRole("listitem").allInnerTexts(),
    risk.getByTestId("queue-list").getByRole("listitem").allInnerTexts(),
  ]);
  const rows = symbols.map((text, row) => ({
    symbol: firstWord(text),
    state: /[A-Z_]{4,}/.exec(states[row] ?? "")?.[0] ?? "",
    qtyBase: qtyText(numberIn(quantities[row] ?? "")),
    entryUsd: usdText(numberIn(entries[row] ?? "")),
  }));
  const sorted = rows.toSorted(bySymbol);
  return {
    positions: sorted.map(({ symbol, qtyBase, entryUsd }) => ({ symbol, qtyBase, entryUsd })),
    states: sorted.map(({ state }) => state),
    pool: /\d+ of \d+ open/.exec(pool.find((text) => text.includes("All")) ?? "")?.[0] ?? "",
    waiting: waiting.map((text) => /(long|short) (\w+)/.exec(text)?.[2] ?? text),
  };
}
