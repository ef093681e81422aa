// A position's card says of each leg and of its money no more than is known, and its figures agree with plain arithmetic.
import { beforeAll, describe, expect, it } from "vitest";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import { EXIT_REASONS } from "#domain/documents/words.ts";
import { loadDenialSentences } from "#hosting/model/denial-words.ts";
import { entryRows } from "#hosting/model/entry-rows.ts";
import { exitReasonWords } from "#hosting/model/exit-reason-words.ts";
import { exitRows } from "#hosting/model/exit-rows.ts";
import { groupMoney } from "#hosting/model/group-money.ts";
import { priceScale } from "#hosting/model/price-scale.ts";
import { stopKind } from "#hosting/model/stop-kind.ts";
import { laddered } from "#test/e2e/dashboard/position-documents.ts";
import { NOW_MS } from "./account-state.ts";

beforeAll(loadDenialSentences);

const MINUTE_MS = 60_000;
const quote = (bidUsd: string, askUsd: string) => ({ symbol: "BTCUSDT", bidUsd, askUsd, asOfMs: NOW_MS });
const group = (part: Partial<Group> = {}) => laddered(NOW_MS, part);
const leg = (part: Partial<EntryLeg>): EntryLeg => ({
  kind: "dca",
  place: 1,
  status: "WAITING",
  qtyBase: "0.01",
  priceUsd: "59000",
  clientOrderId: null,
  filledBase: "0",
  averagePriceUsd: null,
  refusedFor: [],
  oddity: null,
  route: null,
  updatedAtMs: NOW_MS,
  ...part,
});
const BASE = leg({ kind: "base", place: 0, status: "FILLED", priceUsd: "60000" });
const rowOf = (part: Partial<EntryLeg>, side: Group["side"] = "long", at = quote("59499", "59500")) =>
  entryRows(group({ side, legs: [BASE, leg(part)] }), at)[1];

describe("an entry that waits", () => {
  it("has come as far as the price that it would take: a long's at the ask", () => {
    expect(rowOf({})).toMatchObject({ progressBps: 5_000, awayBps: 84, priceUsd: "59000" });
  });

  it("has come as far as the price that it would take: a short's at the bid", () => {
    expect(rowOf({ priceUsd: "61000" }, "short", quote("60250", "60251"))).toMatchObject({
      progressBps: 2_500,
      detail: "sent at or above this price",
    });
  });

  it("has come no part of the way while the price is beyond the base, and none is known without a mark", () => {
    expect(rowOf({}, "long", quote("60500", "60501"))?.progressBps).toBe(0);
    const [, unmarked] = entryRows(group({ legs: [BASE, leg({})] }), null);
    expect(unmarked).toMatchObject({ progressBps: null, awayBps: null });
  });

  it("says what stood against it at its price", () => {
    expect(rowOf({ refusedFor: ["SPREAD_TOO_WIDE"] })?.detail).toContain(
      "refused at its price: The BTCUSDT spread was too wide",
    );
  });
});

describe("an entry that was sent", () => {
  it("has the price of its fills, goes no way, and tells how much of it there is", () => {
    const part = { status: "ENDED", filledBase: "0.004", averagePriceUsd: "58990" } as const;
    expect(rowOf(part)).toMatchObject({ priceUsd: "58990", progressBps: null, awayBps: null });
    expect(rowOf(part)?.detail).toBe("0.004 of 0.01 filled; its price was 59,000.00");
  });

  it("has no price of fills before the first", () => {
    expect(rowOf({ status: "WORKING" })?.priceUsd).toBe("59000");
  });

  it.each([
    ["WORKING", "maker", "order 2 of its route, which rests no worse than 59,088.50"],
    ["REROUTING", "maker", "order 2 of its route, which rests no worse than 59,088.50"],
    ["SENT", "bounded", "order 2 of its route, which takes no worse than 59,088.50"],
    ["FILLED", "bounded", ""],
  ] as const)("as %s tells where its route of %s stands", (status, stage, detail) => {
    const step = { clientOrderId: "b1", filledBase: "0", averagePriceUsd: null };
    const route: EntryLeg["route"] = {
      choice: { firstStep: "maker", offsetTicks: 0, by: "config", evidence: null },
      stage,
      referenceUsd: "59000",
      boundUsd: "59088.5",
      repricesLeft: 0,
      repegsLeft: 4,
      restsUntilMs: NOW_MS,
      expiresAtMs: NOW_MS,
      cancelling: null,
      steps: [step, { ...step, clientOrderId: "b2" }],
      intentId: "i1",
      signalId: "s1",
      nextStep: 2,
      signalledAtMs: NOW_MS,
      receivedAtMs: NOW_MS,
    };
    expect(rowOf({ status, route })?.detail).toBe(detail);
  });

  it("tells why outcomes have begun it otherwise than the config says", () => {
    const cost = { entries: 60, costBps: "9", halfWidthBps: "0.3" };
    const evidence = {
      present: cost,
      other: { ...cost, costBps: "5" },
      source: "replayed",
      filledBps: 9_900,
      restedBps: 6_800,
    } as const;
    const route: EntryLeg["route"] = {
      choice: { firstStep: "market", offsetTicks: 0, by: "tuning", evidence },
      stage: "bounded",
      referenceUsd: "59000",
      boundUsd: "59088.5",
      repricesLeft: 0,
      repegsLeft: 0,
      restsUntilMs: NOW_MS,
      expiresAtMs: NOW_MS,
      cancelling: null,
      steps: [{ clientOrderId: "b1", filledBase: "0", averagePriceUsd: null }],
      intentId: "i1",
      signalId: "s1",
      nextStep: 1,
      signalledAtMs: NOW_MS,
      receivedAtMs: NOW_MS,
    };
    const words = "began as outcomes choose: took at once, for 5 bps against 9 ± 0.3 of 60 entries";
    expect(rowOf({ status: "FILLED", route })?.detail).toBe(words);
    const { choice } = route;
    expect(
      rowOf({ status: "FILLED", route: { ...route, choice: { ...choice, evidence: null } } })?.detail,
    ).toBe("");
  });

  it("tells the odd thing that happened to it", () => {
    const detail = rowOf({ status: "FILLED", oddity: "FILL_AFTER_CANCEL" })?.detail;
    expect(detail).toBe("filled after it was cancelled");
  });
});

describe("a stop that rests", () => {
  const rests = (triggerPriceUsd: string, part: Partial<Group> = {}, floorBps: number | null = 500) =>
    stopKind(group({ bestPriceUsd: null, ...part }), floorBps, triggerPriceUsd).kind;

  it.each([
    ["57000", "floor"],
    ["58800", "plan"],
    ["60000", "breakEven"],
    ["55555", "unknown"],
  ] as const)("at %s is called %s", (price, kind) => {
    expect(rests(price)).toBe(kind);
  });

  it("behind the best price is called trailing", () => {
    expect(rests("61380", { bestPriceUsd: "62000" })).toBe("trailing");
  });

  it("is of no break-even before a level was taken", () => {
    expect(rests("60000", { takenBase: "0" })).toBe("unknown");
  });
});

describe("exits", () => {
  const rows = (part: Partial<Group> = {}, markUsd: string | null = "61200", nowMs = NOW_MS) =>
    new Map(
      exitRows({ group: group(part), markUsd, floorBps: null, nowMs }).map(
        (exit) => [exit.id, exit] as const,
      ),
    );

  it("are in the order of stop, levels, trailing and time limit", () => {
    expect([...rows().keys()]).toEqual([
      "stop",
      "takeProfit-1",
      "takeProfit-2",
      "takeProfit-3",
      "trailing",
      "timeLimit",
    ]);
  });

  it("count their way from the average entry: 1,200 of 2,400 to the level at twice the risk", () => {
    expect(rows().get("takeProfit-2")).toMatchObject({ progressBps: 5_000, awayBps: 196, state: "RESTING" });
  });

  it("have come no part of the way while the mark is on the other side of the entry", () => {
    expect(rows({}, "59000").get("takeProfit-2")?.progressBps).toBe(0);
  });

  it("know no way without a mark", () => {
    expect(rows({}, null).get("takeProfit-2")).toMatchObject({ progressBps: null, awayBps: null });
  });

  it("fill the ladder from its nearest level with what was taken", () => {
    const taken = rows({ takenBase: "0.013" });
    expect(taken.get("takeProfit-1")?.takenBase).toBe("0.01");
    expect(taken.get("takeProfit-2")?.takenBase).toBe("0.003");
    expect(taken.get("takeProfit-3")?.takenBase).toBe("0");
  });

  it("that the venue refused say why, and one that is not there is called so", () => {
    const { stop } = group();
    if (stop === null) throw new Error("The group of the tests has no stop");
    const refusal = { code: "-4045", message: "Reach max stop order limit." };
    const refused = rows({ stop: { ...stop, status: "GONE", refusal } }).get("stop");
    expect(refused).toMatchObject({ state: "REFUSED", detail: expect.stringContaining("(-4045)") });
    expect(rows({ stop: null }).get("stop")?.state).toBe("ABSENT");
    expect(rows({ stop: null, plan: null }).get("stop")?.state).toBe("NONE");
  });

  it("end with a time limit whose time is over", () => {
    const late = NOW_MS + 24 * 60 * MINUTE_MS;
    expect(rows({}, "61200", late).get("timeLimit")).toMatchObject({ state: "OVER" });
  });
});

describe("the money of a group", () => {
  it("is realised and unrealised less its costs, over what was entered and over the risk of 24 USD", () => {
    // 6 taken, 0.01 at 514.90 more than the entry, 0.903 of fees and 0.12 of funding paid; 0.02 with a stop 1,200 away.
    expect(groupMoney(group(), "60514.9", NOW_MS)).toMatchObject({
      profitUsd: "10.126",
      profitBps: 84,
      profitR: "0.4219",
      isBeforeFees: false,
    });
  });

  it("breaks even where closing there, with the fees of that close, leaves nothing", () => {
    const { breakEvenUsd } = groupMoney(group(), "60514.9", NOW_MS);
    const price = Number(breakEvenUsd);
    // 1,806 were traded for 0.903 of fees.
    const closing = 0.01 * price;
    const left = 6 + closing - 600 - 0.903 - 0.12 - closing * (0.903 / 1806);
    expect(Math.abs(left)).toBeLessThan(1e-9);
  });

  it("is before fees while these are not read, and then no price is called break-even", () => {
    expect(groupMoney(group({ accounts: null }), "60514.9", NOW_MS)).toMatchObject({
      profitUsd: "11.149",
      isBeforeFees: true,
      breakEvenUsd: null,
    });
  });

  it("knows no profit without a mark, and no multiple without a stop of the plan", () => {
    expect(groupMoney(group(), null, NOW_MS).profitUsd).toBeNull();
    expect(groupMoney(group({ plan: null }), "60514.9", NOW_MS).profitR).toBeNull();
  });
});

describe("the scale of prices", () => {
  const scaleOf = (part: Partial<Group> = {}, markUsd: string | null = "60514.9") => {
    const held = group(part);
    return priceScale({
      entryUsd: held.averageEntryUsd,
      markUsd,
      breakEvenUsd: null,
      entries: entryRows(held, null),
      exits: exitRows({ group: held, markUsd, floorBps: null, nowMs: NOW_MS }),
    });
  };

  it("holds entries to come, average entry, levels and mark in the order of their prices", () => {
    const points = scaleOf()?.points ?? [];
    const order = points.toSorted((a, b) => a.atPercent - b.atPercent).map(({ label }) => label);
    expect(order).toEqual([
      "S3",
      "S2",
      "S1",
      "entry",
      "stop",
      "base",
      "mark",
      "TP 1",
      "trail",
      "TP 2",
      "TP 3",
    ]);
  });

  it("labels no two points that would overlap", () => {
    const labelled = (scaleOf()?.points ?? []).filter(
      ({ kind, isLabelled }) => isLabelled && kind !== "mark",
    );
    const at = labelled.map(({ atPercent }) => atPercent).toSorted((a, b) => a - b);
    for (const [index, place] of at.slice(1).entries())
      expect(place - (at[index] ?? 0)).toBeGreaterThanOrEqual(12);
  });

  it("leaves a base alone to the average entry, and is none for one price", () => {
    const base = { legs: [BASE] };
    expect(scaleOf(base)?.points.some(({ kind }) => kind === "entryLeg")).toBe(false);
    expect(scaleOf({ ...base, plan: null, stop: null, takeProfits: [] }, null)).toBeNull();
  });
});

it("every reason of an exit has its words", () => {
  for (const reason of EXIT_REASONS) expect(exitReasonWords(reason)).toMatch(/\w/);
});
