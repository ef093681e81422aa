// The watchdog tells of a margin ratio at its limit, of each pool of collateral by itself, and does nothing about it.
import { expect, it } from "vitest";
import { marginRatio } from "#domain/watchdog/margin-rule.ts";
import type { WatchdogView } from "#domain/watchdog/view.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { configWith } from "#test/support/world.ts";

const pool = (symbol: string | null, balanceUsd: string, maintenanceUsd: string) => ({
  symbol,
  balanceUsd,
  maintenanceUsd,
  notionalUsd: "1000",
});

function findings(maxMarginRatioBps: number | null, margin: readonly ReturnType<typeof pool>[] | undefined) {
  const account = { walletUsd: "100", others: [], positions: [], asOfMs: 1, margin };
  const config = configWith({ venueAccount: { ...PLAIN_CONFIG.venueAccount, maxMarginRatioBps } });
  return marginRatio({ look: { account }, config } as unknown as WatchdogView);
}

it.each([
  ["just below its limit", 5_000, [pool(null, "100", "49.99")], []],
  [
    "at its limit",
    5_000,
    [pool(null, "100", "50")],
    [["", /^The account's margin ratio is 5000 bps, limit 5000; 500 bps to liquidation$/]],
  ],
  [
    "of an isolated position at its limit",
    5_000,
    [pool(null, "100", "0"), pool("BTCUSDT", "10", "6")],
    [["BTCUSDT", /margin ratio of BTCUSDT is 6000/]],
  ],
  ["without a limit", null, [pool(null, "100", "99")], []],
  ["that the venue does not tell", 5_000, undefined, []],
] as const)("tells of a ratio or not: %s", (_case, limitBps, margin, told) => {
  const found = findings(limitBps, margin);
  expect(found).toEqual(
    told.map(([subject, message]) => ({
      code: "MARGIN_RATIO",
      subject,
      message: expect.stringMatching(message),
      calls: "alert",
      source: null,
    })),
  );
});
