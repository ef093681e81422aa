// The venue's answer to an order is compared with what was asked: another order is told and never booked; ours on terms that
// the venue has changed is told, and booked at what it filled.
// Proves: domain/decide/answer.ts
import { beforeEach, describe, expect, it } from "vitest";
import { changedTerms, differencesOf } from "#domain/decide/answer.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import type { VenueOrder } from "#ports/venue.ts";
import { order } from "#test/support/factories.ts";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";
import { givenIntent, messageOf } from "#test/support/world.ts";

let at: OrderAccount;
beforeEach(async () => {
  at = await createOrderAccount();
});

/** An instance to which the venue answers a creation with these fields. */
function answering(odd: Partial<VenueOrder>) {
  const executor = at.world.instance("executor");
  const deps: typeof executor = {
    ...executor,
    async venueFor(of) {
      const venue = await executor.venueFor(of);
      const createOrder: typeof venue.createOrder = async (request, options) => ({
        ...(await venue.createOrder(request, options)),
        ...odd,
      });
      return { ...venue, createOrder };
    },
  };
  return deps;
}

describe("an answer about something else than was asked", () => {
  it.each<readonly [string, Partial<VenueOrder>]>([
    ["the other side", { side: "sell" }],
    ["another quantity", { qtyBase: "7" }],
    ["an order that may not add", { reduceOnly: true }],
    ["another symbol", { symbol: "ETHUSDT" }],
  ])("is told and never booked: %s", async (_what, odd) => {
    await executeIntent(answering(odd), messageOf(at.world, givenIntent(at.world)));
    expect(at.orders()).toMatchObject([
      { status: "SUBMIT_UNKNOWN", filledQtyBase: "0", rejection: { code: "ANSWER_DIFFERS" } },
    ]);
    expect(at.alerts()).toMatchObject([{ code: "ANSWER_DIFFERS", severity: "critical" }]);
    expect(at.groups()).toMatchObject([{ qtyBase: "0" }]);
    // The look-up answers as it should: the order is booked by it.
    await at.pass(10_000);
    expect(at.orders()).toMatchObject([{ status: "FILLED" }]);
  });
});

describe("an order of ours on terms that the venue has changed", () => {
  it.each<readonly [string, Partial<VenueOrder>, string]>([
    ["at a worse price", { priceUsd: "5000000" }, "critical"],
    ["at a more careful price", { priceUsd: "1" }, "warning"],
    ["of another kind", { type: "limit", priceUsd: "5000000" }, "critical"],
  ])("is booked at what it filled, and told: %s", async (_what, odd, severity) => {
    await executeIntent(answering(odd), messageOf(at.world, givenIntent(at.world)));
    expect(at.orders()).toMatchObject([{ status: "FILLED" }]);
    expect(at.groups()).toMatchObject([{ status: "ACTIVE", qtyBase: expect.stringMatching(/[1-9]/) }]);
    expect(at.alerts()).toMatchObject([{ code: "TERMS_CHANGED", severity }]);
  });

  it.each<readonly [string, "buy" | "sell", string | null, string | null, boolean]>([
    ["a purchase at the lower edge of a band", "buy", "100", "95", false],
    ["a purchase higher than asked", "buy", "100", "101", true],
    ["a sale at the upper edge", "sell", "100", "105", false],
    ["a sale lower than asked", "sell", "100", "99", true],
    ["no price where one was asked", "buy", "100", null, true],
    ["a bound where none was asked", "buy", null, "105", false],
  ])("costs more than was agreed to, or does not: %s", (_what, side, priceUsd, saidUsd, isWorse) => {
    const { request } = order({ request: { type: "limit", side, priceUsd, qtyBase: "1" } });
    const said = { ...request, priceUsd: saidUsd };
    expect(differencesOf(request, said)).toEqual([]);
    expect(changedTerms(request, said)).toMatchObject({ isWorse });
  });
});

describe("what differs", () => {
  const { request } = order({ request: { type: "limit", priceUsd: "50000", qtyBase: "1" } });
  const said = { ...request, priceUsd: "50000.00", qtyBase: "1.000" };

  it("is nothing where only the digits are written otherwise", () => {
    expect(differencesOf(request, said)).toEqual([]);
    expect(changedTerms(request, said)).toBeNull();
  });

  it("is named with both values", () => {
    expect(differencesOf(request, { ...said, qtyBase: "2", side: "sell" })).toEqual([
      "side sell for buy",
      "qtyBase 2 for 1",
    ]);
    expect(changedTerms(request, { ...said, priceUsd: null })?.changes).toEqual(["priceUsd null for 50000"]);
  });

  it("is no smaller quantity of a reduction, which the venue cuts to what is held", () => {
    const reduction = { ...request, reduceOnly: true };
    expect(differencesOf(reduction, { ...reduction, qtyBase: "0.4" })).toEqual([]);
    expect(differencesOf(reduction, { ...reduction, qtyBase: "1.1" })).toEqual(["qtyBase 1.1 for 1"]);
  });
});
