// The page's state for tests: an account in mid-session, all of it read from the server.
import { type AccountData, nothingYet, type State } from "../../../hosting/src/model/state.ts";
import { nav } from "../../e2e/dashboard/nav-documents.ts";
import { overview } from "../../e2e/dashboard/order-rows.ts";
import { receipts } from "../../e2e/dashboard/receipt-rows.ts";

export const NOW_MS = Date.UTC(2026, 10, 20, 12);

function value<T>(of: T): { readonly kind: "value"; readonly value: T; readonly fromCache: false } {
  return { kind: "value", value: of, fromCache: false };
}

export function accountData(part: Partial<AccountData> = {}): AccountData {
  const shown = overview(NOW_MS);
  return {
    ...nothingYet(),
    profile: value({ accountId: "main", name: "Main", venue: "binance-usdm", mode: "paper" }),
    limits: value({
      version: 7,
      symbols: ["BTCUSDT", "SOLUSDT"],
      maxGrossExposureUsd: "12000",
      maxOrdersPerMinute: 10,
      maxNavAgeMs: 180_000,
      maxPeakAgeMs: 600_000,
      maxMarkAgeMs: 120_000,
    }),
    control: value({
      tradingState: shown.tradingState,
      throttles: { orderSentAtMs: [NOW_MS - 24_000], venueBannedUntilMs: 0 },
      inbox: { storedCount: 3, takenCount: 3 },
      updatedAtMs: NOW_MS - 20_000,
    }),
    nav: value(nav(NOW_MS)),
    peak: value({
      accountId: "main",
      baselineId: "b",
      peakUsd: "10411.6",
      peakAtMs: NOW_MS - 9e7,
      drawdownBps: 67,
      dayOpenUsd: "10267.02",
      day: "2026-11-20",
      dayPnlUsd: "75.1675",
      asOfMs: NOW_MS - 12_000,
    }),
    overview: value(shown),
    receipts: value({
      rows: receipts(NOW_MS).map((one) => ({ ...one, payload: { faults: null } })),
      unreadable: 0,
    }),
    alerts: value({ rows: [], unreadable: 0 }),
    ...part,
  };
}

export function state(data: AccountData = accountData(), part: Partial<State> = {}): State {
  return {
    phase: { kind: "account", email: "reader@example.test", accounts: ["main"], accountId: "main" },
    nowMs: NOW_MS,
    online: true,
    local: false,
    data,
    narrow: false,
    range: "24 h",
    expanded: new Set(),
    event: null,
    chartFault: null,
    ...part,
  };
}
