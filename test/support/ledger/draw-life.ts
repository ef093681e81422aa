// Lives drawn for the plain ledger: a plan of every kind, and steps in an order that no plan foresees.
import fc from "fast-check";
import type { ExitPlan, StopLevel, TakeProfitLevel } from "#domain/documents/exit-plan.ts";
import type { Step } from "./life.ts";
import type { Terms } from "./plain-ledger.ts";

const PRICE_USD = 1_000;
const usd = (tenths: number): string => String(tenths / 10);

function stops(side: Terms["side"]): fc.Arbitrary<StopLevel | null> {
  const away = fc.integer({ min: 1, max: 1_200 });
  return fc.oneof(
    fc.constant(null),
    fc.integer({ min: 5, max: 900 }).map((bps) => ({ kind: "bps", bps }) as const),
    away.map((tenths) => ({ kind: "distanceUsd", distanceUsd: usd(tenths) }) as const),
    away.map((tenths) => {
      const at = PRICE_USD * 10 + (side === "long" ? -tenths : tenths);
      return { kind: "priceUsd", priceUsd: usd(at) } as const;
    }),
  );
}

/** Of one kind, from its distances in tenths of a USD, of a basis point's tenfold or of a hundredth of R. */
function levelOf(kind: TakeProfitLevel["kind"], side: Terms["side"], away: number): TakeProfitLevel {
  switch (kind) {
    case "bps":
      return { kind, bps: away };
    case "distanceUsd":
      return { kind, distanceUsd: usd(away) };
    case "priceUsd":
      return { kind, priceUsd: usd(PRICE_USD * 10 + (side === "long" ? away : -away)) };
    case "riskMultiple":
      return { kind, riskMultiple: String(away / 100) };
  }
}

function plans(side: Terms["side"]): fc.Arbitrary<ExitPlan> {
  return fc
    .record({
      stop: stops(side),
      kind: fc.constantFrom("bps", "distanceUsd", "priceUsd", "riskMultiple"),
      away: fc.uniqueArray(fc.integer({ min: 5, max: 700 }), { maxLength: 4 }),
      weights: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
      isWhole: fc.boolean(),
      breakEvenAfter: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 2 }),
      trailing: fc.option(
        fc.record({
          activationBps: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 })),
          distanceBps: fc.integer({ min: 10, max: 300 }),
        }),
        { freq: 2 },
      ),
      timeLimitMs: fc.option(fc.integer({ min: 60_000, max: 40_000_000 }), { freq: 1 }),
    })
    .map(({ stop, kind, away, weights, isWhole, breakEvenAfter, ...rest }) => {
      const of = kind === "riskMultiple" && stop === null ? "bps" : kind;
      const levels = away.toSorted((a, b) => a - b).map((each) => levelOf(of, side, each));
      const shares = sharesOf(weights.slice(0, levels.length), isWhole ? 0 : (weights[4] ?? 0));
      const takeProfits = levels.map((level, at) => ({ level, shareBps: shares[at] ?? 1 }));
      const after = breakEvenAfter === null ? null : Math.min(breakEvenAfter, levels.length);
      return { stop, takeProfits, breakEvenAfter: after === 0 ? null : after, ...rest };
    });
}

/** Of the whole, by weight; what is left of it goes to the first, unless `kept` is for none. */
function sharesOf(weights: readonly number[], kept: number): readonly number[] {
  const all = weights.reduce((sum, each) => sum + each, kept);
  const shares = weights.map((each) => Math.floor((10_000 * each) / all));
  const left = 10_000 - shares.reduce((sum, each) => sum + each, 0);
  return kept > 0 ? shares : shares.map((each, at) => (at === 0 ? each + left : each));
}

const terms: fc.Arbitrary<Terms> = fc.constantFrom("long", "short").chain((side) =>
  fc.record({
    side: fc.constant(side as Terms["side"]),
    plan: plans(side as Terms["side"]),
    floorBps: fc.option(fc.integer({ min: 20, max: 1_000 }), { freq: 2 }),
    lotBase: fc.constant("0.001"),
    tickUsd: fc.constant("0.1"),
    leastLots: fc.constantFrom(1, 1, 5),
    mostLots: fc.constantFrom(120_000, 120_000, 40),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      bps: fc.integer({ min: -250, max: 250 }),
      permille: fc.oneof({ weight: 4, arbitrary: fc.constant(1_000) }, fc.integer({ min: 0, max: 1_000 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      minutes: fc.integer({ min: 1, max: 200 }),
      fundingUsd: fc.integer({ min: -500, max: 500 }).map((cents) => String(cents / 100)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("enter" as const), lots: fc.integer({ min: 1, max: 150 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("fill" as const),
      permille: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 1_000 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "endOrder" } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("reduce" as const), bps: fc.integer({ min: 1, max: 9_999 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "close" } as const) },
  { weight: 6, arbitrary: fc.constant({ do: "look" } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("outside" as const),
      permille: fc.integer({ min: 1, max: 1_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "silence" } as const) },
);

const FIRST_LOTS = fc.integer({ min: 1, max: 200 });

export const lives = fc.record({
  terms,
  steps: fc
    .tuple(FIRST_LOTS, fc.array(step, { maxLength: 25, size: "max" }))
    .map(([lots, rest]): readonly Step[] => [{ do: "enter", lots }, ...rest]),
});
