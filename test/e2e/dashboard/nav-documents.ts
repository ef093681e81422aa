// NAV and three days of its curve, the same on every run.
import type { Baseline, Nav, NavSample, NavSeries, Peak } from "#domain/documents/nav.ts";
import { ACCOUNT } from "./order-rows.ts";

const MINUTE_MS = 60_000;

export function nav(nowMs: number): Nav {
  const asOfMs = nowMs - 12_000;
  const source = { ok: true, asOfMs, error: null };
  const quote = (symbol: string, bidUsd: string, askUsd: string) => ({
    symbol,
    bidUsd,
    askUsd,
    asOfMs: asOfMs - 400,
  });
  return {
    accountId: ACCOUNT,
    navUsd: "10342.1875",
    walletUsd: "10338.402",
    assetsUsd: "0",
    unrealizedPnlUsd: "3.7855",
    margin: [
      {
        symbol: null,
        balanceUsd: "10342.1875",
        maintenanceUsd: "15.5074",
        notionalUsd: "3246.7008",
        ratioBps: 15,
        roomBps: 31806,
      },
    ],
    positions: [
      {
        symbol: "BTCUSDT",
        side: "long",
        qtyBase: "0.012",
        entryPriceUsd: "60123.4",
        markUsd: "60514.9",
        notionalUsd: "726.1788",
        unrealizedPnlUsd: "4.698",
      },
      {
        symbol: "SOLUSDT",
        side: "short",
        qtyBase: "17",
        entryPriceUsd: "148.213",
        markUsd: "148.266",
        notionalUsd: "2520.522",
        unrealizedPnlUsd: "-0.901",
      },
    ],
    assets: [],
    marks: { BTCUSDT: quote("BTCUSDT", "60514.9", "60515"), SOLUSDT: quote("SOLUSDT", "148.261", "148.266") },
    sources: {
      balances: source,
      positions: source,
      marks: source,
      funding: source,
      fees: source,
      fx: source,
    },
    stale: false,
    asOfMs,
    checkedAtMs: asOfMs,
    recent: [],
    baseline: baseline(nowMs),
    unexplained: null,
    bound: { usd: "10342.1875", atMs: asOfMs, walletUsd: "10338.402", venueValued: [], coins: [] },
  };
}

const baseline = (nowMs: number): Baseline => ({
  baselineId: "baseline-1",
  sinceMs: nowMs - 20 * 86_400_000,
});

export function peak(nowMs: number): Peak {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const dayStartMs = Date.parse(day);
  const none = { realizedUsd: "0", feesUsd: "0", fundingUsd: "0", otherUsd: "0", transfersUsd: "0" };
  return {
    accountId: ACCOUNT,
    baselineId: baseline(nowMs).baselineId,
    baselineSinceMs: baseline(nowMs).sinceMs,
    peakUsd: "10411.6",
    peakAtMs: nowMs - 31 * 3_600_000,
    drawdownBps: 67,
    dayOpenUsd: "10267.02",
    day,
    dayPnlUsd: "75.1675",
    asOfMs: nowMs - 12_000,
    lossAsOfMs: nowMs - 12_000,
    candidate: null,
    today: {
      ...none,
      sinceMs: dayStartMs,
      realizedUsd: "78.114",
      feesUsd: "-6.0215",
      fundingUsd: "-0.7105",
    },
    total: { ...none, sinceMs: baseline(nowMs).sinceMs, realizedUsd: "391.27", feesUsd: "-48.868" },
    adjustments: [],
    source: { kind: "nav", rebuiltAtMs: baseline(nowMs).sinceMs, sampleCount: 1 },
    ledger: { balances: { USDT: "10338.402" }, reserves: {}, cursorMs: dayStartMs, cursorIds: [] },
  };
}

/** Three days' curve, the same on every run: a seeded walk that ends at the NAV, with a hole of twenty minutes. */
function samples(nowMs: number): NavSample[] {
  let seed = 20_240_229;
  const next = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647 - 0.5;
  };
  let cents = 1_034_219;
  let drift = 0;
  return Array.from({ length: 3 * 1440 }, (_, back) => {
    const sample = { atMs: nowMs - 12_000 - back * MINUTE_MS, navUsd: (cents / 100).toFixed(2) };
    drift = drift * 0.985 + next() * 26;
    cents -= Math.round(6 + drift + next() * 160);
    return { ...sample, back };
  })
    .filter(({ back }) => back < 90 || back > 110)
    .map(({ atMs, navUsd }) => ({ atMs, navUsd }))
    .reverse();
}

/** One series document a day. */
export function seriesDays(nowMs: number): NavSeries[] {
  const days = new Map<string, NavSample[]>();
  for (const sample of samples(nowMs)) {
    const day = new Date(sample.atMs).toISOString().slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), sample]);
  }
  return [...days].map(([day, of]) => ({
    accountId: ACCOUNT,
    day,
    atMs: of.map(({ atMs }) => atMs),
    navUsd: of.map(({ navUsd }) => navUsd),
    baseline: baseline(nowMs),
    adjustments: [],
    updatedAtMs: nowMs,
  }));
}
