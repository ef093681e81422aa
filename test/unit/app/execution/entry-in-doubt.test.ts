// A close goes past an entry that the venue has denied twice, and wins over it all the same: what the entry turns out to
// have opened is closed too, and nothing newer is opened into the group meanwhile.
import { expect, it } from "vitest";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";

/** Long enough for two denials that count, and for the looks that go on with a closing. */
const LOOKS_MS = 30_000;
const AFTER_LAG_MS = 60_000;

/** A group, and an entry into it that was filled and that no look-up shows; then a close. */
async function closedInDoubt(): Promise<{ at: OrderAccount; lag: ReturnType<OrderAccount["denyLookUps"]> }> {
  const at = await createOrderAccount();
  await at.decide();
  await at.pass(LOOKS_MS);
  at.loseNext("after");
  const lag = at.denyLookUps();
  await at.decide();
  await at.pass(LOOKS_MS);
  await at.decide({ action: "close", side: null });
  await at.pass(LOOKS_MS);
  expect(at.orders().map(({ status }) => status)).toEqual(["FILLED", "SUBMIT_UNKNOWN", "FILLED"]);
  return { at, lag };
}

it("a close closes what an older entry in doubt turns out to have opened", async () => {
  const { at, lag } = await closedInDoubt();
  expect(at.groups()).toMatchObject([{ qtyBase: "0", closing: { targetBase: "0" } }]);
  lag.end();
  await at.pass(AFTER_LAG_MS);
  expect([await at.positions(), at.groups()]).toMatchObject([[], [{ status: "CLOSED", closing: null }]]);
  expect(at.control()).toMatchObject({ slots: {}, reservations: {}, closings: [] });
});

it("a newer entry is refused while the group closes that an order in doubt may still enlarge", async () => {
  const { at } = await closedInDoubt();
  await at.decide();
  expect(at.orders()).toHaveLength(3);
});
