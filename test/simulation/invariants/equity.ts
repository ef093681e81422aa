// An account's worth as the matching engine has it, in 1e-8 USD and exact: wallet, positions at the engine's own book or mark,
// coins at the engine's bid. Asks nothing of the product.
import { bookOf, type Engine, specOf, symbolStateOf } from "#local/exchange/engine/engine.ts";
import { remainingLadder } from "#local/exchange/engine/ladder.ts";
import { markNotionalUsdE8 } from "#local/exchange/engine/margin.ts";
import type { Account } from "#local/exchange/engine/state.ts";

const E8 = 100_000_000n;

/** Best prices in ticks; null: a side is empty, or the venue gave none. */
export interface Book {
  readonly bidTicks: number;
  readonly askTicks: number;
}

export function bookAt(engine: Engine, symbol: string): Book | null {
  const best = (side: "bids" | "asks"): number | undefined => {
    const ladder = remainingLadder(engine.state, specOf(engine, symbol), symbolStateOf(engine, symbol), side);
    const quoted = ladder.filter(({ lots }) => lots > 0).map(({ ticks }) => ticks);
    const resting = bookOf(engine, symbol)[side].map(({ priceTicks }) => priceTicks);
    const all = [...quoted, ...resting];
    if (all.length === 0) return undefined;
    return side === "bids" ? Math.max(...all) : Math.min(...all);
  };
  const bidTicks = best("bids");
  const askTicks = best("asks");
  return bidTicks === undefined || askTicks === undefined ? null : { bidTicks, askTicks };
}

export interface Holding {
  readonly symbol: string;
  readonly lots: number;
  readonly entryUsdE8: bigint;
  readonly markProfitE8: bigint;
}

/** Wallet, positions and coins of an account at one instant. */
export interface AccountAt {
  readonly walletE8: bigint;
  readonly holdings: readonly Holding[];
  readonly coins: readonly (readonly [asset: string, qtyE8: bigint])[];
}

export function accountAt(engine: Engine, account: Account): AccountAt {
  const holdings = [...account.positions].flatMap(([symbol, { lots, entryUsdE8 }]) => {
    if (lots === 0) return [];
    const { markUsdE8 } = symbolStateOf(engine, symbol);
    const markProfitE8 = markNotionalUsdE8(specOf(engine, symbol), markUsdE8, lots) - entryUsdE8;
    return [{ symbol, lots, entryUsdE8, markProfitE8 }];
  });
  return { walletE8: account.walletUsdE8, holdings, coins: [...account.otherE8] };
}

export function profitAtE8(engine: Engine, { symbol, lots, entryUsdE8 }: Holding, book: Book): bigint {
  const ticks = lots > 0 ? book.bidTicks : book.askTicks;
  return BigInt(ticks) * BigInt(lots) * specOf(engine, symbol).unitUsdE8 - entryUsdE8;
}

/** Value of a coin at its bid; a fraction of 1e-8 stays in `rest`, so that sums of several coins are exact too. */
export function coinValueE16(engine: Engine, symbol: string, qtyE8: bigint, { bidTicks }: Book): bigint {
  return BigInt(bidTicks) * specOf(engine, symbol).tickE8 * qtyE8;
}

export const E16_PER_E8 = E8;

/** Coins of an account at prices of their symbols, in USD; one without a price counts as nothing. */
export function coinsUsd(
  { otherE8 }: Pick<Account, "otherE8">,
  priceUsd: (symbol: string) => number | null,
): number {
  return [...otherE8].reduce(
    (sumUsd, [asset, qtyE8]) => sumUsd + (Number(qtyE8) / Number(E8)) * (priceUsd(coinSymbol(asset)) ?? 0),
    0,
  );
}

/** The market in which the venue prices a coin. */
export function coinSymbol(asset: string): string {
  return `${asset}USDT`;
}

/** The best bid in USD; null: the venue has no such market, or no bid in it. */
export function bidUsd(engine: Engine, symbol: string): number | null {
  const spec = engine.specs.get(symbol);
  const book = spec === undefined ? null : bookAt(engine, symbol);
  return spec === undefined || book === null ? null : book.bidTicks * spec.tickUsd;
}
