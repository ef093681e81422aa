// NAV from the venue's answers. A run with a failed source is stored as stale, and the last good values
// stand. Longs are marked at the bid, shorts at the ask, other assets valued at their own bid.

import { type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { Reserve } from "#domain/documents/config.ts";
import type { AssetBalance, Income } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { MarkedPosition, Nav, SourceHealth } from "#domain/documents/nav.ts";
import type { Side } from "#domain/documents/words.ts";
import { type FxPrices, type HeldAsset, type Valuation, valued } from "./assets.ts";
import type { Wallet } from "./ledger.ts";
import { marginPools, type PoolFacts } from "./margin.ts";

/** One source's answer in this run: its value, or why there is none. */
export type SourceAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string; readonly bannedUntilMs?: number };

export interface HeldPosition {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: string;
  readonly entryPriceUsd: string;
}

export interface WalletAnswer {
  readonly walletUsd: DecimalString;
  readonly others: readonly AssetBalance[];
  /** Missing where the venue does not tell its margin. */
  readonly margin?: readonly PoolFacts[];
}

export interface NavAnswers {
  readonly balances: SourceAnswer<WalletAnswer>;
  readonly positions: SourceAnswer<readonly HeldPosition[]>;
  readonly marks: SourceAnswer<readonly TopOfBook[]>;
  /** Fresh prices of other assets; those that have none are missing. */
  readonly prices: FxPrices;
  /** Since the ledger's cursor; empty when nothing had to be asked. */
  readonly income: SourceAnswer<readonly Income[]>;
}

/** Samples kept in the NAV document until they are packed into the day's series, should packing fail for an hour. */
const MAX_RECENT_SAMPLES = 60;

/** The next NAV document. `previous` null is the account's first run. */
export function nextNav(
  accountId: string,
  previous: Nav | null,
  answers: NavAnswers & { readonly reserves: readonly Reserve[] },
  nowMs: number,
): Nav {
  const marked = markAll(answers);
  const valuation = valued(heldAssets(answers.balances, answers.reserves), answers.prices, nowMs);
  const marks = answers.marks.ok ? bySymbol(answers.marks.value) : (previous?.marks ?? {});
  const fx = fxAnswer(answers.marks, valuation);
  const sources = sourcesOf({ ...answers, marked, fx }, previous?.sources ?? null, nowMs);
  const stale = !Object.values(sources).every(({ ok }) => ok);
  if (stale || !answers.balances.ok || !marked.ok) {
    // The last good values stand, and say that they are of then.
    return { ...(previous ?? NOTHING_KNOWN), accountId, marks, sources, stale: true, checkedAtMs: nowMs };
  }
  const walletUsd = dec(answers.balances.value.walletUsd);
  const sum = (amounts: readonly DecimalString[]) =>
    amounts.reduce((total, each) => total.plus(dec(each)), dec("0"));
  const assetsUsd = sum(valuation.assets.map(({ valueUsd }) => valueUsd));
  const unrealized = sum(marked.value.map(({ unrealizedPnlUsd }) => unrealizedPnlUsd));
  const navUsd = decimalString(walletUsd.plus(assetsUsd).plus(unrealized));
  return {
    accountId,
    navUsd,
    walletUsd: decimalString(walletUsd),
    assetsUsd: decimalString(assetsUsd),
    unrealizedPnlUsd: decimalString(unrealized),
    positions: marked.value,
    assets: valuation.assets,
    marks,
    sources,
    stale: false,
    asOfMs: nowMs,
    checkedAtMs: nowMs,
    recent: [...(previous?.recent ?? []), { atMs: nowMs, navUsd }].slice(-MAX_RECENT_SAMPLES),
    baseline: previous?.baseline ?? null,
    unexplained: previous?.unexplained ?? null,
    margin: marginOf(answers.balances.value),
  };
}

function marginOf({ margin }: WalletAnswer): Nav["margin"] {
  return margin === undefined ? null : marginPools(margin);
}

interface JudgedAnswers extends NavAnswers {
  readonly marked: SourceAnswer<unknown>;
  readonly fx: SourceAnswer<unknown>;
}

function sourcesOf(answers: JudgedAnswers, before: Nav["sources"] | null, nowMs: number): Nav["sources"] {
  const { marked, fx } = answers;
  return {
    balances: health(answers.balances, before?.balances ?? null, nowMs),
    positions: health(answers.positions, before?.positions ?? null, nowMs),
    marks: health(marked.ok ? answers.marks : marked, before?.marks ?? null, nowMs),
    funding: health(answers.income, before?.funding ?? null, nowMs),
    fees: health(answers.income, before?.fees ?? null, nowMs),
    fx: health(fx, before?.fx ?? null, nowMs),
  };
}

const NOTHING_KNOWN = {
  navUsd: null,
  walletUsd: null,
  assetsUsd: null,
  unrealizedPnlUsd: null,
  positions: [],
  assets: [],
  asOfMs: null,
  recent: [],
  baseline: null,
  unexplained: null,
  margin: null,
};

function heldAssets(balances: NavAnswers["balances"], reserves: readonly Reserve[]): readonly HeldAsset[] {
  const others = balances.ok ? balances.value.others : [];
  return [
    ...others.map((each) => ({ ...each, heldIn: "wallet" as const })),
    ...reserves.map((each) => ({ ...each, heldIn: "reserve" as const })),
  ];
}

/** The two sides of the ledger: every balance by asset, and the reserves that the config names. */
export function walletOf(
  { walletUsd, others }: WalletAnswer,
  settlementAsset: string,
  reserves: readonly Reserve[],
): Wallet {
  const balances = Object.fromEntries(others.map(({ asset, qty }) => [asset, qty]));
  return { balances: { ...balances, [settlementAsset]: walletUsd }, reserves: summed(reserves) };
}

function summed(reserves: readonly Reserve[]): Readonly<Record<string, DecimalString>> {
  const sums: Record<string, DecimalString> = {};
  for (const { asset, qty } of reserves) sums[asset] = decimalString(dec(sums[asset] ?? "0").plus(dec(qty)));
  return sums;
}

function fxAnswer(marks: NavAnswers["marks"], { unpriced }: Valuation): SourceAnswer<null> {
  if (unpriced.length === 0) return { ok: true, value: null };
  if (!marks.ok) return marks;
  return { ok: false, error: `No fresh price for ${unpriced.join(", ")}` };
}

function bySymbol(marks: readonly TopOfBook[]): Readonly<Record<string, TopOfBook>> {
  return Object.fromEntries(marks.map((mark) => [mark.symbol, mark]));
}

function markAll(answers: NavAnswers): SourceAnswer<readonly MarkedPosition[]> {
  if (!answers.positions.ok) return answers.positions;
  if (!answers.marks.ok) return answers.marks;
  const marks = bySymbol(answers.marks.value);
  const marked = answers.positions.value.map((position) => markPosition(position, marks[position.symbol]));
  const unmarked = answers.positions.value.filter((position) => marks[position.symbol] === undefined);
  if (unmarked.length > 0) {
    return {
      ok: false,
      error: `No price for held ${unmarked.map((position) => position.symbol).join(", ")}`,
    };
  }
  return { ok: true, value: marked.flatMap((each) => each ?? []) };
}

function markPosition(position: HeldPosition, mark: TopOfBook | undefined): MarkedPosition | null {
  if (mark === undefined) return null;
  const long = position.side === "long";
  const priceUsd = dec(long ? mark.bidUsd : mark.askUsd);
  const qty = dec(position.qtyBase);
  const pnl = priceUsd
    .minus(dec(position.entryPriceUsd))
    .mul(qty)
    .mul(long ? 1 : -1);
  return {
    ...position,
    markUsd: decimalString(priceUsd),
    notionalUsd: decimalString(priceUsd.mul(qty)),
    unrealizedPnlUsd: decimalString(pnl),
  };
}

function health(answer: SourceAnswer<unknown>, previous: SourceHealth | null, nowMs: number): SourceHealth {
  return answer.ok
    ? { ok: true, asOfMs: nowMs, error: null }
    : { ok: false, asOfMs: previous?.asOfMs ?? null, error: answer.error };
}

/** `YYYY-MM-DD` of a time in UTC. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** `YYYY-MM-DDTHH` of a time in UTC. */
export function utcHour(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13);
}

/** When a UTC day began. */
export function dayStartMs(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}
