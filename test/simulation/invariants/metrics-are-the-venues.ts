// Rule 3, the venue is right (docs/RULES.md), for how orders went: the sums of `telemetry/router` are the matching engine's own
// trades of the orders that they count, each once. Read from the engine's trades; the only words taken from the books are which
// orders have ended up to the entry that the sums name, and under which number the venue has them.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { engineIdOf } from "./engine-truth.ts";
import type { Evidence, Invariant } from "./invariant.ts";

const USD_PER_E8 = dec("0.00000001");
/** Telemetry that begins with a longer journal leaves its older entries out. */
const WHOLE_JOURNAL = 500;

export const metricsAreTheVenues: Invariant = {
  rule: 3,
  name: "metricsAreTheVenues",
  says: "After faults have ended, count, quantity, value, resting part and fees of the orders that telemetry has counted equal the venue's own to the last unit, symbol by symbol.",
  watch(evidence) {
    /** Accounts whose telemetry began with a part of their journal. */
    const partial = new Set<string>();
    return {
      landed({ changes }) {
        for (const { path, accountId, before } of changes) {
          if (accountId === null || before !== null || path !== paths.telemetry(accountId, "router"))
            continue;
          if (evidence.below(`accounts/${accountId}/journal/`).length > WHOLE_JOURNAL) partial.add(accountId);
        }
      },
      healed() {
        for (const { profile } of evidence.setup.accounts)
          if (profile.mode === "paper" && !partial.has(profile.accountId)) check(evidence, profile.accountId);
      },
    };
  },
};

/** The orders of a symbol that have ended up to the folded entry, by the venue's number; null where that is not theirs. */
interface Counted {
  readonly orders: Map<string, string | null>;
  /** One of them has changed since: its sums are of before. */
  hasMoved: boolean;
}

function countedOrders(evidence: Evidence, accountId: string, foldedSeq: number): Map<string, Counted> {
  const counted = new Map<string, Counted>();
  for (const [, { seq, kind, images }] of evidence.below<JournalEntry>(`accounts/${accountId}/journal/`)) {
    if (!kind.startsWith("ORDER_")) continue;
    for (const [path, image] of Object.entries(images)) {
      const { status, request, venueOrderId } = image as unknown as Order;
      if (!path.includes("/orders/") || !isEnded(status)) continue;
      const { symbol, clientOrderId } = request;
      const of = counted.get(symbol) ?? { orders: new Map<string, string | null>(), hasMoved: false };
      counted.set(symbol, of);
      if (seq <= foldedSeq) of.orders.set(clientOrderId, venueOrderId);
      else of.hasMoved ||= of.orders.has(clientOrderId);
    }
  }
  return counted;
}

interface Figures {
  readonly orders: number;
  readonly filledBase: string;
  readonly notionalUsd: string;
  readonly makerUsd: string;
  readonly feesUsd: string;
}

function check(evidence: Evidence, accountId: string): void {
  const router = evidence.read<RouterTelemetry>(paths.telemetry(accountId, "router"));
  if (router === null || router.lostEntries > 0) return;
  for (const [symbol, counted] of countedOrders(evidence, accountId, router.foldedSeq)) {
    if (counted.hasMoved) continue;
    const booked = bookedOf(router, symbol);
    const actual = atVenue(evidence, accountId, symbol, counted);
    for (const field of Object.keys(actual) as (keyof Figures)[])
      if (booked !== "incomplete" && booked[field] !== actual[field])
        evidence.fail(
          `telemetry of ${accountId} has ${field} ${booked[field]} for ${symbol} up to entry ${router.foldedSeq}, at the venue it is ${actual[field]}`,
        );
  }
}

function total(amounts: readonly Decimal[]): string {
  return decimalString(amounts.reduce((sum, amount) => sum.plus(amount), dec("0")));
}

/** `incomplete`: an order was counted without its trades, since the venue did not list them for an hour. */
function bookedOf({ rows }: RouterTelemetry, symbol: string): Figures | "incomplete" {
  const sums = rows.flatMap((row) => (row.symbol === symbol ? [row.sums] : []));
  const of = (amountOf: (sums: RouterTelemetry["others"]) => string) =>
    total(sums.map((each) => dec(amountOf(each))));
  const [notionalUsd, makerUsd] = [of((each) => each.notionalUsd), of((each) => each.makerUsd)];
  const knownUsd = total([dec(makerUsd), dec(of((each) => each.takerUsd))]);
  if (knownUsd !== notionalUsd) return "incomplete";
  const orders = sums.reduce((count, each) => count + each.orders, 0);
  const feesUsd = of(({ fees }) => fees.usd);
  return { orders, filledBase: of((each) => each.filledBase), notionalUsd, makerUsd, feesUsd };
}

function atVenue(
  { exchange: { engine } }: Evidence,
  accountId: string,
  symbol: string,
  { orders }: Counted,
): Figures {
  const numbers = new Set([...orders.values()].map((id) => (id === null ? null : engineIdOf(id))));
  const trades = engine.state.trades.filter(
    (trade) => trade.accountId === accountId && trade.symbol === symbol && numbers.has(trade.orderId),
  );
  const { lotBase = 0, tickUsd = 0 } = engine.specs.get(symbol) ?? {};
  const baseOf = (lots: number) => dec(String(lotBase)).mul(lots);
  const notionalOf = (of: typeof trades) =>
    total(of.map(({ lots, priceTicks }) => baseOf(lots).mul(dec(String(tickUsd)).mul(priceTicks))));
  return {
    orders: orders.size,
    filledBase: total(trades.map(({ lots }) => baseOf(lots))),
    notionalUsd: notionalOf(trades),
    makerUsd: notionalOf(trades.filter(({ maker }) => maker)),
    feesUsd: total(trades.map(({ commissionUsdE8 }) => dec(String(commissionUsdE8)).mul(USD_PER_E8))),
  };
}
