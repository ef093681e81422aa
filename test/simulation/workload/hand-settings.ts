// Settings of an account that a person changes at the venue by hand, while its reading falls due. Drawn apart from the
// others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** The account or its key may not trade any more; whatever a config asks for, this differs. */
const FORBIDDEN = ["canTrade", "keyMayTrade"] as const;

export interface HandSetting {
  readonly kind: "venueSetting";
  readonly accountId: string;
  readonly setting: (typeof FORBIDDEN)[number];
}

/** A person changes how one symbol is held: its leverage, or its margin type, which the venue allows only while it is flat. */
export interface HandSymbol {
  readonly kind: "symbolSetting";
  readonly accountId: string;
  readonly symbol: string;
  readonly change: { readonly leverage: number } | { readonly marginType: "ISOLATED" };
}

const HOUR_MS = 3_600_000;
const SHARE_OF_SEEDS = 0.15;
const SHARE_WITH_SYMBOLS = 0.08;
/** As every account of the exchange begins; a config that says so is met until somebody changes it. */
const AT_FIRST = { leverage: 20, marginType: "cross" } as const;
const LEVERAGES = [1, 5, 50] as const;

export function drawHandSettings(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(SHARE_OF_SEEDS)) return [];
  const { accountId } = random.pick(setup.accounts).profile;
  const happening: HandSetting = { kind: "venueSetting", accountId, setting: random.pick(FORBIDDEN) };
  return [{ afterMs: random.int(FIRST_ITEM_MS, setup.trialMs), happening }];
}

/** The last reading before the run was so long ago that the hour ends in it. */
export function withReadingsDue(items: readonly Item[], random: Random, setup: RunSetup): RunSetup {
  if (items.length === 0) return setup;
  return { ...setup, settingsAgeMs: HOUR_MS - random.int(0, setup.trialMs) };
}

/** The change, and entries in its symbol and in another one on both sides of the reading that finds it. */
export function drawHandSymbols(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(SHARE_WITH_SYMBOLS)) return [];
  const { profile, hooks } = random.pick(setup.accounts);
  const { accountId } = profile;
  const { symbol } = random.pick(setup.symbols);
  const change = random.chance(0.7)
    ? ({ leverage: random.pick(LEVERAGES) } as const)
    : ({ marginType: "ISOLATED" } as const);
  const changedMs = random.int(FIRST_ITEM_MS, setup.trialMs / 2);
  const entries = Array.from({ length: random.int(3, 6) }, (_, place): Item => {
    const [hook, afterMs] = [random.pick(hooks), random.int(changedMs, setup.trialMs)];
    const key = `by-hand-${place}`;
    const timenow = new Date(setup.startMs + afterMs).toISOString();
    const wanted = random.chance(0.6) ? symbol : random.pick(setup.symbols).symbol;
    const fields = { id: key, timenow, symbol: wanted, action: "open", side: "long", notionalUsd: "150" };
    return {
      afterMs,
      happening: { kind: "alert", alert: { key, hook, body: JSON.stringify(fields) } },
    };
  });
  return [
    { afterMs: changedMs, happening: { kind: "symbolSetting", accountId, symbol, change } },
    ...entries,
  ];
}

/** The account's config wants its symbols as they were, and the hour of the last reading ends once the change was made. */
export function withSymbolsWanted(items: readonly Item[], random: Random, setup: RunSetup): RunSetup {
  const changed = items.find(({ happening }) => happening.kind === "symbolSetting");
  if (changed?.happening.kind !== "symbolSetting") return setup;
  const { accountId } = changed.happening;
  const accounts = setup.accounts.map((account) => {
    if (account.profile.accountId !== accountId) return account;
    const venueAccount = { ...account.config.venueAccount, ...AT_FIRST };
    return { ...account, config: { ...account.config, venueAccount } };
  });
  const dueMs = random.int(changed.afterMs, setup.trialMs);
  return { ...setup, accounts, settingsAgeMs: setup.settingsAgeMs ?? HOUR_MS - dueMs };
}
