// Whether the wallet's change is exactly the sum of the venue's incomes. Only then are profits, payments and
// transfers known; until then a withdrawal must not count as a loss, and a deposit must not count as a
// profit.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Income, ValuedIncome } from "#domain/documents/income.ts";
import type { Ledger } from "#domain/documents/nav.ts";
import { type FxPrices, priceUsd } from "./assets.ts";

/** The venue rounds each income to 1e-8: a long list may miss the balance by that much each. */
const ROUNDING_USD = "0.01";

export type Wallet = Pick<Ledger, "balances" | "reserves">;

export interface Reckoning {
  readonly isExplained: boolean;
  /** Income that is accounted for by `ledger`, oldest first. */
  readonly incomes: readonly ValuedIncome[];
  /** Change of the wallet less `incomes`; about zero when explained. */
  readonly remainderUsd: Decimal;
  /** Value of reserves that the config added or took away. */
  readonly reservesUsd: Decimal;
  readonly ledger: Ledger;
}

export function hasMoved(ledger: Ledger, wallet: Wallet): boolean {
  return differs(ledger.balances, wallet.balances);
}

export function reservesChanged(ledger: Ledger, wallet: Wallet): boolean {
  return differs(ledger.reserves, wallet.reserves);
}

function differs(a: Wallet["balances"], b: Wallet["balances"]): boolean {
  return keysOf(a, b).some((asset) => !amountOf(a, asset).eq(amountOf(b, asset)));
}

function keysOf(...records: readonly Wallet["balances"][]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function amountOf(record: Wallet["balances"], asset: string): Decimal {
  return dec(record[asset] ?? "0");
}

/** Assets whose price a reckoning needs. */
export function reckonedAssets(
  ledger: Ledger | null,
  wallet: Wallet,
  incomes: readonly Income[],
): readonly string[] {
  const records = ledger === null ? [wallet.balances] : [wallet.balances, ledger.balances, ledger.reserves];
  return [...new Set([...keysOf(wallet.reserves, ...records), ...incomes.map(({ asset }) => asset)])];
}

/** Null when something that moved has no price. `incomes` are those since the cursor, oldest first. */
export function reckon(
  ledger: Ledger,
  wallet: Wallet,
  incomes: readonly Income[],
  prices: FxPrices,
): Reckoning | null {
  const fresh = incomes.filter(
    ({ atMs, incomeId }) =>
      atMs > ledger.cursorMs || (atMs === ledger.cursorMs && !ledger.cursorIds.includes(incomeId)),
  );
  const valuedFresh = valuedIncomes(fresh, prices);
  const changeUsd = differenceUsd(ledger.balances, wallet.balances, prices);
  const reservesUsd = differenceUsd(ledger.reserves, wallet.reserves, prices);
  if (valuedFresh === null || changeUsd === null || reservesUsd === null) return null;
  const count = explainedCount(ledger, wallet, fresh, prices);
  const accounted = valuedFresh.slice(0, count ?? fresh.length);
  const remainderUsd = accounted.reduce((rest, { amountUsd }) => rest.minus(dec(amountUsd)), changeUsd);
  return {
    isExplained: count !== null,
    incomes: accounted,
    remainderUsd,
    reservesUsd,
    ledger: { ...wallet, ...nextCursor(ledger, accounted) },
  };
}

/** Null when one of them has no price. */
export function valuedIncomes(incomes: readonly Income[], prices: FxPrices): readonly ValuedIncome[] | null {
  const valued: ValuedIncome[] = [];
  for (const income of incomes) {
    const price = priceUsd(income.asset, prices);
    if (price === null) return null;
    valued.push({ ...income, amountUsd: decimalString(price.mul(dec(income.amount))) });
  }
  return valued;
}

function differenceUsd(
  before: Wallet["balances"],
  after: Wallet["balances"],
  prices: FxPrices,
): Decimal | null {
  let sum = dec("0");
  for (const asset of keysOf(before, after)) {
    const change = amountOf(after, asset).minus(amountOf(before, asset));
    const price = priceUsd(asset, prices);
    if (change.isZero()) continue;
    if (price === null) return null;
    sum = sum.plus(change.mul(price));
  }
  return sum;
}

/**
 * How many of the incomes, from the oldest, make the change in every asset. Fewer than all when some happened after the
 * balances were read. Null when no number of them does.
 */
function explainedCount(
  ledger: Ledger,
  wallet: Wallet,
  incomes: readonly Income[],
  prices: FxPrices,
): number | null {
  const rest = new Map<string, Decimal>();
  for (const asset of reckonedAssets(ledger, wallet, incomes)) {
    rest.set(asset, amountOf(wallet.balances, asset).minus(amountOf(ledger.balances, asset)));
  }
  const add = (asset: string, amount: Decimal) => rest.set(asset, (rest.get(asset) ?? dec("0")).plus(amount));
  for (const { asset, amount } of incomes) add(asset, dec(amount).neg());
  const isEven = () =>
    [...rest].every(([asset, amount]) => {
      const price = amount.isZero() ? dec("0") : priceUsd(asset, prices);
      return price !== null && amount.abs().mul(price).lt(dec(ROUNDING_USD));
    });
  for (let count = incomes.length; count >= 0; count--) {
    if (isEven()) return count;
    const last = incomes[count - 1];
    if (last !== undefined) add(last.asset, dec(last.amount));
  }
  return null;
}

/** The cursor after `accounted`, which follow `before`. */
export function nextCursor(
  before: Pick<Ledger, "cursorMs" | "cursorIds">,
  accounted: readonly Income[],
): Pick<Ledger, "cursorMs" | "cursorIds"> {
  const last = accounted.at(-1);
  if (last === undefined) return { cursorMs: before.cursorMs, cursorIds: before.cursorIds };
  const ids = accounted.filter(({ atMs }) => atMs === last.atMs).map(({ incomeId }) => incomeId);
  const kept = last.atMs === before.cursorMs ? before.cursorIds : [];
  return { cursorMs: last.atMs, cursorIds: [...kept, ...ids] };
}
