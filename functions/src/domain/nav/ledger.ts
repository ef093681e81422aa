// Whether the wallet's change is exactly the sum of the venue's incomes. Only then are profits, payments and
// transfers known; until then a withdrawal must not count as a loss, and a deposit must not count as a profit. A coin without
// a price counts as nothing here, as it does in the NAV, and is held out of the balances.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Income, ValuedIncome } from "#domain/documents/income.ts";
import type { Ledger } from "#domain/documents/nav.ts";
import { type CoinPrices, countedPriceUsd } from "./coins.ts";

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

/** `incomes` are those since the cursor, oldest first. */
export function reckon(
  ledger: Ledger,
  wallet: Wallet,
  incomes: readonly Income[],
  prices: CoinPrices,
): Reckoning {
  const fresh = incomes.filter((income) => !isAccounted(ledger, income));
  const valuedFresh = valuedIncomes(fresh, prices);
  const count = explainedCount(ledger, wallet, fresh, prices);
  const accounted = valuedFresh.slice(0, count ?? fresh.length);
  const changeUsd = differenceUsd(ledger.balances, wallet.balances, prices);
  return {
    isExplained: count !== null,
    incomes: accounted,
    remainderUsd: accounted.reduce((rest, { amountUsd }) => rest.minus(dec(amountUsd)), changeUsd),
    reservesUsd: differenceUsd(ledger.reserves, wallet.reserves, prices),
    ledger: { ...wallet, ...nextCursor(ledger, accounted) },
  };
}

function isAccounted({ cursorMs, cursorIds }: Ledger, { atMs, incomeId }: Income): boolean {
  if (atMs !== cursorMs) return atMs < cursorMs;
  // Release 0.2 wrote the first two parts of an id alone.
  return cursorIds.some((id) => incomeId === id || incomeId.startsWith(`${id}:`));
}

/** The ledger with these incomes in its balances: for an income that was cut off, whose rest is not known yet. */
export function ledgerWith(ledger: Ledger, accounted: readonly Income[]): Ledger {
  const balances = { ...ledger.balances };
  for (const { asset, amount } of accounted)
    balances[asset] = decimalString(amountOf(balances, asset).plus(dec(amount)));
  return { ...ledger, balances, ...nextCursor(ledger, accounted) };
}

/** In USD; an income in a coin without a price is worth nothing. */
export function valuedIncomes(incomes: readonly Income[], prices: CoinPrices): readonly ValuedIncome[] {
  return incomes.map((income) => {
    const price = countedPriceUsd(income.asset, prices) ?? dec("0");
    return { ...income, amountUsd: decimalString(price.mul(dec(income.amount))) };
  });
}

function differenceUsd(before: Wallet["balances"], after: Wallet["balances"], prices: CoinPrices): Decimal {
  return keysOf(before, after).reduce((sum, asset) => {
    const change = amountOf(after, asset).minus(amountOf(before, asset));
    return sum.plus(change.mul(countedPriceUsd(asset, prices) ?? dec("0")));
  }, dec("0"));
}

/**
 * How many of the incomes, from the oldest, make the change in every asset. Fewer than all when some happened after the
 * balances were read. Null when no number of them does.
 */
function explainedCount(
  ledger: Ledger,
  wallet: Wallet,
  incomes: readonly Income[],
  prices: CoinPrices,
): number | null {
  const rest = new Map<string, Decimal>();
  for (const asset of reckonedAssets(ledger, wallet, incomes)) {
    rest.set(asset, amountOf(wallet.balances, asset).minus(amountOf(ledger.balances, asset)));
  }
  const add = (asset: string, amount: Decimal) => rest.set(asset, (rest.get(asset) ?? dec("0")).plus(amount));
  for (const { asset, amount } of incomes) add(asset, dec(amount).neg());
  const isEven = () =>
    [...rest].every(([asset, amount]) => {
      const price = countedPriceUsd(asset, prices) ?? dec("0");
      return amount.abs().mul(price).lt(dec(ROUNDING_USD));
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
