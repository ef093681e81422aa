// Wallet and positions of an account. The venue tells them in two answers, and the port promises one moment: so the positions
// are asked for between two questions for the wallet, and count only where both show the same balances. Each fill moves a
// balance, by its fee or its profit; one that moves none leaves the balances true for either side of it.
import { dec, decimalString } from "#domain/decimal.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { Side } from "#domain/documents/words.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import { type HeldMargin, type PoolFacts, poolsOf } from "#domain/nav/margin.ts";
import { type UnreadRow, type VenueAccount, VenueError, type VenuePosition } from "#ports/venue.ts";
import { SETTLEMENT_COIN } from "./bybit-markets.ts";
import {
  coinShape,
  pageShape,
  positionShape,
  type RawPosition,
  resultOf,
  walletShape,
} from "./bybit-shapes.ts";
import { mayHold, readRows, whole } from "./venue-rows.ts";
import { read } from "./venue-shapes.ts";

export interface AccountQuestions {
  readonly wallet: () => Promise<unknown>;
  /** Every row of the list. */
  readonly positions: () => Promise<readonly unknown[]>;
}

/** Tries before the account counts as trading too fast to be read: each is two questions, a few hundred milliseconds. */
const MAX_TRIES = 4;

/** Throws VenueError `retryable` `ACCOUNT_MOVES` while balances change faster than they are read. */
export async function readAccount(ask: AccountQuestions, nowMs: () => number): Promise<VenueAccount> {
  let asOfMs = nowMs();
  let before = walletOf(await ask.wallet());
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const held = heldRows(await ask.positions());
    const betweenMs = nowMs();
    const after = walletOf(await ask.wallet());
    if (isSame(before.balances, after.balances)) return accountOf(after, held, asOfMs);
    [before, asOfMs] = [after, betweenMs];
  }
  const text = `The account's balances changed between each of ${MAX_TRIES + 1} readings`;
  throw new VenueError("retryable", "ACCOUNT_MOVES", text);
}

interface Wallet {
  readonly balances: readonly AssetBalance[];
  /** Null where the account's margin mode has none. */
  readonly marginBalanceUsd: string | null;
  readonly unread: readonly UnreadRow[];
}

function walletOf(answer: unknown): Wallet {
  const [first] = resultOf(pageShape, answer, "wallet").list;
  const { coin, totalWalletBalance, totalMarginBalance } = read(walletShape, first, "wallet");
  const { rows, unread } = readRows(coin, { what: "wallet", shape: coinShape, key: "coin" });
  const balances = rows.map((row) => ({ asset: row.coin, qty: row.walletBalance }));
  const isEmpty = totalWalletBalance !== null && dec(totalWalletBalance).isZero() && unread.length === 0;
  if (balances.every(({ asset }) => asset !== SETTLEMENT_COIN)) {
    // The venue leaves out coins of which there is nothing; beside others, that is no proof of an empty one.
    if (!isEmpty) throw withoutSettlement(unread);
    balances.push({ asset: SETTLEMENT_COIN, qty: "0" });
  }
  return { balances, marginBalanceUsd: totalMarginBalance, unread };
}

function withoutSettlement(unread: readonly UnreadRow[]): VenueError {
  const why = unread.find(({ subject }) => subject === SETTLEMENT_COIN)?.reason;
  const text = `The venue's wallet lists no ${SETTLEMENT_COIN}${why === undefined ? ": transfer some into it" : ` that can be read: ${why}`}`;
  return new VenueError("unknown", "UNREADABLE", text);
}

function isSame(before: readonly AssetBalance[], after: readonly AssetBalance[]): boolean {
  const qtys = new Map(before.map(({ asset, qty }) => [asset, qty]));
  return qtys.size === after.length && after.every(({ asset, qty }) => qtys.get(asset) === qty);
}

interface Held {
  readonly rows: readonly RawPosition[];
  readonly unread: readonly UnreadRow[];
}

function heldRows(list: readonly unknown[]): Held {
  const reading = {
    what: "positions",
    shape: positionShape,
    key: "symbol",
    matters: mayHold("size"),
  } as const;
  const { rows, unread } = readRows(list, reading);
  return { rows: rows.filter(({ size }) => !dec(size).isZero()), unread };
}

function accountOf({ balances, marginBalanceUsd, unread }: Wallet, held: Held, asOfMs: number): VenueAccount {
  const settled = balances.find(({ asset }) => asset === SETTLEMENT_COIN);
  if (settled === undefined) throw withoutSettlement(unread);
  const margin = marginOf(marginBalanceUsd, held.rows);
  const account: VenueAccount = {
    walletUsd: settled.qty,
    others: balances.filter(({ asset, qty }) => asset !== SETTLEMENT_COIN && !dec(qty).isZero()),
    positions: held.rows.map(accountPositionOf),
    ...(margin === null ? {} : { margin }),
    asOfMs,
  };
  return whole("account", account, [...unread, ...held.unread]);
}

/** Null where the answers lack a part of it: with isolated margin, the account as a whole has no margin balance. */
function marginOf(balanceUsd: string | null, rows: readonly RawPosition[]): readonly PoolFacts[] | null {
  if (balanceUsd === null || dec(balanceUsd).isZero()) return null;
  const held: HeldMargin[] = [];
  for (const { symbol, size, markPrice, positionMM } of rows) {
    if (positionMM === null) return null;
    const notionalUsd = decimalString(dec(size).mul(dec(markPrice)));
    held.push({ symbol, notionalUsd, maintenanceUsd: positionMM, isolatedBalanceUsd: null });
  }
  return poolsOf(balanceUsd, held);
}

export function positionsOf(list: readonly unknown[]): readonly VenuePosition[] {
  const { rows, unread } = heldRows(list);
  const held = rows.map((row) => ({
    symbol: row.symbol,
    side: sideOf(row),
    qtyBase: row.size,
    entryPriceUsd: row.avgPrice,
  }));
  return whole("positions", held, unread);
}

/** Throws VenueError `rejected` `HEDGE_MODE`: there a symbol has two positions. */
function sideOf({ symbol, positionIdx, side }: RawPosition): Side {
  if (positionIdx !== 0) {
    const text = `${symbol} is held in hedge mode: switch the venue account to one-way position mode`;
    throw new VenueError("rejected", "HEDGE_MODE", text);
  }
  if (side === "Buy") return "long";
  if (side === "Sell") return "short";
  throw new VenueError("unknown", "UNREADABLE", `The venue's position in ${symbol} has a size and no side`);
}

function accountPositionOf(row: RawPosition): AccountPosition {
  return {
    symbol: row.symbol,
    side: sideOf(row),
    qtyBase: row.size,
    notionalUsd: decimalString(dec(row.size).mul(dec(row.markPrice))),
    unrealizedPnlUsd: row.unrealisedPnl,
    entryCostUsd: row.positionValue,
  };
}
