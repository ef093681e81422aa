// The next step towards a group's exits, and what becomes of the group when they fire: in whatever order, once each.
// Proves: schemas/exit-plan.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liveExits } from "#domain/books/resting-exits.ts";
import { dueWithdrawals, type ExitBooks, exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { applyStopFact, type StopFact } from "#domain/decide/stop-facts.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import { NO_PROTECTIONS } from "#test/support/config.ts";
import { group, market, NOW_MS } from "#test/support/factories.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";
import { controlWith } from "#test/support/world.ts";

const rules = { accountId: "main", stopBps: 500, market: market(), nowMs: NOW_MS };
const around = { market: market(), protections: NO_PROTECTIONS, nowMs: NOW_MS };
const share = (bps: number, shareBps: number) => ({ level: { kind: "bps", bps }, shareBps }) as const;
const LADDER: ExitPlan = {
  ...NO_EXITS,
  takeProfits: [share(100, 4_000), share(200, 3_000), share(300, 3_000)],
};

function held(changes: Partial<Group> = {}): Group {
  const base = { status: "ACTIVE", qtyBase: "1", enteredBase: "1", averageEntryUsd: "50000" } as const;
  return group({ ...base, plan: LADDER, ...changes });
}

/** Everything planned rests. */
function resting(books: ExitBooks): ExitBooks {
  let at: ExitBooks = books;
  for (const { clientStopId, status } of liveExits(books.group)) {
    if (status !== "SENDING") continue;
    at = heard(at, { type: "rests", clientStopId });
  }
  return at;
}

function heard(books: ExitBooks, fact: StopFact): ExitBooks {
  const { group: moved, control } = applyStopFact(books, fact, around);
  return { group: moved ?? books.group, control };
}

const filled = (clientStopId: string, filledQtyBase: string): StopFact => ({
  type: "filled",
  clientStopId,
  filledQtyBase,
  averagePriceUsd: "50500",
  triggerPriceUsd: "50500",
  venueOrderId: `order-of-${clientStopId}`,
  side: "sell",
  atMs: NOW_MS,
});

const level = ({ group: { takeProfits } }: ExitBooks, at: number) =>
  takeProfits.find((each) => each.level === at);
const idOf = (books: ExitBooks, at: number) => level(books, at)?.clientStopId ?? "";
const sumOf = (exits: readonly { readonly qtyBase: string }[]) =>
  exits.reduce((sum, { qtyBase }) => sum.plus(dec(qtyBase)), dec("0"));
const start = () => resting(planExits({ group: held(), control: controlWith() }, rules));

describe("planning a group's exits", () => {
  it("takes one step for each, the stop's first, and names them to be sent", () => {
    const before = { group: held(), control: controlWith() };
    const planned = planExits(before, rules);
    const exits = liveExits(planned.group);
    expect(exits.map(({ step, qtyBase }) => [step, qtyBase])).toEqual([
      [0, "1"],
      [1, "0.4"],
      [2, "0.3"],
      [3, "0.3"],
    ]);
    expect(new Set(exits.map(({ clientStopId }) => clientStopId)).size).toBe(4);
    expect(exitsToActOn(before.group, planned.group)).toEqual({
      groupId: "group-1",
      plannedIds: exits.map(({ clientStopId }) => clientStopId),
    });
    expect(planExits(planned, rules)).toBe(planned);
  });

  it("replaces a stop new before old, and a take-profit old before new", () => {
    const books = start();
    const grown = { ...books, group: { ...books.group, qtyBase: "2", enteredBase: "2" } };
    const replaced = planExits(grown, rules);
    expect(replaced.group.stop).toMatchObject({ status: "SENDING", qtyBase: "2" });
    expect(replaced.group.takeProfits.every(({ status }) => status === "GONE")).toBe(true);
    const left = Object.entries(replaced.control.stopsToCancel);
    expect(left.map(([, { kind }]) => kind)).toEqual(["stop", "takeProfit", "takeProfit", "takeProfit"]);
    const groups = { [replaced.group.groupId]: replaced.group };
    const due = dueWithdrawals(replaced.control, groups, { stopBps: 500, markets: { BTCUSDT: market() } });
    expect(due).toEqual(left.filter(([, { kind }]) => kind === "takeProfit").map(([id]) => id));
    const withdrawn = due.reduce((at, clientStopId) => heard(at, { type: "ended", clientStopId }), replaced);
    const again = planExits(withdrawn, rules);
    expect(again.group.takeProfits.map(({ step, qtyBase, status }) => [step, qtyBase, status])).toEqual([
      [5, "0.8", "SENDING"],
      [6, "0.6", "SENDING"],
      [7, "0.6", "SENDING"],
    ]);
  });

  it("plans no take-profit while one that was left behind in the symbol may still take", () => {
    const { group: of, control } = { group: held(), control: controlWith() };
    const absences = { count: 0, lastAtMs: null };
    const left = {
      groupId: "before",
      symbol: of.symbol,
      kind: "takeProfit",
      sendDeadlineMs: NOW_MS,
      absences,
    } as const;
    const planned = planExits({ group: of, control: { ...control, stopsToCancel: { left } } }, rules);
    expect(planned.group).toMatchObject({ stop: { status: "SENDING" }, takeProfits: [] });
  });

  it("takes the ladder back while a position beyond its stop is closed: each fill would leave it larger than what is open", () => {
    const books = start();
    const grown = { ...books, group: { ...books.group, qtyBase: "2", enteredBase: "2" } };
    const sent = planExits(grown, { ...rules, stopBps: 1 });
    const refusal = { code: "-2021", message: "Would trigger.", reason: "wouldFireNow" } as const;
    const beyond = heard(sent, {
      type: "refused",
      clientStopId: sent.group.stop?.clientStopId ?? "",
      refusal,
    });
    const resting = books.group.takeProfits;
    const laddered = { ...beyond, group: { ...beyond.group, takeProfits: resting } };
    const planned = planExits(laddered, rules);
    expect(liveExits(planned.group)).toEqual([]);
    expect(Object.keys(planned.control.stopsToCancel)).toEqual(
      expect.arrayContaining(resting.map(({ clientStopId }) => clientStopId)),
    );
    expect(planExits(planned, rules)).toBe(planned);
  });

  it("withdraws the stop that nothing asks for any more, and keeps the last floor of too little to guard", () => {
    const trailing = { activationBps: 100, distanceBps: 200 };
    const plan = { ...NO_EXITS, trailing };
    const alone = { ...rules, stopBps: null };
    const trailed = held({ plan, bestPriceUsd: "51000" });
    const books = resting(planExits({ group: trailed, control: controlWith() }, alone));
    const id = books.group.stop?.clientStopId;
    const due = (changes: Partial<Group>) => {
      const { group: of, control } = planExits({ ...books, group: { ...books.group, ...changes } }, alone);
      expect(liveExits(of)).toEqual([]);
      return dueWithdrawals(control, { [of.groupId]: of }, { stopBps: null, markets: { BTCUSDT: market() } });
    };
    expect(due({ qtyBase: "2", enteredBase: "2", averageEntryUsd: "50600" })).toEqual([id]);
    expect(due({ qtyBase: "0.0001" })).toEqual([]);
  });

  it("leaves everything as it is while all is flattened, and without a known market", () => {
    const books = start();
    const grown = { ...books.group, qtyBase: "2", enteredBase: "2" };
    const control = { ...books.control, flatten: { flattenId: "f" } as never };
    expect(planExits({ group: grown, control }, rules).group).toBe(grown);
    expect(planExits({ ...books, group: grown }, { ...rules, market: null }).group).toBe(grown);
  });
});

describe("an exit that fired", () => {
  it("leaves the others fitting what is left, by one more look at the books", () => {
    const books = start();
    const taken = planExits(heard(books, filled(idOf(books, 0), "0.4")), rules);
    expect(taken.group).toMatchObject({
      qtyBase: "0.6",
      takenBase: "0.4",
      status: "ACTIVE",
      exitReason: null,
    });
    expect(taken.group.stop).toMatchObject({ status: "SENDING", qtyBase: "0.6" });
    expect(sumOf(liveExits(taken.group).slice(1)).toString()).toBe("0.6");
  });

  it("ends the group with the last of it, with every other exit left behind in the same step", () => {
    const books = start();
    const stop = books.group.stop?.clientStopId ?? "";
    const closed = heard(books, filled(stop, "1"));
    expect(closed.group).toMatchObject({ status: "CLOSED", exitReason: "stoploss" });
    expect(liveExits(closed.group)).toEqual([]);
    expect(Object.keys(closed.control.stopsToCancel).toSorted()).toEqual(
      [0, 1, 2].map((at) => idOf(books, at)).toSorted(),
    );
  });

  it("was left behind by a group before and takes no part of this one's ladder", () => {
    const absences = { count: 0, lastAtMs: null };
    const left = {
      groupId: "before",
      symbol: "BTCUSDT",
      kind: "takeProfit",
      sendDeadlineMs: NOW_MS,
      absences,
    } as const;
    const books = heard(
      { group: held({ openedAtMs: NOW_MS - 60_000 }), control: controlWith({ stopsToCancel: { left } }) },
      filled("left", "0.1"),
    );
    expect(books.group).toMatchObject({ qtyBase: "0.9", takenBase: "0" });
  });
});

describe("a level whose price had passed", () => {
  const refusal = { code: "-2021", message: "Would trigger.", reason: "wouldFireNow" } as const;

  it("becomes a wish to shrink by its share, and counts as taken", () => {
    const books = start();
    const passed = heard(books, { type: "refused", clientStopId: idOf(books, 0), refusal });
    expect(passed.group.closing).toMatchObject({ targetBase: "0.6", exitReason: "takeProfit" });
    expect(passed.group.takenBase).toBe("0.4");
    expect(passed.control.closings).toEqual(["group-1"]);
    const both = heard(passed, { type: "refused", clientStopId: idOf(books, 1), refusal });
    expect(both.group.closing).toMatchObject({ targetBase: "0.3" });
    // A level that fires meanwhile takes more than that share.
    const fired = heard(both, filled(idOf(books, 2), "0.2"));
    expect(fired.group.closing).toMatchObject({ targetBase: "0.1" });
  });

  it("is no wish for another refusal, nor for the stop's own", () => {
    const books = start();
    const full = { code: "-4045", message: "Reach max stop order limit." };
    expect(
      heard(books, { type: "refused", clientStopId: idOf(books, 0), refusal: full }).group.closing,
    ).toBeNull();
    const stop = books.group.stop?.clientStopId ?? "";
    expect(heard(books, { type: "refused", clientStopId: stop, refusal }).group.closing).toBeNull();
  });
});

/** Runs of the property; a longer search: BALLAST_FILL_RUNS=100000. */
const RUNS = Number(process.env.BALLAST_FILL_RUNS ?? "2000");

describe("the fills of all exits of a group", () => {
  /** One fill of each exit that fired; together at most what is held. */
  const fills = fc
    .record({
      lots: fc.tuple(fc.nat(400), fc.nat(300), fc.nat(300)),
      stopLots: fc.nat(1_000),
      price: fc.integer({ min: 400_000, max: 600_000 }),
      order: fc.array(fc.nat(1_000), { minLength: 12, maxLength: 12 }),
    })
    .map(({ lots, stopLots, price, order }) => {
      const books = start();
      const left = 1_000 - lots.reduce((sum, each) => sum + each, 0);
      const ids = [0, 1, 2].map((at) => idOf(books, at));
      const facts = [...lots, Math.min(left, stopLots)].map((taken, at): StopFact => {
        const clientStopId = ids[at] ?? books.group.stop?.clientStopId ?? "";
        if (taken === 0) return { type: "rests", clientStopId };
        const averagePriceUsd = decimalString(dec(String(price + at)).div(10));
        return {
          ...filled(clientStopId, decimalString(dec(String(taken)).div(1_000))),
          averagePriceUsd,
        } as StopFact;
      });
      // Each is told up to three times, in any order, with lagging words between.
      const told = facts.flatMap((fact) => [
        fact,
        { type: "rests", clientStopId: fact.clientStopId } as StopFact,
        fact,
      ]);
      const shuffled = told
        .map((fact, at) => ({ fact, key: order[at] ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ fact }) => fact);
      return { books, facts, shuffled };
    });

  /** Which exit ended it is the last one's that was heard of; nothing else depends on the order. */
  const essence = ({ group: of, control }: ExitBooks) => ({
    ...of,
    exitReason: of.exitReason === null ? null : "ended",
    stopVenueOrderIds: of.stopVenueOrderIds.toSorted(),
    realizedPnlUsd: dec(of.realizedPnlUsd).toDecimalPlaces(9).toString(),
    left: Object.keys(control.stopsToCancel),
    slots: control.slots,
  });

  it("give the same group in any order, late, partial and told again, as sorted and told once", () => {
    fc.assert(
      fc.property(fills, ({ books, facts, shuffled }) => {
        expect(essence(shuffled.reduce(heard, books))).toEqual(essence(facts.reduce(heard, books)));
      }),
      { numRuns: RUNS },
    );
  });
});
