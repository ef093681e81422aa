// Guards the loop of a lost race: a decision is made anew as often as somebody else committed between, never on an error
// that says anything else, and never without end.
import { describe, expect, it } from "vitest";
import { LEASE_DURATION_MS } from "#domain/books/lease.ts";
import { ContentionError, commitDecision, RACES } from "#functions/app/documents/commit-decision.ts";
import {
  DocumentConflictError,
  DocumentExistsError,
  DocumentNotFoundError,
  DocumentRefusedError,
  DocumentUnavailableError,
  PreconditionFailedError,
} from "#ports/documents.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";

const RACE = { maxTries: 4, meanWaitMs: 20, isLostToCreation: false };

function loop(failures: readonly Error[], race = RACE) {
  const clock = createFakeClock();
  const told: string[] = [];
  const left = [...failures];
  const done = commitDecision({ clock, identity: createSeededIdentity(1) }, race, {
    subject: "Account main",
    async attempt(isFirst) {
      told.push(isFirst ? "first" : "again");
      const failure = left.shift();
      if (failure !== undefined) throw failure;
      return "stored";
    },
    async onLost() {
      told.push(`lost after ${clock.sleepsMs.length} waits`);
    },
  });
  return { clock, told, done };
}

const stale = (): Error => new PreconditionFailedError("stale", "accounts/main/control/state");

describe("a decision whose commit lost the race", () => {
  it.each([
    ["a stale version", stale()],
    ["contention", new DocumentConflictError("busy", null)],
  ])("is made again after %s", async (_, failure) => {
    const { done, told, clock } = loop([failure]);
    expect(await done).toBe("stored");
    expect(told).toEqual(["first", "lost after 0 waits", "again"]);
    expect(clock.sleepsMs).toHaveLength(1);
  });

  it.each([
    ["a document that is there already", new DocumentExistsError("there", null)],
    ["a document that is gone", new DocumentNotFoundError("gone", null)],
    ["a refusal", new DocumentRefusedError("no", null)],
    ["a commit without an answer", new DocumentUnavailableError("away", null)],
    ["a fault of our own", new TypeError("undefined")],
  ])("is not made again after %s", async (_, failure) => {
    const { done, told, clock } = loop([failure]);
    await expect(done).rejects.toBe(failure);
    expect([told, clock.sleepsMs]).toEqual([["first"], []]);
  });

  it("is made again after a creation that somebody else was first with, where that is the race", async () => {
    const { done } = loop([new DocumentExistsError("there", null)], { ...RACE, isLostToCreation: true });
    expect(await done).toBe("stored");
  });

  it("waits between any two tries, drawn anew each time, and never longer than twice the mean", async () => {
    const { done, clock } = loop([stale(), stale(), stale()]);
    await done;
    expect(new Set(clock.sleepsMs).size).toBe(3);
    expect(clock.sleepsMs.every((waitMs) => waitMs >= 0 && waitMs <= 2 * RACE.meanWaitMs)).toBe(true);
  });

  it("gives way after its last try, without another wait, and says to whom and how often it lost", async () => {
    const failures = Array.from({ length: 9 }, stale);
    const { done, told, clock } = loop(failures);
    const error = await done.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ContentionError);
    expect(error).toMatchObject({
      message: "Account main was written by others 4 times in a row; giving way",
      cause: failures[3],
      path: "accounts/main/control/state",
    });
    expect(told.filter((each) => !each.startsWith("lost"))).toEqual(["first", "again", "again", "again"]);
    expect(clock.sleepsMs).toHaveLength(3);
  });

  it("is given up by a loop around it as well: the inner one has tried enough for both", async () => {
    const clock = createFakeClock();
    let loops = 0;
    const around = commitDecision({ clock, identity: createSeededIdentity(1) }, RACE, {
      subject: "Account main",
      async attempt() {
        loops += 1;
        return await loop(Array.from({ length: 9 }, stale)).done;
      },
    });
    await expect(around).rejects.toBeInstanceOf(ContentionError);
    expect(loops).toBe(1);
  });

  it.each(Object.entries(RACES))("has its tries and waits bounded: %s", (_, { maxTries, meanWaitMs }) => {
    const longestMs = maxTries * 2 * meanWaitMs;
    // Within a lease, so that a holder that keeps losing does not outlive it in this loop.
    expect(longestMs).toBeLessThan(LEASE_DURATION_MS);
  });
});
