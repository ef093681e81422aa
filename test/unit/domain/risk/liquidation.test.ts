// The liquidation price by the venue's formula, against the matching engine: the price is moved to either side of it, tick by
// tick, and the engine takes the position over there and no sooner. And the check that keeps a stop before it.
import { describe, expect, it } from "vitest";
import { type Decimal, dec } from "#domain/decimal.ts";
import type { MarginPool } from "#domain/documents/nav.ts";
import type { SymbolSettings } from "#domain/documents/venue-settings.ts";
import { checkEntry } from "#domain/risk/check-entry.ts";
import {
  liquidationPriceUsd,
  marginRatioWithinLimit,
  stopBeforeLiquidation,
} from "#domain/risk/liquidation.ts";
import { liquidateUncovered } from "#local/exchange/engine/liquidation.ts";
import { makeExchange, place, type TestExchange } from "#test/emulator/exchange/test-exchange.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { intent, nav, riskContext, venueSettings } from "#test/support/factories.ts";
import { configWith } from "#test/support/world.ts";

interface Row {
  readonly symbol: string;
  readonly positionAmt: string;
  readonly entryPrice: string;
  readonly unRealizedProfit: string;
  readonly isolatedWallet: string;
  readonly maintMargin: string;
}
interface Bracket {
  readonly notionalCap: number;
  readonly maintMarginRatio: number;
  readonly cum: number;
}

const rows = (test: TestExchange) => test.ask<Row[]>("GET", "/fapi/v3/positionRisk");

function bracketsOf(test: TestExchange, symbol: string): SymbolSettings["brackets"] {
  const [listed] = test.ask<{ brackets: Bracket[] }[]>("GET", "/fapi/v1/leverageBracket", { symbol });
  return (listed?.brackets ?? []).map(({ notionalCap, maintMarginRatio, cum }) => ({
    notionalCapUsd: String(notionalCap),
    maintenanceRate: String(maintMarginRatio),
    deductionUsd: String(cum),
  }));
}

/** Collateral by the venue's own answers: the wallet with the profit of the others less their maintenance, or its own. */
function expectedPrice(test: TestExchange, symbol: string): Decimal {
  const own = rows(test).find((row) => row.symbol === symbol);
  if (own === undefined) throw new Error(`${symbol} is not held`);
  const others = rows(test).filter((row) => row.symbol !== symbol && row.isolatedWallet === "0");
  const isolated = own.isolatedWallet !== "0";
  const { totalCrossWalletBalance } = test.ask<{ totalCrossWalletBalance: string }>(
    "GET",
    "/fapi/v3/account",
  );
  const collateralUsd = isolated
    ? dec(own.isolatedWallet)
    : others.reduce(
        (sum, row) => sum.plus(dec(row.unRealizedProfit)).minus(dec(row.maintMargin)),
        dec(totalCrossWalletBalance),
      );
  const qty = dec(own.positionAmt);
  const price = liquidationPriceUsd({
    side: qty.isPositive() ? "long" : "short",
    qtyBase: qty.abs(),
    entryPriceUsd: dec(own.entryPrice),
    collateralUsd,
    brackets: bracketsOf(test, symbol),
  });
  if (price === null) throw new Error("No price");
  return price;
}

/** Sets the mark price alone and lets the engine judge: no book, no fill, nothing of the product between. */
function isTakenAt(test: TestExchange, symbol: string, priceUsd: Decimal): boolean {
  const state = test.exchange.engine.state.symbols.get(symbol);
  if (state === undefined) throw new Error(`${symbol} is not listed`);
  state.markUsdE8 = BigInt(priceUsd.mul(1e8).toFixed(0));
  liquidateUncovered(test.exchange.engine);
  return !rows(test).some((row) => row.symbol === symbol && Number(row.positionAmt) !== 0);
}

const CASES: readonly (readonly [string, "BUY" | "SELL", string, "CROSSED" | "ISOLATED", boolean])[] = [
  ["a cross long", "BUY", "5", "CROSSED", false],
  ["a cross short", "SELL", "5", "CROSSED", false],
  ["a large cross long, whose value falls through brackets", "BUY", "9", "CROSSED", false],
  ["a large cross short, whose value rises through brackets", "SELL", "9", "CROSSED", false],
  ["a cross long beside another position", "BUY", "5", "CROSSED", true],
  ["a cross short beside another position", "SELL", "5", "CROSSED", true],
  ["an isolated long", "BUY", "2", "ISOLATED", false],
  ["an isolated short", "SELL", "2", "ISOLATED", true],
];

describe("the liquidation price", () => {
  it.each(CASES)(
    "is where the engine takes over %s, and not a tick sooner",
    (_case, side, quantity, marginType, beside) => {
      const opened = (): TestExchange => {
        const test = makeExchange();
        test.exchange.admin("symbolSettings", { symbol: "BTCUSDT", marginType, leverage: 20 });
        if (beside) place(test, { side: "SELL", type: "MARKET", symbol: "ETHUSDT", quantity: "10" });
        place(test, { side, type: "MARKET", quantity });
        return test;
      };
      const price = expectedPrice(opened(), "BTCUSDT");
      const tick = dec("0.1");
      const away = side === "BUY" ? tick : tick.neg();
      expect(price.gt(0)).toBe(true);
      expect(isTakenAt(opened(), "BTCUSDT", price.plus(away))).toBe(false);
      expect(isTakenAt(opened(), "BTCUSDT", price.minus(away))).toBe(true);
    },
  );

  it("is zero for a long that its collateral pays for whole", () => {
    const test = makeExchange();
    place(test, { side: "BUY", type: "MARKET", quantity: "0.5" });
    expect(expectedPrice(test, "BTCUSDT").isZero()).toBe(true);
  });

  it("is unknown without brackets", () => {
    const [qtyBase, entryPriceUsd, collateralUsd] = [dec("1"), dec("100"), dec("10")];
    expect(
      liquidationPriceUsd({ side: "long", qtyBase, entryPriceUsd, collateralUsd, brackets: [] }),
    ).toBeNull();
  });
});

const wallet = (balanceUsd: string, maintenanceUsd = "0"): MarginPool => ({
  symbol: null,
  balanceUsd,
  maintenanceUsd,
  notionalUsd: "0",
  ratioBps: 0,
  roomBps: null,
});
const stopAt = (protectiveStopBps: number | null) =>
  configWith({ watchdog: { ...PLAIN_CONFIG.watchdog, protectiveStopBps } });
const isolated20x = venueSettings({
  symbols: {
    BTCUSDT: {
      marginType: "isolated",
      leverage: 20,
      brackets: [{ notionalCapUsd: "1000000000", maintenanceRate: "0.004", deductionUsd: "0" }],
    },
  },
});

describe("an entry whose stop would come after its liquidation", () => {
  // 1,000 USD at 20x have 50 USD: the price may fall by 4.6 %.
  it.each<[string, number | null, "long" | "short", string | null]>([
    ["a stop of 3.5 % is before it", 350, "long", null],
    ["a stop of 3.5 % is before it for a short", 350, "short", null],
    ["a stop of 4 % is nearer than the distance asked for", 400, "long", "STOP_BEYOND_LIQUIDATION"],
    ["a stop of 5 % is beyond it", 500, "long", "STOP_BEYOND_LIQUIDATION"],
    ["a stop of 5 % is beyond it for a short", 500, "short", "STOP_BEYOND_LIQUIDATION"],
    ["no stop is asked for", null, "long", null],
  ])("is refused or not: %s", (_case, stopBps, side, code) => {
    const context = riskContext({
      config: stopAt(stopBps),
      venueSettings: isolated20x,
      intent: intent({ side }),
    });
    const denied = stopBeforeLiquidation(context);
    expect(denied).toEqual(
      code === null ? null : expect.objectContaining({ code, unit: "usd", subject: "BTCUSDT" }),
    );
  });

  it("says both prices", () => {
    const context = riskContext({ config: stopAt(500), venueSettings: isolated20x });
    // Entry 50,001: 0.95 of it is the stop; (50,001·0.02 − 50.001) / (0.02·0.996) is the liquidation.
    expect(stopBeforeLiquidation(context)).toMatchObject({ limit: "47691.71686747", actual: "47500.95" });
  });

  it("counts the whole wallet for a cross position, less what other positions hold of it", () => {
    const at = (pool: MarginPool) =>
      stopBeforeLiquidation(riskContext({ config: stopAt(500), nav: nav({ margin: [pool] }) }));
    expect(at(wallet("100000"))).toBeNull();
    expect(at(wallet("65"))).toBeNull();
    expect(at(wallet("65", "10"))).toMatchObject({ code: "STOP_BEYOND_LIQUIDATION" });
  });

  it("counts what is held already, at its own entry", () => {
    const held = {
      symbol: "BTCUSDT",
      side: "long",
      qtyBase: "0.2",
      entryPriceUsd: "50000",
      markUsd: "50000",
      notionalUsd: "10000",
      unrealizedPnlUsd: "0",
    } as const;
    const at = (positions: readonly (typeof held)[]) =>
      stopBeforeLiquidation(
        riskContext({ config: stopAt(500), nav: nav({ margin: [wallet("400", "40")], positions }) }),
      );
    expect(at([])).toBeNull();
    expect(at([held])).toMatchObject({ code: "STOP_BEYOND_LIQUIDATION" });
  });

  it("is refused also when the collateral is not known", () => {
    const context = riskContext({ config: stopAt(500), nav: nav({ margin: null }) });
    expect(stopBeforeLiquidation(context)).toEqual({
      code: "STOP_BEYOND_LIQUIDATION",
      limit: null,
      actual: null,
      unit: "usd",
      subject: "BTCUSDT",
    });
  });
});

describe("the margin ratio", () => {
  const at = (ratioBps: number, symbol: string | null, maxMarginRatioBps: number | null) =>
    marginRatioWithinLimit(
      riskContext({
        nav: nav({ margin: [wallet("1000"), { ...wallet("1000"), symbol, ratioBps }] }),
        config: configWith({ venueAccount: { ...PLAIN_CONFIG.venueAccount, maxMarginRatioBps } }),
      }),
    );

  it.each<[number, string | null, number | null, boolean]>([
    [4_999, null, 5_000, false],
    [5_000, null, 5_000, true],
    [5_000, "BTCUSDT", 5_000, true],
    [5_000, "ETHUSDT", 5_000, false],
    [9_999, null, null, false],
  ])(
    "of %d in the pool of %s under a limit of %s refuses entries: %s",
    (ratioBps, symbol, limit, isRefused) => {
      expect(at(ratioBps, symbol, limit)).toEqual(
        isRefused
          ? {
              code: "MARGIN_RATIO_EXCEEDED",
              limit: "5000",
              actual: String(ratioBps),
              unit: "bps",
              subject: symbol,
            }
          : null,
      );
    },
  );
});

describe("the list of checks that an entry must pass", () => {
  it("holds the stop before liquidation, and the limit of the margin ratio", () => {
    const beyond = checkEntry(riskContext({ config: stopAt(500), venueSettings: isolated20x }));
    expect(beyond).toContainEqual(expect.objectContaining({ code: "STOP_BEYOND_LIQUIDATION" }));
    const config = configWith();
    const limited = { ...config, venueAccount: { ...config.venueAccount, maxMarginRatioBps: 5_000 } };
    const over = nav({ margin: [{ ...wallet("100"), ratioBps: 5_000 }] });
    const denials = checkEntry(riskContext({ config: limited, nav: over }));
    expect(denials).toContainEqual(
      expect.objectContaining({ code: "MARGIN_RATIO_EXCEEDED", limit: "5000", actual: "5000" }),
    );
  });
});
