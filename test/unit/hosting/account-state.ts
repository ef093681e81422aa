// The page's state for tests: an account in mid-session, all of it read from the server.

import { NO_HISTORY } from "#hosting/model/history.ts";
import { type AccountData, nothingYet, type State } from "#hosting/model/state.ts";
import { config, control } from "#test/e2e/dashboard/control-documents.ts";
import { nav, peak } from "#test/e2e/dashboard/nav-documents.ts";
import { overview } from "#test/e2e/dashboard/order-rows.ts";
import { receipts } from "#test/e2e/dashboard/receipt-rows.ts";

export const NOW_MS = Date.UTC(2026, 10, 20, 12);

function value<T>(of: T): { readonly kind: "value"; readonly value: T; readonly fromCache: false } {
  return { kind: "value", value: of, fromCache: false };
}

export function accountData(part: Partial<AccountData> = {}): AccountData {
  const shown = overview(NOW_MS);
  return {
    ...nothingYet(),
    profile: value({ accountId: "main", name: "Main", venue: "binance-usdm", mode: "paper" }),
    config: value(config(NOW_MS)),
    control: value(control(NOW_MS)),
    nav: value(nav(NOW_MS)),
    peak: value(peak(NOW_MS)),
    overview: value(shown),
    receipts: value({
      rows: receipts(NOW_MS).map((one) => ({ ...one, payload: { faults: null, about: null } })),
      unreadable: 0,
    }),
    alerts: value({ rows: [], unreadable: 0 }),
    commands: value({ rows: [], unreadable: 0 }),
    givenUp: value({ rows: [], unreadable: 0 }),
    unsent: value({ rows: [], unreadable: 0 }),
    ...part,
  };
}

export function state(data: AccountData = accountData(), part: Partial<State> = {}): State {
  return {
    phase: {
      kind: "account",
      email: "reader@example.test",
      accounts: ["main"],
      accountId: "main",
      rights: { mayCommand: true, reason: null },
    },
    nowMs: NOW_MS,
    online: true,
    local: false,
    view: "overview",
    data,
    draft: null,
    history: NO_HISTORY,
    acknowledging: new Map(),
    narrow: false,
    range: "24 h",
    expanded: new Set(),
    event: null,
    chartFault: null,
    viewFaults: {},
    ...part,
  };
}
