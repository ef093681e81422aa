// Restarting never loosens anything: over random histories, what an account refuses it also refuses to an instance that
// knows nothing but the stored document, now and until each lock ends; and no lock ever ends earlier than it said.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideIntent, MAX_REVERSAL_CLOSES } from "#domain/decide/decide-intent.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial, DenialCode } from "#domain/documents/denial.ts";
import { riskEngine } from "#domain/risk/engine.ts";
import { decodeRequired, encode } from "#functions/app/documents/codec.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { touchRead } from "#test/support/factories.ts";
import {
  after,
  askedAt,
  beginning,
  brakedConfig,
  freshBooks,
  type History,
  histories,
  STRATEGIES,
  SYMBOLS,
} from "#test/support/risk-history.ts";

const RUNS = 60;
const config = brakedConfig();

/** The control document as an instance that has just started reads it. */
function restarted(control: ControlState): ControlState {
  const data = JSON.parse(JSON.stringify(encode(control)));
  return decodeRequired(controlStateSchema, { path: "control/state", data, version: "1" });
}

interface Question {
  readonly symbol: string;
  readonly strategyId: string;
  readonly side: "long" | "short";
}

const QUESTIONS: readonly Question[] = SYMBOLS.flatMap((symbol) =>
  STRATEGIES.flatMap((strategyId) =>
    (["long", "short"] as const).map((side) => ({ symbol, strategyId, side })),
  ),
);

/** A third of them, another third after each question: every step is looked at, every question comes up. */
const questionsAfter = (asked: number) => QUESTIONS.filter((_question, place) => place % 3 === asked % 3);

function denialsOf(
  control: ControlState,
  groups: History["books"]["groups"],
  question: Question,
  nowMs: number,
) {
  const intent = askedAt(nowMs, { ...question, intentId: "asked", signalId: "asked" });
  const touch = touchRead({ askedAtMs: nowMs, asOfMs: nowMs });
  const ground = { ...freshBooks(nowMs, control, groups, config), touch };
  // As the entry of a reversal whose closing is over: what is asked here is whether exposure may be added.
  const decision = decideIntent(ground, intent, nowMs, { step: MAX_REVERSAL_CLOSES, queued: null });
  return decision.kind === "deny" ? decision.denials : [];
}

/** Brakes that hold until a time, which their denial tells. */
const TIMED: ReadonlySet<DenialCode> = new Set([
  "VENUE_BANNED",
  "ERROR_BURST",
  "VETO_COOLDOWN",
  "PROTECTION_COOLDOWN_PERIOD",
  "PROTECTION_STOPLOSS_GUARD",
  "PROTECTION_MAX_DRAWDOWN",
  "PROTECTION_LOW_PROFIT",
]);
const timed = (denials: readonly Denial[]) => denials.filter(({ code }) => TIMED.has(code));

/** Runs the history, with a look after every step. */
function walk(steps: Parameters<typeof after>[1][], look: (now: History, before: History) => void): void {
  let before = beginning(config);
  for (const step of steps) {
    const now = after(before, step);
    look(now, before);
    before = now;
  }
}

/** The quantity that reductions under way may still take from the group. */
function promisedBase({ reservations }: ControlState, ofGroupId: string): number {
  return Object.values(reservations)
    .filter(({ groupId, reduceOnly }) => groupId === ofGroupId && reduceOnly)
    .reduce((sum, { qtyBase }) => sum + Number(qtyBase), 0);
}

describe("an instance that has just started", () => {
  it("refuses exactly what was refused before it, each with the same words and time", () => {
    const met = new Set<DenialCode>();
    fc.assert(
      fc.property(histories, (steps) => {
        walk([...steps], ({ books: { control, groups }, nowMs, asked }) => {
          const fresh = restarted(control);
          for (const question of questionsAfter(asked)) {
            const denials = denialsOf(control, groups, question, nowMs);
            for (const { code } of denials) met.add(code);
            expect(denialsOf(fresh, groups, question, nowMs)).toEqual(denials);
          }
        });
      }),
      { numRuns: RUNS, seed: 4 },
    );
    // The histories prove only the denials that they meet.
    expect(
      [...TIMED, "RATE_LIMIT_EXCEEDED", "POOL_FULL"].filter((code) => !met.has(code as DenialCode)),
    ).toEqual([]);
  });

  it("goes on refusing until the lock's own end, and not a millisecond longer for that lock", () => {
    fc.assert(
      fc.property(histories, fc.double({ min: 0, max: 1, noNaN: true }), (steps, share) => {
        walk([...steps], ({ books: { control, groups }, nowMs, asked }) => {
          const fresh = restarted(control);
          for (const question of questionsAfter(asked)) {
            for (const { code, actual } of timed(denialsOf(control, groups, question, nowMs))) {
              const remainingMs = Number(actual);
              const within = nowMs + Math.floor(share * (remainingMs - 1));
              const codesAt = (atMs: number) =>
                denialsOf(fresh, groups, question, atMs).map((each) => each.code);
              expect(codesAt(within)).toContain(code);
              expect(codesAt(nowMs + remainingMs - 1)).toContain(code);
              expect(codesAt(nowMs + remainingMs)).not.toContain(code);
            }
          }
        });
      }),
      { numRuns: RUNS },
    );
  });

  it("counts down the same brakes on the screen as the decision obeys", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        walk([...steps], ({ books, nowMs, asked }) => {
          const shown = riskEngine({ ...books, control: restarted(books.control), nowMs }).cooldowns();
          for (const question of questionsAfter(asked)) {
            const codes = shown.map(({ code }) => code);
            const refused = timed(denialsOf(books.control, books.groups, question, nowMs));
            expect(codes).toEqual(expect.arrayContaining(refused.map(({ code }) => code)));
          }
        });
      }),
      { numRuns: RUNS },
    );
  });
});

describe("whatever happens", () => {
  it("no lock, veto or ban ends before the time it once had", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        walk([...steps], (now, before) => {
          const [was, is] = [before.books.control, now.books.control];
          for (const lock of was.protections.locks.filter(({ untilMs }) => untilMs > now.nowMs)) {
            const same = is.protections.locks.find(
              ({ protection, symbol, side }) =>
                protection === lock.protection && symbol === lock.symbol && side === lock.side,
            );
            expect(same?.untilMs ?? 0).toBeGreaterThanOrEqual(lock.untilMs);
          }
          for (const [key, untilMs] of Object.entries(was.throttles.vetoedUntilMs)) {
            if (untilMs > now.nowMs)
              expect(is.throttles.vetoedUntilMs[key] ?? 0).toBeGreaterThanOrEqual(untilMs);
          }
          expect(is.throttles.venueBannedUntilMs).toBeGreaterThanOrEqual(was.throttles.venueBannedUntilMs);
        });
      }),
      { numRuns: 3 * RUNS },
    );
  });

  it("a veto is not extended by what is refused for it", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        walk([...steps], (now, before) => {
          if (!now.denials.some(({ code }) => code === "VETO_COOLDOWN")) return;
          expect(now.books.control.throttles.vetoedUntilMs).toEqual(
            before.books.control.throttles.vetoedUntilMs,
          );
        });
      }),
      { numRuns: 3 * RUNS },
    );
  });

  it("slots are the groups not ended, no reduction exceeds what is held, and no cap is exceeded", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        walk([...steps], ({ books, orders, nowMs }) => {
          const { control, groups } = books;
          expect(Object.keys(control.slots).toSorted()).toEqual(Object.keys(groups).toSorted());
          for (const group of Object.values(groups))
            expect(promisedBase(control, group.groupId)).toBeLessThanOrEqual(Number(group.qtyBase) + 1e-12);
          const reductions = Object.values(orders).filter(({ request }) => request.reduceOnly);
          const closing = { long: "sell", short: "buy" } as const;
          const held = reductions.flatMap(({ request, groupId }) => {
            const side = groups[groupId]?.side;
            return side === undefined ? [] : [{ ordered: request.side, wanted: closing[side] }];
          });
          for (const { ordered, wanted } of held) expect(ordered).toBe(wanted);
          expect(Object.keys(control.slots).length).toBeLessThanOrEqual(config.maxOpenGroups);
          expect(control.throttles.orderSentAtMs.every((atMs) => atMs <= nowMs)).toBe(true);
          expect(control.throttles.errorAtMs.length).toBeLessThanOrEqual(2);
        });
      }),
      { numRuns: 3 * RUNS },
    );
  });
});
