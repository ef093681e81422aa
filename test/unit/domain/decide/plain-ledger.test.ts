// Through the whole life of a position the product and a plain ledger agree on it: the ledger is written from
// docs/positions.md, counts lot by lot, and shares no code with the product.
import fc from "fast-check";
import { expect, it } from "vitest";
import { lives } from "#test/support/ledger/draw-life.ts";
import { differencesOfLife } from "#test/support/ledger/life.ts";

/** Lives drawn; a longer search: BALLAST_FILL_RUNS=100000. */
const RUNS = Number(process.env.BALLAST_FILL_RUNS ?? "500");
/** A hundred thousand take minutes. */
const RUN_TIMEOUT_MS = 1_800_000;

it(
  "a plain ledger agrees with the product on quantity, average entry, exits and profit over whole lives",
  () => {
    fc.assert(
      fc.property(lives, ({ terms, steps }) => {
        expect(differencesOfLife(terms, steps)).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  },
  RUN_TIMEOUT_MS,
);
