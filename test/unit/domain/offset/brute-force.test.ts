// A second opinion on offsets: thousands of random accounts, planned again in whole numbers by trying one quantity after the
// other, without a line of the product. Both name the same loser, the same winners and the same quantities, or none.
import { describe, expect, it } from "vitest";
import { planOffset } from "#domain/offset/plan-offset.ts";
import { Random } from "#test/simulation/engine/random.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { type Held, offsetGround } from "#test/support/offset-ground.ts";

const ACCOUNTS = 1_500;
const TEN_THOUSAND = 10_000;

/** Prices in cents, quantities in steps of a thousandth. */
interface Position {
  readonly id: string;
  readonly isLong: boolean;
  readonly steps: number;
  readonly entry: number;
  readonly bid: number;
  readonly ask: number;
  readonly openedAtMs: number;
  readonly leastSteps: number;
}

interface Rules {
  readonly minLossBps: number;
  readonly maxWinners: number;
  readonly feeBps: number;
  readonly slippageBps: number;
}

function drawPosition(random: Random, place: number): Position {
  const entry = random.pick([5_000, 10_000, 10_000, 12_345]);
  const bid = Math.max(2, entry + random.int(-2_000, 2_000));
  return {
    id: `p${place}`,
    isLong: random.chance(0.5),
    steps: random.int(1, 60),
    entry,
    bid,
    ask: bid + random.int(0, 3),
    openedAtMs: NOW_MS - random.pick([1_000, 1_000, 2_000]),
    leastSteps: random.pick([1, 1, 5]),
  };
}

function drawRules(random: Random): Rules {
  return {
    minLossBps: random.pick([1, 100, 1_000]),
    maxWinners: random.int(1, 3),
    feeBps: random.pick([0, 5, 50]),
    slippageBps: random.pick([0, 10, 200]),
  };
}

const price = ({ isLong, bid, ask }: Position): number => (isLong ? bid : ask);
const gain = (position: Position): number =>
  (position.isLong ? 1 : -1) * (price(position) - position.entry) * position.steps;

/** The worst price that an order takes, in whole cents, never beyond the bound. */
function limit(position: Position, { slippageBps }: Rules): number {
  const bound = price(position) * (TEN_THOUSAND + (position.isLong ? -slippageBps : slippageBps));
  return position.isLong ? Math.ceil(bound / TEN_THOUSAND) : Math.floor(bound / TEN_THOUSAND);
}

/** Of one step, in ten-thousandths of a cent. */
function net(position: Position, rules: Rules): number {
  const worst = limit(position, rules);
  const change = (position.isLong ? 1 : -1) * (worst - position.entry);
  return change * TEN_THOUSAND - worst * rules.feeBps;
}

interface Opinion {
  readonly loser: string;
  readonly left: readonly (readonly [id: string, steps: number])[];
}

function tried(positions: readonly Position[], rules: Rules): Opinion | null {
  const whole = positions.filter(({ steps, leastSteps }) => steps >= leastSteps);
  const cost = ({ entry, steps }: Position): number => entry * steps;
  let loser: Position | null = null;
  for (const each of whole) {
    const isLoser = gain(each) < 0 && -gain(each) * TEN_THOUSAND >= rules.minLossBps * cost(each);
    if (isLoser && (loser === null || isWorse(each, loser, cost))) loser = each;
  }
  if (loser === null) return null;
  let needed = -net(loser, rules) * loser.steps;
  const others = whole.filter((each) => each !== loser && net(each, rules) > 0);
  others.sort((a, b) => gain(b) - gain(a) || a.openedAtMs - b.openedAtMs || (a.id < b.id ? -1 : 1));
  const left: [string, number][] = [];
  for (const each of others.slice(0, rules.maxWinners)) {
    if (needed <= 0) break;
    const closed = leastThatPays(each, net(each, rules), needed);
    left.push([each.id, each.steps - closed]);
    needed -= closed * net(each, rules);
  }
  return left.length === 0 || needed > 0 ? null : { loser: loser.id, left };
}

function isWorse(one: Position, other: Position, cost: (position: Position) => number): boolean {
  const percent = -gain(one) * cost(other) - -gain(other) * cost(one);
  if (percent !== 0) return percent > 0;
  if (gain(one) !== gain(other)) return gain(one) < gain(other);
  if (one.openedAtMs !== other.openedAtMs) return one.openedAtMs < other.openedAtMs;
  return one.id < other.id;
}

function leastThatPays({ steps, leastSteps }: Position, each: number, needed: number): number {
  for (let closed = leastSteps; closed <= steps - leastSteps; closed += 1)
    if (closed * each >= needed) return closed;
  return steps;
}

const text = (units: number, places: number): string => (units / 10 ** places).toFixed(places);
const heldOf = (position: Position): Held => ({
  groupId: position.id,
  side: position.isLong ? "long" : "short",
  qtyBase: text(position.steps, 3),
  enteredBase: text(position.steps, 3),
  averageEntryUsd: text(position.entry, 2),
  bidUsd: text(position.bid, 2),
  askUsd: text(position.ask, 2),
  openedAtMs: position.openedAtMs,
  market: { minQtyBase: text(position.leastSteps, 3) },
});

function product(positions: readonly Position[], rules: Rules): Opinion | null {
  const ground = offsetGround(positions.map(heldOf), { config: rules });
  const { plan } = planOffset(ground, { offsetId: "o1", startedBy: "test" });
  if (plan === null) return null;
  return {
    loser: plan.loser.groupId,
    left: plan.winners.map(({ groupId, targetBase }) => [groupId, Math.round(Number(targetBase) * 1_000)]),
  };
}

describe("a plan", () => {
  it("is the one that trying every quantity finds, for thousands of accounts", () => {
    const random = new Random(11, "offsets");
    let plans = 0;
    for (let account = 0; account < ACCOUNTS; account += 1) {
      const rules = drawRules(random);
      const positions = Array.from({ length: random.int(2, 6) }, (_, place) => drawPosition(random, place));
      const expected = tried(positions, rules);
      expect({ account, plan: product(positions, rules) }).toEqual({ account, plan: expected });
      if (expected !== null) plans += 1;
    }
    // Neither of them agrees by refusing everything.
    expect(plans).toBeGreaterThan(ACCOUNTS / 10);
    expect(plans).toBeLessThan(ACCOUNTS * 0.9);
  });
});
