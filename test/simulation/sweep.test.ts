// Guards the crash sweep: a sample of its cases holds on every run, no port call of the product is left out of the
// catalogue, and the sweep notices programs that are wrong. All cases run with `npm run sim -- --sweep`.
// Proves: app/messages/, app/reconcile/, app/universe/
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "./engine/random.ts";
import { HANG_LIMIT_MS } from "./hang-limit.ts";
import { MUTATIONS } from "./mutations/all.ts";
import { CATALOGUE } from "./sweep/catalogue.ts";
import { inWords } from "./sweep/command.ts";
import type { Scenario } from "./sweep/scenario.ts";
import { portCallsInSource } from "./sweep/sources.ts";
import { type ScenarioResult, sweep, unreached } from "./sweep/sweep.ts";

/** Share of the cases that this suite runs; all of them take an hour. */
const SAMPLED = 0.05;
/**
 * Scenarios of many minutes have thousands of cases, each of which lives through all of them: a case of these five takes
 * 50 ms to 150 ms, of the others 10 ms. At one share for all, these took half of the time.
 */
const LONG: Readonly<Record<string, number>> = {
  "a resting entry that the venue has forgotten": 0.002,
  "a position that nothing values for longer than blindness may last": 0.004,
  "closing while it is not known whether the entry was taken": 0.015,
  "a loser that a winner pays for, begun by the reconcile schedule": 0.02,
  "an entry that was given up as absent and appears after all": 0.02,
};
/** A fresh sample each day, the same for everybody on that day. */
const SEED = Math.floor(Date.now() / 86_400_000);

describe(`a sample of the crash sweep (seed ${SEED})`, () => {
  const sources = new Set<string>();
  let results: readonly ScenarioResult[] = [];
  beforeAll(async () => {
    const random = new Random(SEED, "sample");
    const isChosen = ({ name }: Scenario): boolean => random.chance(LONG[name] ?? SAMPLED);
    results = await sweep({ scenarios: CATALOGUE, sources, isChosen });
  }, HANG_LIMIT_MS);

  it("breaks no rule in any case", () => {
    const found = results.flatMap(({ scenario, violations }) =>
      violations.flatMap((violation) => [scenario, ...inWords(violation)]),
    );
    expect(found).toEqual([]);
  });

  it("strikes port calls in every scenario", () => {
    const empty = results.filter(({ calls }) => calls.length === 0);
    expect(empty.map(({ scenario }) => scenario)).toEqual([]);
    const names = CATALOGUE.map(({ name }) => name);
    expect(new Set(names).size).toBe(CATALOGUE.length);
    expect(names).toEqual(expect.arrayContaining(Object.keys(LONG)));
  });

  it("reaches every port call in the product's source", () => {
    expect(portCallsInSource().length).toBeGreaterThan(30);
    expect(unreached(sources)).toEqual([]);
  });
});

/** Which scenario is enough to notice that a guarantee is missing, with a few of its cases. */
const NOTICED_BY = {
  sendBeforeStoring: "a market entry on a new instance",
  loseJournal: "a market entry on a new instance",
  tradeWhileHalted: "an entry that is denied because trading is halted",
} as const satisfies Readonly<Record<string, string>>;
const NOTICED_SHARE = 0.1;

describe("a program without one of its guarantees", () => {
  it.each(Object.entries(NOTICED_BY))(
    "is noticed by the sweep: %s, in %s",
    async (name, scenarioName) => {
      const mutation = MUTATIONS.find((each) => each.name === name);
      const scenario = CATALOGUE.find((each) => each.name === scenarioName);
      if (mutation === undefined || scenario === undefined)
        throw new Error("There is no such switch or scenario");
      const random = new Random(1, "mutation");
      const isChosen = (): boolean => random.chance(NOTICED_SHARE);
      const [result] = await sweep({ scenarios: [scenario], mutation, isChosen });
      expect(result?.violations).not.toEqual([]);
    },
    HANG_LIMIT_MS,
  );
});
