// The contracts the exchange lists: Binance-like filters, fees, brackets, and how each price behaves.
// Prices count in integer ticks, quantities in integer lots; tick x lot is a whole number of 1e-8 USDT.
import { E8, e8 } from "./decimal.ts";

/** One row of the notional brackets: margin rules for positions between floor and cap. */
export interface LeverageBracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalFloorUsd: number;
  readonly notionalCapUsd: number;
  readonly maintenancePpm: number;
  /** Makes the margin continuous across brackets: maintenance = notional x rate - cum. */
  readonly cumUsdE8: bigint;
}

export interface SymbolSpec {
  readonly symbol: string;
  readonly index: number;
  readonly base: string;
  readonly pricePrecision: number;
  readonly qtyPrecision: number;
  readonly tickE8: bigint;
  readonly lotE8: bigint;
  /** Value of one lot at a price of one tick, in 1e-8 USDT. */
  readonly unitUsdE8: bigint;
  readonly tickUsd: number;
  readonly lotBase: number;
  readonly minTicks: number;
  readonly maxTicks: number;
  /** Smallest order; more than a lot where the venue says so. */
  readonly minLots: number;
  readonly maxLots: number;
  readonly maxMarketLots: number;
  readonly minNotionalUsdE8: bigint;
  readonly startPriceUsd: string;
  /** Share of the market-wide move that this symbol follows. */
  readonly beta: number;
  /** Own volatility in the calm regime, as a fraction per square root of a minute. */
  readonly ownVolatility: number;
  /** Half the calm bid-ask spread, as a fraction of the price. */
  readonly halfSpread: number;
  /** Calm quoted value near the touch, per level, in USD. */
  readonly levelDepthUsd: number;
  readonly brackets: readonly LeverageBracket[];
}

/** The stated part of a symbol; everything else is derived from it. */
export interface SymbolDefinition {
  readonly symbol: string;
  readonly tickSize: string;
  readonly stepSize: string;
  /** Smallest order; the step when left out. */
  readonly minQty?: string;
  readonly pricePrecision: number;
  readonly maxPrice: string;
  readonly maxQty: string;
  readonly maxMarketQty: string;
  readonly minNotionalUsd: string;
  readonly startPriceUsd: string;
  readonly beta: number;
  readonly ownVolatility: number;
  readonly halfSpread: number;
  readonly levelDepthUsd: number;
  readonly brackets: "major" | "large" | "standard";
}

/** [maximum leverage, notional cap in USD, maintenance rate in ppm], floor of a row = cap of the row before. */
const BRACKET_ROWS: Record<SymbolDefinition["brackets"], readonly (readonly [number, number, number])[]> = {
  major: [
    [125, 300_000, 4_000],
    [100, 800_000, 5_000],
    [75, 3_000_000, 6_500],
    [50, 12_000_000, 10_000],
    [25, 70_000_000, 20_000],
    [20, 100_000_000, 25_000],
    [10, 230_000_000, 50_000],
    [5, 480_000_000, 100_000],
    [2, 1_200_000_000, 250_000],
    [1, 1_800_000_000, 500_000],
  ],
  large: [
    [100, 50_000, 5_000],
    [75, 500_000, 6_500],
    [50, 1_500_000, 10_000],
    [25, 6_000_000, 20_000],
    [10, 24_000_000, 50_000],
    [5, 60_000_000, 100_000],
    [2, 160_000_000, 250_000],
    [1, 300_000_000, 500_000],
  ],
  standard: [
    [75, 10_000, 6_000],
    [50, 80_000, 10_000],
    [25, 600_000, 20_000],
    [10, 3_000_000, 50_000],
    [5, 6_000_000, 100_000],
    [2, 12_000_000, 250_000],
    [1, 30_000_000, 500_000],
  ],
};

const PPM = 1_000_000n;

function buildBrackets(kind: SymbolDefinition["brackets"]): LeverageBracket[] {
  let floorUsd = 0;
  let previousPpm = 0;
  let cumUsdE8 = 0n;
  return BRACKET_ROWS[kind].map(([initialLeverage, capUsd, maintenancePpm], position) => {
    if (position > 0) cumUsdE8 += (BigInt(floorUsd) * E8 * BigInt(maintenancePpm - previousPpm)) / PPM;
    const row = {
      bracket: position + 1,
      initialLeverage,
      notionalFloorUsd: floorUsd,
      notionalCapUsd: capUsd,
      maintenancePpm,
      cumUsdE8,
    };
    floorUsd = capUsd;
    previousPpm = maintenancePpm;
    return row;
  });
}

/** Decimal places of a size such as "0.010" (3 significant: 0.01 → 2). */
function decimalsOf(size: string): number {
  const fraction = size.split(".")[1] ?? "";
  return fraction.replace(/0+$/, "").length;
}

/** Derives a full specification. Throws when a definition cannot be counted exactly in 1e-8 USDT. */
export function buildSpec(definition: SymbolDefinition, index: number): SymbolSpec {
  const tickE8 = e8(definition.tickSize);
  const lotE8 = e8(definition.stepSize);
  const product = tickE8 * lotE8;
  if (tickE8 <= 0n || lotE8 <= 0n || product % E8 !== 0n) {
    throw new Error(
      `${definition.symbol}: tick ${definition.tickSize} x step ${definition.stepSize} is finer than 1e-8`,
    );
  }
  if (!definition.symbol.endsWith("USDT")) throw new Error(`${definition.symbol} is not a USDT contract`);
  return {
    symbol: definition.symbol,
    index,
    base: definition.symbol.slice(0, -"USDT".length),
    pricePrecision: definition.pricePrecision,
    qtyPrecision: decimalsOf(definition.stepSize),
    tickE8,
    lotE8,
    unitUsdE8: product / E8,
    tickUsd: Number(definition.tickSize),
    lotBase: Number(definition.stepSize),
    minTicks: 1,
    maxTicks: Number(e8(definition.maxPrice) / tickE8),
    minLots: definition.minQty === undefined ? 1 : Number(e8(definition.minQty) / lotE8),
    maxLots: Number(e8(definition.maxQty) / lotE8),
    maxMarketLots: Number(e8(definition.maxMarketQty) / lotE8),
    minNotionalUsdE8: e8(definition.minNotionalUsd),
    startPriceUsd: definition.startPriceUsd,
    beta: definition.beta,
    ownVolatility: definition.ownVolatility,
    halfSpread: definition.halfSpread,
    levelDepthUsd: definition.levelDepthUsd,
    brackets: buildBrackets(definition.brackets),
  };
}
