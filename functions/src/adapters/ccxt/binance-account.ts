// Wallet and positions of an account, read from Binance's two answers about it: the account document, which carries both of
// one moment, and the list of position risks. A position in hedge mode is refused with its remedy; a row that cannot be read
// is named, and never taken for a position that is not there.
import { z } from "zod";
import { dec, decimalString } from "#domain/decimal.ts";
import type { Side } from "#domain/documents/words.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import { type HeldMargin, type PoolFacts, poolsOf } from "#domain/nav/margin.ts";
import { type UnreadRow, type VenueAccount, VenueError, type VenuePosition } from "#ports/venue.ts";
import { SETTLEMENT_ASSET } from "./binance-markets.ts";
import { accountShape, positionShape, type RawAccount, type RawAccountPosition } from "./binance-shapes.ts";
import { mayHold, readRows, whole } from "./venue-rows.ts";
import { read } from "./venue-shapes.ts";

/** By asset: the account's total is a sum over assets at the venue's own prices in one mode, and of USDT in another. */
export function accountOf(answer: unknown, asOfMs: number): VenueAccount {
  const { readable, unread } = withoutOddRows(answer);
  const raw = read(accountShape, readable, "account");
  const { assets, positions } = raw;
  const settled = assets.find(({ asset }) => asset === SETTLEMENT_ASSET);
  if (settled === undefined) {
    const why = unread.find(({ subject }) => subject === SETTLEMENT_ASSET)?.reason;
    const text = `The venue's account lists no ${SETTLEMENT_ASSET}${why === undefined ? "" : ` that can be read: ${why}`}`;
    throw new VenueError("unknown", "UNREADABLE", text);
  }
  const held = assets.map(({ asset, walletBalance }) => ({ asset, qty: walletBalance }));
  const others = held.filter(({ asset, qty }) => asset !== SETTLEMENT_ASSET && !dec(qty).isZero());
  const margin = marginOf(raw);
  const account: VenueAccount = {
    walletUsd: settled.walletBalance,
    others,
    positions: positions.filter(isOpen).map(accountPositionOf),
    ...(margin === null ? {} : { margin }),
    asOfMs,
  };
  return whole("account", account, unread);
}

const listsShape = z.looseObject({ assets: z.unknown(), positions: z.unknown() });

/** The account document without the rows that cannot be read, and those rows. */
function withoutOddRows(answer: unknown): {
  readonly readable: unknown;
  readonly unread: readonly UnreadRow[];
} {
  const document = read(listsShape, answer, "account");
  const { assets, positions } = accountShape.shape;
  const what = "account";
  const wallet = readRows(document.assets, { what, shape: assets.element, key: "asset" });
  const held = readRows(document.positions, {
    what,
    shape: positions.element,
    key: "symbol",
    matters: mayHold("positionAmt"),
  });
  return {
    readable: { ...document, assets: wallet.rows, positions: held.rows },
    unread: [...wallet.unread, ...held.unread],
  };
}

/** Null where the answer lacks a part of it. */
function marginOf({
  positions,
  totalCrossWalletBalance,
  totalCrossUnPnl,
}: RawAccount): readonly PoolFacts[] | null {
  if (totalCrossWalletBalance === undefined || totalCrossUnPnl === undefined) return null;
  const held: HeldMargin[] = [];
  for (const row of positions.filter(isOpen)) {
    const { symbol, maintMargin, isolatedWallet, isolatedMargin } = row;
    if (maintMargin === undefined || isolatedWallet === undefined || isolatedMargin === undefined)
      return null;
    held.push({
      symbol,
      notionalUsd: decimalString(dec(row.notional).abs()),
      maintenanceUsd: maintMargin,
      isolatedBalanceUsd: dec(isolatedWallet).isZero() ? null : isolatedMargin,
    });
  }
  return poolsOf(decimalString(dec(totalCrossWalletBalance).plus(dec(totalCrossUnPnl))), held);
}

export function positionsOf(answer: unknown): readonly VenuePosition[] {
  const reading = {
    what: "positions",
    shape: positionShape,
    key: "symbol",
    matters: mayHold("positionAmt"),
  } as const;
  const { rows, unread } = readRows(answer, reading);
  const held = rows
    .filter(isOpen)
    .map((row) => ({ symbol: row.symbol, ...sizeOf(row), entryPriceUsd: row.entryPrice }));
  return whole("positions", held, unread);
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
