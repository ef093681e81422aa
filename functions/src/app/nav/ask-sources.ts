// One run's questions to the venue. A source that fails is an answer that says so; nothing is thrown for it. Wallet and
// positions come in one answer, which is asked for again after the prices: only an account that stood still meanwhile makes
// a NAV of one moment. Income costs the venue six times as much, so it is asked for when a balance moved, and now and then.

import { bannedUntilMs } from "#app/books";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { type CoinPrices, coinPrices, fxSymbol, SETTLEMENT_ASSET } from "#domain/nav/coins.ts";
import { hasMoved, reckonedAssets, type Wallet } from "#domain/nav/ledger.ts";
import { type AccountAnswer, type NavAnswers, type SourceAnswer, walletOf } from "#domain/nav/nav-book.ts";
import { readsUnmovedIncome } from "#domain/nav/nav-cadence.ts";
import type { IncomeTold } from "#domain/nav/peak.ts";
import { sameAccount } from "#domain/nav/same-account.ts";
import { IncomeCutOffError, type Venue } from "#ports/venue.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/** An account that trades at every look is valued a minute later; its loss rules do not wait for that. */
const MOST_LOOKS = 3;

export interface Asked {
  readonly venue: Venue;
  readonly answers: NavAnswers;
  readonly income: IncomeTold;
  /** Null when the account could not be read. */
  readonly wallet: Wallet | null;
  /** When account and prices were there: what they say is of no later time. */
  readonly atMs: number;
}

export async function askVenue(deps: NavDeps, profile: AccountProfile, state: NavState): Promise<Asked> {
  const venue = await deps.venueFor(profile);
  const { config, nav, peak } = state;
  const { account, oneMoment, marks } = await looked(venue, state);
  const atMs = deps.clock.nowMs();
  const ground = { before: nav, nowMs: atMs, maxAgeMs: config.maxMarkAgeMs };
  const tops = marks.ok ? marks.value : null;
  if (!account.ok) {
    const income = { ok: true, value: [] } as const;
    const answers = { account, oneMoment, marks, prices: new Map(), income };
    return { venue, answers, income: { incomes: [], is: "refused" }, wallet: null, atMs };
  }
  const known = coinPrices(assetsOf(account.value, state), { ...ground, tops });
  const wallet = walletOf(account.value, SETTLEMENT_ASSET, config.reserves, known);
  const sinceMs = incomeSinceMs(state, wallet, atMs);
  const { told, source } = await incomeOf(venue, sinceMs);
  const reckoned = reckonedAssets(peak?.ledger ?? null, wallet, told.incomes);
  const gone = reckoned.filter((asset) => !heldAssets(account.value, state).includes(asset));
  const prices = await withPricesFor(venue, gone, known, { ...ground, tops });
  return {
    venue,
    answers: { account, oneMoment, marks, prices, income: source },
    income: told,
    wallet,
    atMs,
  };
}

interface Looked {
  readonly account: SourceAnswer<AccountAnswer>;
  readonly oneMoment: SourceAnswer<null>;
  readonly marks: SourceAnswer<readonly TopOfBook[]>;
}

const ONE_MOMENT = { ok: true, value: null } as const;

/** The account, the prices, and the account again where a price says what it is worth. */
async function looked(venue: Venue, state: NavState): Promise<Looked> {
  let account = await answer(venue.fetchAccount());
  for (let look = 1; ; look += 1) {
    const marks = await answer(venue.fetchTopOfBook([...symbolsOf(state, account)]));
    if (!account.ok || !isPriced(account.value, state)) return { account, oneMoment: ONE_MOMENT, marks };
    const again = await answer(venue.fetchAccount());
    if (!again.ok) return { account, oneMoment: again, marks };
    if (sameAccount(account.value, again.value)) return { account, oneMoment: ONE_MOMENT, marks };
    account = again;
    if (look >= MOST_LOOKS) return { account, oneMoment: MOVED, marks };
  }
}

const MOVED = { ok: false, error: "The account changed at every look" } as const;

/** An account of nothing but the settlement currency is worth the same at any price. */
function isPriced({ positions, others }: AccountAnswer, { config }: NavState): boolean {
  return positions.length + others.length + config.reserves.length > 0;
}

function symbolsOf(
  { config, ...state }: NavState,
  account: SourceAnswer<AccountAnswer>,
): ReadonlySet<string> {
  const held = account.ok ? account.value.positions.map(({ symbol }) => symbol) : [];
  const assets = account.ok ? assetsOf(account.value, { config, ...state }) : [];
  return new Set([...config.symbols, ...held, ...assets.map(fxSymbol)]);
}

/** Every coin that this run may have to value. */
function assetsOf({ others }: AccountAnswer, { config, peak }: NavState): readonly string[] {
  const assets = [
    ...heldAssets({ others }, { config }),
    ...Object.keys({ ...peak?.ledger.balances, ...peak?.ledger.reserves }),
  ];
  return [...new Set(assets)].filter((asset) => asset !== SETTLEMENT_ASSET);
}

function heldAssets(
  { others }: Pick<AccountAnswer, "others">,
  { config }: Pick<NavState, "config">,
): readonly string[] {
  return [...others, ...config.reserves].map(({ asset }) => asset);
}

/** Null when there is nothing to ask for. */
function incomeSinceMs({ peak, nav, config }: NavState, wallet: Wallet, nowMs: number): number | null {
  if (peak === null) return null;
  // A gain that was won and lost again in an unwatched time may be a peak.
  const wasUnseen = nowMs - peak.asOfMs > config.maxPeakAgeMs;
  const isDue = readsUnmovedIncome(peak.accountId, nav?.asOfMs ?? null, nowMs);
  return wasUnseen || isDue || hasMoved(peak.ledger, wallet) ? peak.ledger.cursorMs : null;
}

interface IncomeAnswer {
  readonly told: IncomeTold;
  readonly source: SourceAnswer<unknown>;
}

const NO_INCOME: IncomeAnswer = { told: { incomes: [], is: "whole" }, source: { ok: true, value: null } };

async function incomeOf(venue: Venue, sinceMs: number | null): Promise<IncomeAnswer> {
  if (sinceMs === null) return NO_INCOME;
  try {
    return { ...NO_INCOME, told: { incomes: await venue.fetchIncome(sinceMs), is: "whole" } };
  } catch (error) {
    if (error instanceof IncomeCutOffError)
      return { ...NO_INCOME, told: { incomes: error.incomes, is: "cutOff" } };
    return { told: { incomes: [], is: "refused" }, source: failureOf(error) };
  }
}

/**
 * Prices also of coins that are not held any more, where the income speaks of them. A coin that is held is worth only what
 * the account's own look at the prices says: a later answer is of another moment.
 */
async function withPricesFor(
  venue: Venue,
  gone: readonly string[],
  known: CoinPrices,
  ground: Parameters<typeof coinPrices>[1],
): Promise<CoinPrices> {
  const missing = gone.filter((asset) => asset !== SETTLEMENT_ASSET && !known.has(asset));
  if (missing.length === 0 || ground.tops === null) return known;
  const more = await answer(venue.fetchTopOfBook(missing.map(fxSymbol)));
  if (!more.ok) return known;
  return new Map([...known, ...coinPrices(missing, { ...ground, tops: more.value })]);
}

export async function answer<T>(asked: Promise<T>): Promise<SourceAnswer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Extract<SourceAnswer<never>, { ok: false }> {
  const untilMs = bannedUntilMs(error);
  const failure = { ok: false, error: error instanceof Error ? error.message : String(error) } as const;
  return untilMs === null ? failure : { ...failure, bannedUntilMs: untilMs };
}
