// Holdings against a second reckoning in whole numbers that looks through every list for every symbol: places that are
// remembered, and worths that are kept from one decision to the next, must never be those of another state.
// Proves: domain/books/by-symbol.ts, domain/risk/holdings.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { committedHoldings } from "#domain/risk/holdings.ts";
import { mark, NOW_MS, nav } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const SYMBOLS = ["AAAUSDT", "BBBUSDT", "CCCUSDT"] as const;
const LONG_AGO_MS = NOW_MS - 400_000;
const SIDES = ["long", "short"] as const;

interface Drawn {
  readonly slots: readonly {
    readonly symbol: string;
    readonly side: "long" | "short";
    readonly qty: number;
    readonly legs: number;
  }[];
  readonly orders: readonly {
    readonly symbol: string;
    readonly side: "buy" | "sell";
    readonly qty: number;
    readonly usd: number;
    readonly reduceOnly: boolean;
  }[];
  readonly dust: Readonly<Record<string, number>>;
}
interface Seen {
  readonly atVenue: Readonly<Record<string, number>>;
  readonly asks: Readonly<Record<string, number>>;
}

const symbol = fc.constantFrom(...SYMBOLS);
const qty = fc.integer({ min: 0, max: 3 });
const bySymbol = (value: fc.Arbitrary<number>) => fc.dictionary(symbol, value, { maxKeys: 3 });
const books: fc.Arbitrary<Drawn> = fc.record({
  slots: fc.array(
    fc.record({ symbol, side: fc.constantFrom(...SIDES), qty, legs: fc.integer({ min: 0, max: 5 }) }),
    { maxLength: 4 },
  ),
  orders: fc.array(
    fc.record({
      symbol,
      side: fc.constantFrom("buy" as const, "sell" as const),
      qty: fc.integer({ min: 1, max: 3 }),
      usd: fc.integer({ min: 1, max: 90 }),
      reduceOnly: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  dust: bySymbol(fc.integer({ min: -1, max: 1 })),
});
const sight: fc.Arbitrary<Seen> = fc.record({
  atVenue: bySymbol(fc.integer({ min: -4, max: 4 })),
  asks: bySymbol(fc.integer({ min: 1, max: 9 })),
});

function controlOf({ slots, orders, dust }: Drawn): ControlState {
  return controlWith({
    slots: Object.fromEntries(
      slots.map(({ symbol, side, qty, legs }, index) => {
        const ahead = legs === 0 ? {} : { legsUsd: String(legs) };
        const slot = { symbol, side, strategyId: `s${index}`, qtyBase: String(qty), sinceMs: LONG_AGO_MS };
        return [`g${index}`, { ...slot, ...ahead }];
      }),
    ),
    reservations: Object.fromEntries(
      orders.map(({ qty, usd, ...order }, index) => {
        return [`o${index}`, { ...order, groupId: "g0", qtyBase: String(qty), notionalUsd: String(usd) }];
      }),
    ),
    dust: Object.fromEntries(Object.entries(dust).map(([symbol, qty]) => [symbol, String(qty)])),
  });
}

function navOf({ atVenue, asks }: Seen): Nav {
  return nav({
    positions: Object.entries(atVenue).map(([symbol, signed]) => ({
      symbol,
      side: signed < 0 ? "short" : "long",
      qtyBase: String(Math.abs(signed)),
      entryPriceUsd: "1",
      markUsd: "7",
      notionalUsd: "1",
      unrealizedPnlUsd: "0",
    })),
    marks: Object.fromEntries(
      Object.entries(asks).map(([symbol, ask]) => [symbol, mark({ symbol, askUsd: String(ask) })]),
    ),
  });
}

type Row = readonly [symbol: string, side: string, strategyId: string | null, usd: number | null];

/** By the rule as it is written down: of books and venue the larger counts, and room for entries to come is kept. */
function plainly({ slots, orders, dust }: Drawn, { atVenue, asks }: Seen): readonly Row[] {
  const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
  const priceOf = (symbol: string) => asks[symbol] ?? (symbol in atVenue ? 7 : null);
  const worth = (symbol: string, qty: number) => {
    const price = priceOf(symbol);
    return price === null ? null : qty * price;
  };
  const booked: Row[] = [
    ...slots.flatMap(({ symbol, side, qty }, index): Row[] =>
      qty === 0 ? [] : [[symbol, side, `s${index}`, worth(symbol, qty)]],
    ),
    ...orders.flatMap(({ symbol, side, usd, reduceOnly }): Row[] => {
      const strategyId = slots.length > 0 ? "s0" : null;
      return reduceOnly ? [] : [[symbol, side === "buy" ? "long" : "short", strategyId, usd]];
    }),
  ];
  const rows = SYMBOLS.flatMap((symbol): readonly Row[] => {
    const own = booked.filter(([of]) => of === symbol);
    const held = atVenue[symbol] ?? 0;
    if (held === 0) return own;
    const sign = Math.sign(held);
    const here = slots.filter((slot) => slot.symbol === symbol);
    const base = sum(here.map(({ side, qty }) => (side === "long" ? qty : -qty))) + (dust[symbol] ?? 0);
    const helping = orders.filter((order) => order.symbol === symbol && (order.side === "buy") === sign > 0);
    const onItsSide = sign * base + sum(helping.map(({ qty }) => qty));
    const beyond = (qty: number): Row => [symbol, sign > 0 ? "long" : "short", null, worth(symbol, qty)];
    if (onItsSide < 0) return -onItsSide >= Math.abs(held) ? own : [beyond(Math.abs(held))];
    return onItsSide >= Math.abs(held) ? own : [...own, beyond(Math.abs(held) - onItsSide)];
  });
  const ahead = slots.flatMap(({ symbol, side, legs }, index): Row[] =>
    legs === 0 ? [] : [[symbol, side, `s${index}`, legs]],
  );
  return [...rows, ...ahead];
}

const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).toSorted();

describe("what is held", () => {
  it("is the same by places and remembered worths as by looking through all of it each time", () => {
    fc.assert(
      fc.property(books, fc.array(sight, { minLength: 1, maxLength: 3 }), (drawn, sights) => {
        // One control document under several NAVs, as an instance meets it from minute to minute.
        const control = controlOf(drawn);
        for (const seen of sights) {
          const found = committedHoldings({ control, nav: navOf(seen), nowMs: NOW_MS });
          const rows = found.map(({ symbol, side, strategyId, notionalUsd }): Row => {
            return [symbol, side, strategyId, notionalUsd === null ? null : notionalUsd.toNumber()];
          });
          expect(sorted(rows)).toEqual(sorted(plainly(drawn, seen)));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
