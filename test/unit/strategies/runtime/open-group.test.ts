// A strategy's view of its group holds the entries that were made and the stop that its plan asks for, and there is none of a
// group that holds nothing.
import { describe, expect, it } from "vitest";
import type { EntryLeg } from "#domain/documents/group.ts";
import { openGroupOf } from "#strategies/runtime/open-group.ts";
import { group } from "#test/support/factories.ts";

const leg = (kind: EntryLeg["kind"], place: number, filledBase: string, priceUsd: string): EntryLeg => ({
  kind,
  place,
  status: filledBase === "0" ? "WAITING" : "FILLED",
  qtyBase: "1",
  priceUsd,
  clientOrderId: null,
  filledBase,
  averagePriceUsd: null,
  refusedFor: [],
  oddity: null,
  route: null,
  updatedAtMs: 0,
});
const plan = { takeProfits: [], breakEvenAfter: null, trailing: null, timeLimitMs: null };
const held = group({
  side: "short",
  qtyBase: "3",
  averageEntryUsd: "100",
  plan: { ...plan, stop: { kind: "bps", bps: 500 } },
  legs: [leg("base", 0, "1", "99"), leg("pyramid", 1, "1", "97"), leg("dca", 1, "0", "104")],
});

describe("the view of a group", () => {
  it("counts the entries that were made, and has the stop as a price", () => {
    expect(openGroupOf(held)).toMatchObject({
      side: "short",
      qtyBase: "3",
      pyramids: 1,
      lastEntryUsd: "97",
      stopUsd: "105",
    });
  });

  it("has the average entry where no leg is known, and no stop without a plan", () => {
    const adopted = openGroupOf({ ...held, legs: [], plan: null });
    expect(adopted).toMatchObject({ lastEntryUsd: "100", stopUsd: null, pyramids: 0 });
  });

  it.each([{ qtyBase: "0" }, { averageEntryUsd: null }])("is none where %o", (changed) => {
    expect(openGroupOf({ ...held, ...changed })).toBeNull();
  });
});
