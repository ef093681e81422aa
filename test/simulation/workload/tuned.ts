// Accounts whose router was tuned before the run, as months of entries may have left it: in force or only proposed, for each symbol
// another choice, some of them beyond what the config of now allows. Drawn from a stream of its own, for accounts that route.
import type { ChoiceEvidence, EntryChoice, SymbolTuning, Tuning } from "#domain/documents/tuning.ts";
import type { Random } from "../engine/random.ts";
import { ROUTED_STRATEGY } from "./routes.ts";
import type { RunSetup, SimAccount } from "./setup.ts";

const TUNED_SHARE = 0.6;
/** Beyond every bound that is drawn. */
const MOST_TICKS = 9;
const COST = { entries: 60, costBps: "3.1", halfWidthBps: "0.6" };
const EVIDENCE: ChoiceEvidence = {
  present: COST,
  other: { ...COST, costBps: "1.2" },
  source: "measured",
  filledBps: 9_900,
  restedBps: 6_800,
};

export function withTuned(random: Random, setup: RunSetup): RunSetup {
  if (!random.chance(TUNED_SHARE)) return setup;
  return { ...setup, accounts: setup.accounts.map((account) => tunedAccount(random, setup, account)) };
}

function tunedAccount(random: Random, setup: RunSetup, account: SimAccount): SimAccount {
  const { config, profile } = account;
  if (config.strategies[ROUTED_STRATEGY] === undefined) return account;
  const mode = random.pick(["on", "on", "shadow"] as const);
  const autotune = { mode, maxOffsetTicks: random.pick([0, 1, 3]) };
  const tuning: Tuning = {
    accountId: profile.accountId,
    symbols: setup.symbols.map(({ symbol }) => tunedSymbol(random, symbol, setup.startMs)),
    history: [],
    updatedAtMs: setup.startMs,
  };
  return { ...account, config: { ...config, router: { ...config.router, autotune } }, tuning };
}

function tunedSymbol(random: Random, symbol: string, startMs: number): SymbolTuning {
  const standing = () => ({ choice: drawChoice(random), evidence: EVIDENCE, sinceMs: startMs });
  return {
    symbol,
    inForce: random.chance(0.7) ? standing() : null,
    proposed: random.chance(0.3) ? standing() : null,
    movedAtMs: startMs,
  };
}

function drawChoice(random: Random): EntryChoice {
  return random.chance(0.35)
    ? { firstStep: "market", offsetTicks: 0 }
    : { firstStep: "maker", offsetTicks: random.int(0, MOST_TICKS) };
}
