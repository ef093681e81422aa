// NAV and its lower bound from the venue's answers. A run with a failed source is stored as stale, and the last good values
// stand; the bound is renewed whenever the account answered. Longs are marked at the bid, shorts at the ask.

import { type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { Reserve } from "#domain/documents/config.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { BoundCoin, MarkedPosition, Nav, NavBound, SourceHealth } from "#domain/documents/nav.ts";
import type { Side } from "#domain/documents/words.ts";
import { boundCoins, type CoinPrices, countedPriceUsd, heldCoins, valuedAssets } from "./coins.ts";
import { type AccountPosition, equityBound, profitAt } from "./equity.ts";
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

export interface AccountAnswer {
  readonly walletUsd: DecimalString;
  readonly others: readonly AssetBalance[];
  readonly positions: readonly AccountPosition[];
  /** Missing where the venue does not tell its margin. */
  readonly margin?: readonly PoolFacts[];
}

export interface NavAnswers {
  readonly account: SourceAnswer<AccountAnswer>;
  /** Whether the account was still the same once the prices had been read. */
  readonly oneMoment: SourceAnswer<null>;
  readonly marks: SourceAnswer<readonly TopOfBook[]>;
  readonly prices: CoinPrices;
  /** Whether the income was told, or did not have to be asked for. */
  readonly income: SourceAnswer<unknown>;
}

/** The part of a config that NAV depends on. */
export interface NavRules {
  readonly reserves: readonly Reserve[];
  readonly coinDustUsd: DecimalString;
  readonly maxMarkAgeMs: number;
}

/** Samples kept in the NAV document until they are packed into the day's series, should packing fail for an hour. */
const MAX_RECENT_SAMPLES = 60;
/** Of an average entry price, which is a quotient. */
const PRICE_PLACES = 12;
/** Smallest price that a document can hold here. */
const LEAST_PRICE = "0.000000000001";

/** The next NAV document. `previous` null is the account's first run. */
export function nextNav(
  accountId: string,
  previous: Nav | null,
  answers: NavAnswers & { readonly rules: NavRules },
  nowMs: number,
): Nav {
  const { account, rules } = answers;
  const marks = answers.marks.ok ? bySymbol(answers.marks.value) : (previous?.marks ?? {});
  const coins = account.ok
    ? boundCoins(heldCoins(account.value.others, rules.reserves), answers.prices, rules.coinDustUsd)
    : [];
  const touchOf = youngTouches(answers.marks, nowMs, rules.maxMarkAgeMs);
  const bound = account.ok ? boundOf(account.value, coins, touchOf, nowMs) : (previous?.bound ?? null);
  const sources = sourcesOf({ ...answers, coins, touchOf }, previous?.sources ?? null, nowMs);
  const stale = !Object.values(sources).every(({ ok }) => ok);
  if (stale || !account.ok || bound === null) {
    // The last good values stand, and say that they are of then.
    return {
      ...(previous ?? NOTHING_KNOWN),
      accountId,
      marks,
      sources,
      bound,
      stale: true,
      checkedAtMs: nowMs,
    };
  }
  const positions = account.value.positions.flatMap((position) => marked(position, touchOf(position.symbol)));
  const assets = valuedAssets(coins, nowMs);
  return {
    accountId,
    navUsd: bound.usd,
    walletUsd: bound.walletUsd,
    assetsUsd: sum(assets.map(({ valueUsd }) => valueUsd)),
    unrealizedPnlUsd: sum(positions.map(({ unrealizedPnlUsd }) => unrealizedPnlUsd)),
    positions,
    assets,
    marks,
    sources,
    stale: false,
    asOfMs: nowMs,
    checkedAtMs: nowMs,
    recent: [...(previous?.recent ?? []), { atMs: nowMs, navUsd: bound.usd }].slice(-MAX_RECENT_SAMPLES),
    baseline: previous?.baseline ?? null,
    unexplained: previous?.unexplained ?? null,
    bound,
    margin: marginOf(account.value),
  };
}

function marginOf({ margin }: AccountAnswer): Nav["margin"] {
  return margin === undefined ? null : marginPools(margin);
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

type TouchOf = (symbol: string) => TopOfBook | null;

/** A touch that stood for longer than it may is none: its symbol has no price. */
function youngTouches(marks: NavAnswers["marks"], nowMs: number, maxAgeMs: number): TouchOf {
  const young = marks.ok ? marks.value.filter(({ asOfMs }) => nowMs - asOfMs <= maxAgeMs) : [];
  const known = bySymbol(young);
  return (symbol) => known[symbol] ?? null;
}

function boundOf(
  { walletUsd, positions }: AccountAnswer,
  coins: readonly BoundCoin[],
  touchOf: TouchOf,
  nowMs: number,
): NavBound {
  const counted = coins.filter(({ counts }) => counts !== "nothing");
  const priceOf = new Map(counted.map(({ asset, priceUsd }) => [asset, priceUsd ?? "1"]));
  const bound = equityBound(
    { walletUsd, positions, coins: counted },
    { touchOf, coinUsd: (asset) => priceOf.get(asset) ?? null },
  );
  return { usd: decimalString(bound.usd), atMs: nowMs, walletUsd, venueValued: bound.venueValued, coins };
}

interface JudgedAnswers extends NavAnswers {
  readonly coins: readonly BoundCoin[];
  readonly touchOf: TouchOf;
}

function sourcesOf(answers: JudgedAnswers, before: Nav["sources"] | null, nowMs: number): Nav["sources"] {
  const { account, oneMoment, income } = answers;
  return {
    balances: health(account, before?.balances ?? null, nowMs),
    positions: health(account.ok ? oneMoment : account, before?.positions ?? null, nowMs),
    marks: health(marksAnswer(answers), before?.marks ?? null, nowMs),
    funding: health(income, before?.funding ?? null, nowMs),
    fees: health(income, before?.fees ?? null, nowMs),
    fx: health(fxAnswer(answers), before?.fx ?? null, nowMs),
  };
}

function marksAnswer({ account, marks, touchOf }: JudgedAnswers): SourceAnswer<unknown> {
  if (!marks.ok) return marks;
  const held = account.ok ? account.value.positions.map(({ symbol }) => symbol) : [];
  const unpriced = held.filter((symbol) => touchOf(symbol) === null);
  if (unpriced.length === 0) return marks;
  return { ok: false, error: `No price of now for held ${unpriced.join(", ")}` };
}

function fxAnswer({ coins }: JudgedAnswers): SourceAnswer<null> {
  const old = coins.filter(({ counts }) => counts === "lastPrice").map(({ asset }) => asset);
  if (old.length === 0) return { ok: true, value: null };
  return { ok: false, error: `No fresh price for ${old.join(", ")}` };
}

/** The two sides of the ledger: every balance that counts, by asset, and the reserves that the config names. */
export function walletOf(
  { walletUsd, others }: Pick<AccountAnswer, "walletUsd" | "others">,
  settlementAsset: string,
  reserves: readonly Reserve[],
  prices: CoinPrices,
): Wallet {
  const counts = ({ asset }: AssetBalance): boolean => countedPriceUsd(asset, prices) !== null;
  const balances = Object.fromEntries(others.filter(counts).map(({ asset, qty }) => [asset, qty]));
  return {
    balances: { ...balances, [settlementAsset]: walletUsd },
    reserves: summed(reserves.filter(counts)),
  };
}

function summed(reserves: readonly Reserve[]): Readonly<Record<string, DecimalString>> {
  const sums: Record<string, DecimalString> = {};
  for (const { asset, qty } of reserves) sums[asset] = decimalString(dec(sums[asset] ?? "0").plus(dec(qty)));
  return sums;
}

function bySymbol(marks: readonly TopOfBook[]): Readonly<Record<string, TopOfBook>> {
  return Object.fromEntries(marks.map((mark) => [mark.symbol, mark]));
}

function sum(amounts: readonly DecimalString[]): DecimalString {
  return decimalString(amounts.reduce((total, each) => total.plus(dec(each)), dec("0")));
}

function marked(position: AccountPosition, touch: TopOfBook | null): readonly MarkedPosition[] {
  if (touch === null) return [];
  const { symbol, side, qtyBase, entryCostUsd } = position;
  const priceUsd = dec(side === "long" ? touch.bidUsd : touch.askUsd);
  const entryUsd = dec(entryCostUsd).div(dec(qtyBase)).toDecimalPlaces(PRICE_PLACES);
  return [
    {
      symbol,
      side,
      qtyBase,
      entryPriceUsd: entryUsd.gt(0) ? decimalString(entryUsd) : LEAST_PRICE,
      markUsd: decimalString(priceUsd),
      notionalUsd: decimalString(priceUsd.mul(dec(qtyBase))),
      unrealizedPnlUsd: decimalString(profitAt(position, touch)),
    },
  ];
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
