// Equity for loss rules: a lower bound that is always there once the account has answered. A position is valued at the
// touch, else by the venue's own profit, which comes in the same answer as the wallet; a coin at a price of now, else at the
// last known one, else at nothing. Must not raise a value for want of a price.
import { type Decimal, type DecimalString, dec } from "#domain/decimal.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { Side } from "#domain/documents/words.ts";

/** A position as the account's own answer has it: the venue values it at its mark price. */
export interface AccountPosition {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: DecimalString;
  /** At the venue's mark price, never negative. */
  readonly notionalUsd: DecimalString;
  readonly unrealizedPnlUsd: DecimalString;
  /** Cost of the open quantity, exact: notional less profit for a long, notional plus profit for a short. */
  readonly entryCostUsd: DecimalString;
}

/** Wallet and positions of one moment, and coins beside the settlement currency, reserves among them. */
export interface EquityParts {
  readonly walletUsd: DecimalString;
  readonly positions: readonly AccountPosition[];
  readonly coins: readonly AssetBalance[];
}

/** Prices by symbol and by coin. Null: there is none that may be used. */
export interface EquityPrices {
  /** The touch, if it is young enough to be one. */
  readonly touchOf: (symbol: string) => TopOfBook | null;
  /** In USD: of now if there is one, else the last known. */
  readonly coinUsd: (asset: string) => DecimalString | null;
}

export interface EquityBound {
  readonly usd: Decimal;
  /** Symbols valued by the venue's profit for want of a touch. */
  readonly venueValued: readonly string[];
  /** Coins that count as nothing for want of a price. */
  readonly unpriced: readonly string[];
}

export function equityBound(parts: EquityParts, prices: EquityPrices): EquityBound {
  const held = parts.positions.map((position) => ({ position, touch: prices.touchOf(position.symbol) }));
  const coins = parts.coins.map(({ asset, qty }) => ({ asset, qty, priceUsd: prices.coinUsd(asset) }));
  const profits = held.map(({ position, touch }) =>
    touch === null ? dec(position.unrealizedPnlUsd) : profitAt(position, touch),
  );
  const worth = coins.map(({ qty, priceUsd }) =>
    priceUsd === null ? dec("0") : dec(qty).mul(dec(priceUsd)),
  );
  return {
    usd: [...profits, ...worth].reduce((sum, each) => sum.plus(each), dec(parts.walletUsd)),
    venueValued: held.filter(({ touch }) => touch === null).map(({ position }) => position.symbol),
    unpriced: coins.filter(({ priceUsd }) => priceUsd === null).map(({ asset }) => asset),
  };
}

/** Profit if the position were closed at the touch: a long at the bid, a short at the ask. */
export function profitAt({ side, qtyBase, entryCostUsd }: AccountPosition, touch: TopOfBook): Decimal {
  const priceUsd = dec(side === "long" ? touch.bidUsd : touch.askUsd);
  const worth = priceUsd.mul(dec(qtyBase));
  return side === "long" ? worth.minus(dec(entryCostUsd)) : dec(entryCostUsd).minus(worth);
}
