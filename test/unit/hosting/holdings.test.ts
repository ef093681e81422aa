// Positions are marked as NAV is: longs at the bid, shorts at the ask, exact; a position without a mark has
// an unknown value.
import { describe, expect, it } from "vitest";
import type { GroupAccounts } from "#domain/documents/group.ts";
import { grossExposureUsd, positionRows, unrealizedPnlUsd } from "#hosting/model/positions.ts";
import { positionsPanel } from "#hosting/view/positions-panel.ts";
import { textOf } from "#hosting/view/vnode.ts";
import { nav } from "#test/e2e/dashboard/nav-documents.ts";
import { overview } from "#test/e2e/dashboard/order-rows.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const good = nav(NOW_MS);

describe("positions", () => {
  it("are marked long at the bid and short at the ask", () => {
    const [long, short] = positionRows(overview(NOW_MS), good);
    expect([long?.markUsd, long?.unrealizedPnlUsd, long?.notionalUsd]).toEqual([
      "60514.9",
      "4.6980",
      "726.1788",
    ]);
    expect([short?.markUsd, short?.unrealizedPnlUsd]).toEqual(["148.266", "-0.901"]);
  });

  it("sum to gross exposure and unrealised profit, unknown as soon as one mark is", () => {
    const rows = positionRows(overview(NOW_MS), good);
    expect(grossExposureUsd(rows)).toBe("3246.7008");
    expect(unrealizedPnlUsd(rows)).toBe("3.7970");
    const blind = positionRows(overview(NOW_MS), { ...good, marks: {} });
    expect([grossExposureUsd(blind), unrealizedPnlUsd(blind)]).toEqual([null, null]);
  });

  it("without a mark read unknown, never zero", () => {
    const text = textOf(
      positionsPanel(
        state(accountData({ nav: { kind: "value", value: { ...good, marks: {} }, fromCache: false } })),
      ),
    );
    expect(text).toContain("unknown: no quote for this symbol yet");
    expect(text).not.toMatch(/[^.\d]0\.00/);
  });

  it("older than the mark limit look stale and carry their age", () => {
    const marks = Object.fromEntries(
      Object.entries(good.marks).map(([symbol, quote]) => [symbol, { ...quote, asOfMs: NOW_MS - 121_000 }]),
    );
    expect(
      textOf(
        positionsPanel(
          state(accountData({ nav: { kind: "value", value: { ...good, marks }, fromCache: false } })),
        ),
      ),
    ).toContain("stale, 2 min ago");
  });

  it("that the books do not hold do not read as flat while the books are unknown", () => {
    const text = textOf(positionsPanel(state(accountData({ overview: { kind: "missing" } }))));
    expect(text).toContain("Positions unknown");
    expect(text).not.toContain("Flat");
  });
});

describe("what a position has cost so far", () => {
  it("is the venue's figures, and unknown where one of them is", () => {
    const accounts = {
      realizedUsd: "10",
      feesByAsset: { USDT: "1.5" },
      feesUsd: "1.5",
      fundingUsd: "-0.25",
      otherUsd: "0",
      tradeCount: 2,
      asOfMs: 1_767_323_045_678,
      settled: false,
    };
    const shown = overview(NOW_MS);
    const bookedOf = (over: GroupAccounts | null) => {
      const groups = shown.groups.slice(0, 1).map((group) => ({ ...group, accounts: over }));
      return positionRows({ ...shown, groups }, null)[0]?.booked;
    };
    expect(bookedOf(accounts)).toEqual({
      realizedUsd: "10",
      feesUsd: "1.5",
      fundingUsd: "-0.25",
      netUsd: "8.25",
    });
    expect(bookedOf({ ...accounts, feesUsd: null })).toMatchObject({ feesUsd: null, netUsd: null });
    expect(bookedOf(null)).toBeNull();
  });
});
