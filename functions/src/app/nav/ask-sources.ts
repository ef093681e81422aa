// One run's questions to the venue. A source that fails is an answer that says so; nothing is thrown for it. Income costs
// the venue thirty times a balance, so it is asked for only when a balance moved: a wallet that stands still had none.

import { bannedUntilMs } from "#app/books";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Income } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { type FxPrices, fxPrices, fxSymbol, SETTLEMENT_ASSET } from "#domain/nav/assets.ts";
import { hasMoved, reckonedAssets, type Wallet } from "#domain/nav/ledger.ts";
import { type NavAnswers, type SourceAnswer, walletOf } from "#domain/nav/nav-book.ts";
import type { Venue } from "#ports/venue.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

export interface Asked {
  readonly venue: Venue;
  readonly answers: NavAnswers;
  /** Null when the balances could not be read. */
  readonly wallet: Wallet | null;
  readonly symbols: ReadonlySet<string>;
  /** Where the ledger stood when income was asked for; null when it was not. */
  readonly incomeSinceMs: number | null;
}

/** `before`: what the same run asked already, when it has to judge a second time. Only what it lacks is asked for. */
export async function askVenue(
  deps: NavDeps,
  profile: AccountProfile,
  state: NavState,
  before: Asked | null,
): Promise<Asked> {
  const venue = await deps.venueFor(profile);
  const { config, peak } = state;
  const ledger = peak?.ledger ?? null;
  const symbols = before?.symbols ?? symbolsOf(state);
  const { balances, positions, marks: tops } = before?.answers ?? (await look(venue, symbols));
  const wallet = balances.ok ? walletOf(balances.value, SETTLEMENT_ASSET, config.reserves) : null;
  const sinceMs = incomeSinceMs(state, wallet, deps.clock.nowMs());
  const isKnown = before?.incomeSinceMs != null && sinceMs !== null && before.incomeSinceMs <= sinceMs;
  const income = isKnown ? before.answers.income : await incomeOf(venue, sinceMs);
  const assets = wallet === null ? [] : reckonedAssets(ledger, wallet, income.ok ? income.value : []);
  const held = positions.ok ? positions.value.map(({ symbol }) => symbol) : [];
  // A held position in a symbol outside the config still needs a price, and so does a coin that just arrived.
  const marks = await withMissing(venue, [...held, ...fxSymbols(assets)], symbols, tops);
  const nowMs = deps.clock.nowMs();
  const prices = pricesOf(assets, marks, nowMs, config.maxMarkAgeMs);
  const answers = { balances, positions, marks, prices, income };
  return { venue, answers, wallet, symbols, incomeSinceMs: isKnown ? before.incomeSinceMs : sinceMs };
}

function symbolsOf({ config, nav, peak }: NavState): ReadonlySet<string> {
  const assets = [
    ...config.reserves.map(({ asset }) => asset),
    ...Object.keys({ ...peak?.ledger.balances, ...peak?.ledger.reserves }),
  ];
  const held = nav?.positions.map(({ symbol }) => symbol) ?? [];
  return new Set([...config.symbols, ...held, ...fxSymbols(assets)]);
}

async function look(venue: Venue, symbols: ReadonlySet<string>) {
  const [balances, positions, marks] = await Promise.all([
    answer(venue.fetchAccount()),
    answer(venue.fetchPositions()),
    answer(venue.fetchTopOfBook([...symbols])),
  ]);
  return { balances, positions, marks };
}

export function pricesOf(
  assets: readonly string[],
  marks: SourceAnswer<readonly TopOfBook[]>,
  nowMs: number,
  maxAgeMs: number,
): FxPrices {
  return fxPrices(assets, marks.ok ? marks.value : [], nowMs, maxAgeMs);
}

function fxSymbols(assets: readonly string[]): string[] {
  return assets.filter((asset) => asset !== SETTLEMENT_ASSET).map(fxSymbol);
}

/** Null when there is nothing to ask for. */
function incomeSinceMs({ peak, config }: NavState, wallet: Wallet | null, nowMs: number): number | null {
  if (peak === null || wallet === null) return null;
  // A gain that was won and lost again in an unwatched time may be a peak.
  const wasUnseen = nowMs - peak.asOfMs > config.maxPeakAgeMs;
  return wasUnseen || hasMoved(peak.ledger, wallet) ? peak.ledger.cursorMs : null;
}

async function incomeOf(venue: Venue, sinceMs: number | null): Promise<SourceAnswer<readonly Income[]>> {
  return sinceMs === null ? { ok: true, value: [] } : await answer(venue.fetchIncome(sinceMs));
}

async function withMissing(
  venue: Venue,
  wanted: readonly string[],
  asked: ReadonlySet<string>,
  tops: SourceAnswer<readonly TopOfBook[]>,
): Promise<SourceAnswer<readonly TopOfBook[]>> {
  if (!tops.ok) return tops;
  // A symbol that was asked for and stayed unanswered has no book; asking again would give the same.
  const missing = wanted.filter((symbol) => !asked.has(symbol));
  if (missing.length === 0) return tops;
  const more = await answer(venue.fetchTopOfBook(missing));
  return more.ok ? { ok: true, value: [...tops.value, ...more.value] } : more;
}

export async function answer<T>(asked: Promise<T>): Promise<SourceAnswer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (error) {
    const untilMs = bannedUntilMs(error);
    const failure = { ok: false, error: error instanceof Error ? error.message : String(error) } as const;
    return untilMs === null ? failure : { ...failure, bannedUntilMs: untilMs };
  }
}
