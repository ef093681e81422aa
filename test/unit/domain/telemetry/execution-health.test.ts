// Health of an hour: each change of an order counts once, in the bucket of its time; a doubt lasts from the first word of it to the
// venue's answer; an alarm begins past its limit, is told once, and ends well below.
// Proves: domain/telemetry/health-alarms.ts, app/telemetry/telemetry-alerts.ts
import { describe, expect, it } from "vitest";
import type { Order } from "#domain/documents/order.ts";
import {
  BUCKET_MS,
  type ExecutionHealth,
  newExecutionHealth,
  totalOf,
  WINDOW_MS,
  withChange,
  within,
} from "#domain/telemetry/execution-health.ts";
import { ALARM_LIMITS, figuresOf, isMoving, judged, LEAST_ORDERS } from "#domain/telemetry/health-alarms.ts";
import { alarmAlert, failingAlert } from "#functions/app/telemetry/telemetry-alerts.ts";
import { executionHealthSchema } from "#schemas/telemetry.ts";
import { order } from "#test/support/factories.ts";

const BUCKET_START_MS = Date.UTC(2026, 0, 2, 3, 0);
const AT_MS = BUCKET_START_MS + 10_000;
const EMPTY = newExecutionHealth("main", 0, AT_MS);

interface Given {
  readonly id?: string;
  readonly kind: string;
  readonly status: Order["status"];
  readonly atMs?: number;
  readonly openSends?: readonly number[];
  readonly rejection?: Order["rejection"];
}

function changedBy(before: ExecutionHealth, given: readonly Given[]): ExecutionHealth {
  return given.reduce(
    (health, { id = "b1", kind, status, atMs = AT_MS, openSends = [1], rejection = null }) => {
      const changed = order({ status, openSends, rejection, request: { clientOrderId: id } });
      return withChange(health, { kind, order: changed, atMs });
    },
    before,
  );
}

const stored = (id = "b1", atMs = AT_MS): Given => ({ id, kind: "ORDER_STORED", status: "SUBMITTING", atMs });
const doubted = (id = "b1", atMs = AT_MS): Given => ({
  id,
  kind: "ORDER_SUBMIT_UNKNOWN",
  status: "SUBMIT_UNKNOWN",
  atMs,
});
const refused = (id = "b1", rejection: Order["rejection"] = { code: "x", message: "x" }): Given => ({
  id,
  kind: "ORDER_REJECTED",
  status: "REJECTED",
  rejection,
});
const many = (count: number, each: (id: string) => Given): readonly Given[] =>
  Array.from({ length: count }, (_, place) => each(`b${place}`));

describe("what is counted", () => {
  it("are orders of every cause, refusals, and sends that were made again", () => {
    const health = changedBy(EMPTY, [
      stored("b1"),
      { ...stored("b2"), kind: "FLATTEN_ORDER_STORED" },
      refused("b1"),
      { id: "b2", kind: "ORDER_RESENT", status: "SUBMITTING" },
    ]);
    expect(totalOf(health)).toMatchObject({ orders: 2, rejections: 1, resends: 1, unknowns: 0 });
  });

  it("is no refusal where an order of a route would have taken: that is a step of it", () => {
    const reason = { code: "-5022", message: "x", reason: "wouldTake" } as const;
    expect(totalOf(changedBy(EMPTY, [stored(), refused("b1", reason)])).rejections).toBe(0);
  });

  it("is nothing where an order rests or fills: the health stays as it is", () => {
    const health = changedBy(EMPTY, [stored()]);
    const changes = [
      { kind: "ORDER_ACCEPTED", status: "ACCEPTED" },
      { kind: "ORDER_FILLED", status: "FILLED" },
    ] as const;
    expect(changedBy(health, changes)).toBe(health);
  });

  it("stands in the bucket of its time, and leaves the window with it", () => {
    const health = changedBy(EMPTY, [stored("b1"), stored("b2", AT_MS + BUCKET_MS)]);
    expect(health.buckets.map(({ startMs, orders }) => [startMs, orders])).toEqual([
      [BUCKET_START_MS, 1],
      [BUCKET_START_MS + BUCKET_MS, 1],
    ]);
    const lastMs = BUCKET_START_MS + BUCKET_MS + WINDOW_MS;
    expect(totalOf(within(health, lastMs - 1)).orders).toBe(2);
    expect(totalOf(within(health, lastMs)).orders).toBe(1);
    expect(executionHealthSchema.parse(health)).toEqual(health);
  });
});

describe("a doubt", () => {
  it("counts once, and lasts from the first word of it to the venue's answer", () => {
    const health = changedBy(EMPTY, [
      stored(),
      doubted(),
      doubted("b1", AT_MS + 2_000),
      { kind: "ORDER_FILLED", status: "FILLED", atMs: AT_MS + 7_500 },
    ]);
    expect(totalOf(health)).toMatchObject({
      unknowns: 1,
      resolved: 1,
      resolveSumMs: 7_500,
      longestResolveMs: 7_500,
    });
    expect(health.doubtedSinceMs).toEqual({});
  });

  it("goes on over a resend, and ends with its answer", () => {
    const resent = {
      kind: "ORDER_RESENT",
      status: "SUBMITTING",
      openSends: [1, 2],
      atMs: AT_MS + 60_000,
    } as const;
    const before = changedBy(EMPTY, [doubted(), resent]);
    expect(before.doubtedSinceMs).toEqual({ b1: AT_MS });
    const answered = changedBy(before, [{ kind: "ORDER_FILLED", status: "FILLED", atMs: AT_MS + 61_000 }]);
    expect(totalOf(answered)).toMatchObject({ unknowns: 1, resolved: 1, longestResolveMs: 61_000 });
  });

  it.each([
    ["absent in the end", { kind: "ORDER_ABSENT", status: "ABSENT" }],
    ["certainly not taken", { kind: "ORDER_SUBMIT_UNKNOWN", status: "SUBMIT_UNKNOWN", openSends: [] }],
  ] as const)("ends where the order is %s", (_, change) => {
    expect(changedBy(EMPTY, [doubted(), change])).toMatchObject({ doubtedSinceMs: {} });
  });

  it("is none of an order that never left", () => {
    const change = { kind: "ORDER_SUBMIT_UNKNOWN", status: "SUBMIT_UNKNOWN", openSends: [] } as const;
    expect(changedBy(EMPTY, [change])).toBe(EMPTY);
  });

  it("of more orders than are timed is counted all the same", () => {
    const health = changedBy(
      EMPTY,
      many(130, (id) => doubted(id)),
    );
    expect(totalOf(health).unknowns).toBe(130);
    expect(Object.keys(health.doubtedSinceMs)).toHaveLength(100);
  });
});

describe("figures", () => {
  it("are shares of the window's orders, and a doubt's own age while it lasts", () => {
    const health = changedBy(EMPTY, [...many(8, (id) => stored(id)), refused("b0"), doubted("b1")]);
    expect(figuresOf(health, AT_MS + 90_000)).toEqual({
      rejectionBps: 1_250,
      unknownBps: 1_250,
      resendBps: 0,
      resolveMs: 90_000,
    });
    expect(isMoving(health)).toBe(true);
  });

  it("are none where nothing happened", () => {
    expect(figuresOf(EMPTY, AT_MS)).toEqual({
      rejectionBps: null,
      unknownBps: null,
      resendBps: null,
      resolveMs: null,
    });
    expect(isMoving(EMPTY)).toBe(false);
  });
});

describe("an alarm", () => {
  const withRefusals = (orders: number, refusals: number) =>
    changedBy(EMPTY, [...many(orders, (id) => stored(id)), ...many(refusals, (id) => refused(id))]);

  it("begins past the limit, of enough orders, and is news once", () => {
    // 2 of 10 is the limit of 2,000 bps itself.
    expect(judged(withRefusals(10, 2), AT_MS).news).toEqual([]);
    expect(judged(withRefusals(LEAST_ORDERS - 1, 9), AT_MS).news).toEqual([]);
    const { health, news } = judged(withRefusals(10, 3), AT_MS);
    expect(news).toEqual([{ name: "rejectionBps", sinceMs: AT_MS, figure: 3_000, has: "begun" }]);
    expect(judged(health, AT_MS + 1).news).toEqual([]);
    expect(isMoving(health)).toBe(true);
  });

  it("ends below its lower limit, and not at it", () => {
    const alarmed = { ...withRefusals(20, 2), alarms: { rejectionBps: AT_MS } };
    expect(judged(alarmed, AT_MS + 5).news).toEqual([]);
    const better = changedBy(alarmed, [stored("b99")]);
    const { health, news } = judged(better, AT_MS + 5);
    // 2 of 21 is 952 bps.
    expect(news).toEqual([{ name: "rejectionBps", sinceMs: AT_MS, figure: 952, has: "ended" }]);
    expect(health.alarms).toEqual({});
  });

  it("lasts while few orders leave the rate where it is, and ends with an empty window", () => {
    const alarmed = { ...withRefusals(3, 1), alarms: { rejectionBps: AT_MS } };
    expect(judged(alarmed, AT_MS).news).toEqual([]);
    const empty = within(alarmed, AT_MS + 2 * WINDOW_MS);
    expect(judged(empty, AT_MS + 2 * WINDOW_MS).news).toMatchObject([{ figure: null, has: "ended" }]);
  });

  it("of a doubt needs no other orders", () => {
    const health = changedBy(EMPTY, [doubted()]);
    const { limit } = ALARM_LIMITS.resolveMs;
    expect(judged(health, AT_MS + limit).news).toEqual([]);
    expect(judged(health, AT_MS + limit + 1).news).toMatchObject([{ name: "resolveMs", figure: limit + 1 }]);
  });

  it.each(Object.entries(ALARM_LIMITS))("%s ends well below where it begins", (_, { limit, clear }) => {
    expect(clear).toBeLessThanOrEqual(limit / 2);
  });
});

describe("the alert", () => {
  it("says figure, unit and limit, and a second one that it is over", () => {
    const news = { name: "rejectionBps", sinceMs: AT_MS, figure: 3_000 } as const;
    expect(alarmAlert("main", { ...news, has: "begun" })).toMatchObject({
      severity: "warning",
      code: "EXECUTION_REJECTIONS_HIGH",
      message: "Orders that the venue refused: 30 % of the orders within 60 minutes, limit 20 %",
      dedupeKey: String(AT_MS),
    });
    expect(alarmAlert("main", { ...news, figure: 952, has: "ended" })).toMatchObject({
      severity: "info",
      code: "EXECUTION_WITHIN_LIMITS",
      message:
        "Orders that the venue refused: 9.52 % of the orders within 60 minutes, below 10 % again since EXECUTION_REJECTIONS_HIGH",
    });
  });

  it("that nothing is counted comes once an hour", () => {
    const keys = [0, 1, 3_600_000].map((laterMs) => failingAlert("main", "x", AT_MS + laterMs).dedupeKey);
    expect(new Set(keys).size).toBe(2);
  });
});
