// The venues of a run: one matching engine, asked in the way of each account's venue and trading by its rules; and faults aimed
// at what a request means, whatever it is called there.
import type { VenueId } from "#domain/documents/account.ts";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import type { FaultRule } from "#local/exchange/faults/fault.ts";
import type { Random } from "./engine/random.ts";
import { effectAtBybit, pathAtBybit } from "./ports/bybit-words.ts";
import { keysOf } from "./workload/account-keys.ts";
import type { RunSetup } from "./workload/setup.ts";

/** Price steps: coarse, because nothing in a run depends on what happens within one. */
export const PRICE_STEP_MS = 5_000;

/** Share of the seeds in which an account is at the second venue. */
export const BYBIT_SHARE = 0.25;

/** Share of the runs with the second venue in which it shows things late, and by how much: unknown, so from a moment to a minute. */
const LATE_SHARE = 0.5;
const LATEST_MS = 60_000;

interface ExchangeParts {
  readonly seed: number;
  readonly nowMs: () => number;
  readonly setup: RunSetup;
  /** Stored state to go on from. */
  readonly snapshot: string | null;
}

export function openExchange({ seed, nowMs, setup, snapshot }: ExchangeParts): Exchange {
  return createExchange({
    seed,
    nowMs,
    symbols: setup.symbols,
    historyMinutes: 0,
    stepMs: PRICE_STEP_MS,
    limits: { weightPerMinute: setup.weightPerMinute },
    ...(snapshot === null ? {} : { restore: { snapshot, records: [] } }),
    accounts: setup.accounts.map(({ profile, balanceUsdt }) => ({
      id: profile.accountId,
      balanceUsdt,
      venue: profile.venue,
      ...keysOf(profile.accountId),
    })),
  });
}

/**
 * The run with the last of its paper accounts at Bybit, in a share of the seeds; or with every paper account at the venue that
 * is forced. A live account is refused there, so none is moved.
 */
export function withVenues(random: Random, setup: RunSetup, forced: VenueId | null): RunSetup {
  const isDrawn = random.chance(BYBIT_SHARE);
  const last = setup.accounts.findLast(({ profile }) => profile.mode === "paper");
  const accounts = setup.accounts.map((account) => {
    if (account.profile.mode !== "paper") return account;
    const drawn = isDrawn && account === last ? "bybit-linear" : account.profile.venue;
    return { ...account, profile: { ...account.profile, venue: forced ?? drawn } };
  });
  const isLate = random.chance(LATE_SHARE);
  const lateMs = (): number => (random.chance(0.7) ? Math.round(random.skewed(50, LATEST_MS)) : 0);
  const shownLate = { ordersMs: lateMs(), historyMs: lateMs() };
  return isLate ? { ...setup, accounts, shownLate } : { ...setup, accounts };
}

export function venuesOf({ accounts }: RunSetup): readonly VenueId[] {
  return [...new Set(accounts.map(({ profile }) => profile.venue))];
}

export function venueOf({ accounts }: RunSetup, accountId: string): VenueId {
  const account = accounts.find(({ profile }) => profile.accountId === accountId);
  if (account === undefined) throw new Error(`The run has no account ${accountId}`);
  return account.profile.venue;
}

/** The fault at each venue of the run that has something of that meaning; returns how to end it. */
export function addFault(exchange: Exchange, setup: RunSetup, rule: FaultRule): () => void {
  const rules = venuesOf(setup).includes("bybit-linear") ? [rule, ...atBybit(rule)] : [rule];
  const ids = rules.map((each) => exchange.addFault(each).id);
  return () => {
    for (const id of ids) exchange.clearFaults(id);
  };
}

/** A rule without a path strikes every request already. */
function atBybit({ effect, match = {}, ...rest }: FaultRule): readonly FaultRule[] {
  const path = match.path === undefined ? null : pathAtBybit(match.path, match.method);
  if (path === null) return [];
  // One list serves NAV and the second witness there, so a frozen one makes the account untrue, as no other venue's does.
  if (effect.kind === "stale" && path === "/v5/position/list") return [];
  return [{ ...rest, effect: effectAtBybit(effect), match: { ...match, path } }];
}
