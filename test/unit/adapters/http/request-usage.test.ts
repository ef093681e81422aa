// Room for requests, by the count that the venue tells: what matters less goes without first, and each window begins anew.
import { describe, expect, it } from "vitest";
import { createRequestUsage, type RequestClass, type RequestUsage } from "#adapters/http/request-usage.ts";
import { VenueError } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";

const MINUTE_MS = 60_000;
const CLASSES = ["exit", "truth", "entry", "history"] as const;

function usageOf100() {
  const clock = createFakeClock();
  clock.advance(MINUTE_MS - (clock.nowMs() % MINUTE_MS));
  const usage = createRequestUsage(clock, [
    { name: "weight", windowMs: MINUTE_MS, limit: () => 100, counts: () => true },
  ]);
  return { clock, usage, learn: (used: number) => usage.learn("weight", used, now(clock.nowMs())) };
}

const now = (sentAtMs: number) => ({ sentAtMs, offsetMs: 0, isTaken: true });

function letOut(usage: RequestUsage, offsetMs = 0): readonly RequestClass[] {
  return CLASSES.filter((of) => refusalOf(usage, of, offsetMs) === null);
}

function refusalOf(usage: RequestUsage, of: RequestClass, offsetMs = 0): VenueError | null {
  try {
    usage.check(of, offsetMs);
    return null;
  } catch (error) {
    if (error instanceof VenueError) return error;
    throw error;
  }
}

describe("requests, by how much of the limit is used", () => {
  it.each([
    [0, ["exit", "truth", "entry", "history"]],
    [69, ["exit", "truth", "entry", "history"]],
    [70, ["exit", "truth", "entry"]],
    [85, ["exit", "truth"]],
    [95, ["exit"]],
    [99, ["exit"]],
    [100, []],
    [140, []],
  ])("%i of 100: go out %j", (used, classes) => {
    const { usage, learn } = usageOf100();
    learn(used);
    expect(letOut(usage)).toEqual(classes);
  });

  it("are refused as not sent, with the reason and the end of the window", () => {
    const { clock, usage, learn } = usageOf100();
    const endMs = clock.nowMs() + MINUTE_MS;
    clock.advance(20_000);
    learn(90);
    expect(refusalOf(usage, "entry")).toMatchObject({
      kind: "retryable",
      code: "NO_ROOM",
      reason: "tooManyRequests",
      retryAtMs: endMs,
    });
  });

  it("have all their room again in the next window, which begins on the venue's clock", () => {
    const { clock, usage, learn } = usageOf100();
    learn(100);
    clock.advance(MINUTE_MS - 1);
    expect(letOut(usage)).toEqual([]);
    expect(letOut(usage, 1)).toHaveLength(CLASSES.length);
    clock.advance(1);
    expect(letOut(usage)).toHaveLength(CLASSES.length);
  });
});

describe("the count of a window", () => {
  it("never falls by an answer that another has overtaken", () => {
    const { usage, learn } = usageOf100();
    learn(90);
    learn(40);
    expect(letOut(usage)).toEqual(["exit", "truth"]);
  });

  it("is not taken from an answer to a request of the window before", () => {
    const { clock, usage } = usageOf100();
    usage.learn("weight", 100, now(clock.nowMs() - 1));
    expect(letOut(usage)).toHaveLength(CLASSES.length);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("is not taken from a header that says %d", (used) => {
    const { usage, learn } = usageOf100();
    learn(used);
    expect(letOut(usage)).toHaveLength(CLASSES.length);
  });

  it("has the limit that a refusal names, used up, until the window ends", () => {
    const { clock, usage } = usageOf100();
    usage.learnLimit("weight", 50, 0);
    expect(letOut(usage)).toEqual([]);
    clock.advance(MINUTE_MS);
    usage.learn("weight", 50, now(clock.nowMs()));
    expect(letOut(usage)).toHaveLength(CLASSES.length);
  });
});

describe("a limit that the venue stated an hour ago and has raised since", () => {
  const statedAs50 = () => {
    const clock = createFakeClock();
    clock.advance(MINUTE_MS - (clock.nowMs() % MINUTE_MS));
    const limit = {
      name: "weight",
      windowMs: MINUTE_MS,
      limit: () => 50,
      documented: 100,
      counts: () => true,
    };
    return { clock, usage: createRequestUsage(clock, [limit]) };
  };

  it.each([
    { name: "holds up to it", used: 50, isTaken: true, said: null, classes: [] },
    {
      name: "is refuted by a request that was taken beyond it: the documented one counts",
      used: 51,
      isTaken: true,
      said: null,
      classes: CLASSES,
    },
    {
      name: "is not refuted by a request that was turned away",
      used: 51,
      isTaken: false,
      said: null,
      classes: [],
    },
    { name: "gives way to the one that a refusal names", used: 51, isTaken: true, said: 60, classes: [] },
  ])("$name", ({ used, isTaken, said, classes }) => {
    const { clock, usage } = statedAs50();
    usage.learn("weight", used, { ...now(clock.nowMs()), isTaken });
    if (said !== null) usage.learnLimit("weight", said, 0);
    expect(letOut(usage)).toEqual(classes);
  });

  it("counts again in the next window", () => {
    const { clock, usage } = statedAs50();
    usage.learn("weight", 60, now(clock.nowMs()));
    clock.advance(MINUTE_MS);
    usage.learn("weight", 50, now(clock.nowMs()));
    expect(letOut(usage)).toEqual([]);
  });
});

describe("a limit that counts some requests only", () => {
  it("lets all others out", () => {
    const clock = createFakeClock();
    const counts = (of: RequestClass) => of === "entry" || of === "exit";
    const usage = createRequestUsage(clock, [{ name: "orders", windowMs: 10_000, limit: () => 10, counts }]);
    usage.learn("orders", 10, now(clock.nowMs()));
    expect(letOut(usage)).toEqual(["truth", "history"]);
  });
});
