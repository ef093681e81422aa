// Wallet and positions of an account, read from Binance's two answers about it: the account document, which carries both of
// one moment, and the list of position risks. A position in hedge mode is refused with its remedy.
import { z } from "zod";
import { dec, decimalString } from "#domain/decimal.ts";
import type { Side } from "#domain/documents/words.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import { type VenueAccount, VenueError, type VenuePosition } from "#ports/venue.ts";
import { SETTLEMENT_ASSET } from "./binance-markets.ts";
import { accountShape, positionShape, type RawAccountPosition, read } from "./binance-shapes.ts";

/** By asset: the account's total is a sum over assets at the venue's own prices in one mode, and of USDT in another. */
export function accountOf(answer: unknown, asOfMs: number): VenueAccount {
  const { assets, positions } = read(accountShape, answer, "account");
  const settled = assets.find(({ asset }) => asset === SETTLEMENT_ASSET);
  if (settled === undefined) {
    const text = `The venue's account lists no ${SETTLEMENT_ASSET}`;
    throw new VenueError("unknown", "UNREADABLE", text);
  }
  const held = assets.map(({ asset, walletBalance }) => ({ asset, qty: walletBalance }));
  const others = held.filter(({ asset, qty }) => asset !== SETTLEMENT_ASSET && !dec(qty).isZero());
  return {
    walletUsd: settled.walletBalance,
    others,
    positions: positions.filter(isOpen).map(accountPositionOf),
    asOfMs,
  };
}

export function positionsOf(answer: unknown): readonly VenuePosition[] {
  return read(z.array(positionShape), answer, "positions")
    .filter(isOpen)
    .map((row) => ({ symbol: row.symbol, ...sizeOf(row), entryPriceUsd: row.entryPrice }));
}

type Row = Pick<RawAccountPosition, "symbol" | "positionSide" | "positionAmt">;

function isOpen({ positionAmt }: Row): boolean {
  return !dec(positionAmt).isZero();
}

/** Side and size. Throws VenueError `rejected` `HEDGE_MODE`: there a symbol has two positions. */
function sizeOf({ symbol, positionSide, positionAmt }: Row): { side: Side; qtyBase: string } {
  if (positionSide !== "BOTH") {
    const text = `${symbol} is held in hedge mode: switch the venue account to one-way position mode`;
    throw new VenueError("rejected", "HEDGE_MODE", text);
  }
  const qty = dec(positionAmt);
  return { side: qty.isPositive() ? "long" : "short", qtyBase: decimalString(qty.abs()) };
}

/** The venue signs notional like the quantity; profit is notional less cost, both signed. */
function accountPositionOf(row: RawAccountPosition): AccountPosition {
  const notional = dec(row.notional);
  return {
    symbol: row.symbol,
    ...sizeOf(row),
    notionalUsd: decimalString(notional.abs()),
    unrealizedPnlUsd: row.unrealizedProfit,
    entryCostUsd: decimalString(notional.minus(dec(row.unrealizedProfit)).abs()),
  };
}
