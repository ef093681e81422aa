// The venue's answer to an order is compared with what was asked: a difference is told, and never booked.
// Proves: domain/decide/answer.ts
import { beforeEach, describe, expect, it } from "vitest";
import { differencesOf } from "#domain/decide/answer.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import type { VenueOrder } from "#ports/venue.ts";
import { order } from "#test/support/factories.ts";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";
import { givenIntent, messageOf } from "#test/support/world.ts";

let at: OrderAccount;
beforeEach(async () => {
  at = await createOrderAccount();
});

describe("an answer about something else than was asked", () => {
  it.each<readonly [string, Partial<VenueOrder>]>([
    ["the other side", { side: "sell" }],
    ["another quantity", { qtyBase: "7" }],
    ["an order that may not add", { reduceOnly: true }],
    ["another kind", { type: "market" }],
    ["a price that was not asked", { priceUsd: "5" }],
    ["another symbol", { symbol: "ETHUSDT" }],
  ])("is told and never booked: %s", async (_what, odd) => {
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
    await executeIntent(deps, messageOf(at.world, givenIntent(at.world)));
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

describe("what differs", () => {
  const { request } = order({ request: { type: "limit", priceUsd: "50000", qtyBase: "1" } });
  const said = { ...request, priceUsd: "50000.00", qtyBase: "1.000" };

  it("is nothing where only the digits are written otherwise", () => {
    expect(differencesOf(request, said)).toEqual([]);
  });

  it("is named with both values", () => {
    expect(differencesOf(request, { ...said, priceUsd: null, side: "sell" })).toEqual([
      "side sell for buy",
      "priceUsd null for 50000",
    ]);
  });

  it("is no smaller quantity of a reduction, which the venue cuts to what is held", () => {
    const reduction = { ...request, reduceOnly: true };
    expect(differencesOf(reduction, { ...reduction, qtyBase: "0.4" })).toEqual([]);
    expect(differencesOf(reduction, { ...reduction, qtyBase: "1.1" })).toEqual(["qtyBase 1.1 for 1"]);
  });
});
