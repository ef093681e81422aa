// An acknowledgement is never taken for more than it is: what became of the creation is what the venue says when it is asked,
// and open while it does not say.
// Proves: ports/created.ts
import { describe, expect, it } from "vitest";
import { createdOrder, createdStop, withShortLookUps } from "#ports/created.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import {
  ACKNOWLEDGED,
  CREATE,
  failureOf,
  good,
  HISTORY,
  list,
  MARKET,
  orderRequest,
  REALTIME,
  RESTING,
  rawOrder,
  rawStop,
  refusal,
  type ScriptedBybit,
  STOP_REQUEST,
  scriptedBybit,
} from "#test/unit/adapters/ccxt/bybit-wire.ts";

const options = ({ clock }: ScriptedBybit) => ({ market: MARKET, sendDeadlineMs: clock.nowMs() + 3_000 });
const order = (scripted: ScriptedBybit) => createdOrder(scripted.venue, orderRequest(), options(scripted));
const stop = (scripted: ScriptedBybit) => createdStop(scripted.venue, STOP_REQUEST, options(scripted));
const STOP_ACKNOWLEDGED = good({ orderId: "c4a1f0de", orderLinkId: STOP_REQUEST.clientStopId });
const NOTHING = list([]);

const shows = (row: unknown): ScriptedBybit =>
  scriptedBybit({ [CREATE]: ACKNOWLEDGED, [REALTIME]: list([row]) });

describe("an order that was acknowledged", () => {
  it("is filled when the look-up shows its fill", async () => {
    const scripted = shows(rawOrder());
    expect(await order(scripted)).toMatchObject({ status: "FILLED", filledQtyBase: "0.013" });
    expect(scripted.paths()).toEqual([CREATE, REALTIME]);
  });

  it("rests when the look-up shows it resting", async () => {
    expect(await order(shows(rawOrder(RESTING)))).toMatchObject({ status: "ACCEPTED", filledQtyBase: "0" });
  });

  it.each([
    [
      "EC_PostOnlyWillTakeLiquidity",
      { timeInForce: "PostOnly", rejectReason: "EC_PostOnlyWillTakeLiquidity" },
      "wouldTake",
    ],
    ["CancelByReduceOnly", { orderType: "Market", cancelType: "CancelByReduceOnly" }, "nothingToReduce"],
    [
      "EC_LimitOrderInvalidPrice",
      { orderStatus: "Rejected", rejectReason: "EC_LimitOrderInvalidPrice" },
      null,
    ],
  ])("was refused when the venue cancelled it for %s", async (code, changes, reason) => {
    const refused = rawOrder({ ...RESTING, orderStatus: "Cancelled", ...changes });
    expect(await failureOf(order(shows(refused)))).toMatchObject({ kind: "rejected", code, reason });
  });

  it("has ended, and was not refused, when it found no price", async () => {
    const ended = {
      ...RESTING,
      orderStatus: "Cancelled",
      timeInForce: "IOC",
      rejectReason: "EC_NoImmediateQtyToFill",
    };
    expect(await order(shows(rawOrder(ended)))).toMatchObject({ status: "EXPIRED", filledQtyBase: "0" });
  });

  it.each([
    ["fails", refusal(10016, "Server error."), "NOT_LOOKED_UP"],
    ["is held off", { status: 403, body: "access too frequent" }, "NOT_LOOKED_UP"],
    ["shows nothing", NOTHING, "NOT_SHOWN"],
  ])("is unknown while the look-up %s", async (_, answer, code) => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED, [REALTIME]: answer, [HISTORY]: NOTHING });
    expect(await failureOf(order(scripted))).toMatchObject({ kind: "unknown", code });
    expect(scripted.paths().filter((path) => path === CREATE)).toHaveLength(1);
  });

  it("is waited for no longer than its look-up may take, and is unknown then", async () => {
    const limits: number[] = [];
    const venue = { ...shows(rawOrder()).venue, findOrder: () => new Promise<null>(() => undefined) };
    const deadline: Deadline = {
      within: (_work, limitMs) => {
        limits.push(limitMs);
        return Promise.reject(new DeadlineExceededError(limitMs));
      },
    };
    const asked = createdOrder(withShortLookUps(venue, deadline), orderRequest(), {
      market: MARKET,
      sendDeadlineMs: Number.MAX_SAFE_INTEGER,
    });
    expect(await failureOf(asked)).toMatchObject({ kind: "unknown", code: "NOT_LOOKED_UP" });
    expect(limits).toEqual([3_000]);
  });

  it("is not looked up when the venue refused it at once", async () => {
    const scripted = scriptedBybit({ [CREATE]: refusal(110007, "ab not enough for new order") });
    expect(await failureOf(order(scripted))).toMatchObject({ kind: "rejected", code: "110007" });
    expect(scripted.paths()).toEqual([CREATE]);
  });
});

describe("an exit that was acknowledged", () => {
  it.each([
    ["rests", rawStop(), "RESTING"],
    ["has fired", rawStop({ orderStatus: "Filled", cumExecQty: "0.013", avgPrice: "90000" }), "DONE"],
    ["was refused", rawStop({ orderStatus: "Rejected", rejectReason: "EC_Others" }), "REFUSED"],
  ])("%s as the look-up shows it", async (_, row, status) => {
    const scripted = scriptedBybit({ [CREATE]: STOP_ACKNOWLEDGED, [REALTIME]: list([row]) });
    expect(await stop(scripted)).toMatchObject({ status });
  });

  it.each([
    ["fails", refusal(10016, "Server error."), "NOT_LOOKED_UP"],
    ["shows nothing", NOTHING, "NOT_SHOWN"],
  ])("is unknown while the look-up %s", async (_, answer, code) => {
    const scripted = scriptedBybit({ [CREATE]: STOP_ACKNOWLEDGED, [REALTIME]: answer, [HISTORY]: NOTHING });
    expect(await failureOf(stop(scripted))).toMatchObject({ kind: "unknown", code });
  });
});
