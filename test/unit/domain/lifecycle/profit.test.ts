// The profit of a group is the venue's own after fees and funding once that is settled, and our reckoning before.
import { expect, it } from "vitest";
import type { GroupAccounts } from "#domain/documents/group.ts";
import { netUsd, profitUsd } from "#domain/lifecycle/profit.ts";
import { group, NOW_MS } from "#test/support/factories.ts";

const accounts = (over: Partial<GroupAccounts> = {}): GroupAccounts => ({
  realizedUsd: "10.5",
  feesByAsset: { USDT: "0.4", BNB: "0.001" },
  feesUsd: "1.25",
  fundingUsd: "-0.25",
  otherUsd: "2",
  tradeCount: 4,
  asOfMs: NOW_MS,
  settled: true,
  ...over,
});

it("is realised profit less fees, with funding and what the venue booked beside them", () => {
  expect(netUsd(accounts())).toBe("11");
});

it.each([["feesUsd"], ["fundingUsd"]])("is not known while %s is not", (field) => {
  expect(netUsd(accounts({ [field]: null }))).toBeNull();
});

it("is our own reckoning until the venue's figures are settled", () => {
  expect(profitUsd(group({ realizedPnlUsd: "9" }))).toBe("9");
  expect(profitUsd(group({ realizedPnlUsd: "9", accounts: accounts({ settled: false }) }))).toBe("9");
  expect(profitUsd(group({ realizedPnlUsd: "9", accounts: accounts() }))).toBe("11");
});
