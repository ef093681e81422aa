// `telemetry/tuning` after more entries are counted: each symbol whose evidence moved is looked at, and what moves is kept as an
// event. The same document where nothing moves, so that nothing is stored. Pure.
import type { ControlState } from "#domain/documents/control.ts";
import type { RouterConfig } from "#domain/documents/route.ts";
import { MOST_EVENTS, MOST_TUNED, type SymbolTuning, type Tuning } from "#domain/documents/tuning.ts";
import type { SymbolEvidence } from "./choice-evidence.ts";
import type { ExecutionHealth } from "./execution-health.ts";
import { tuned } from "./tune.ts";

export function newTuning(accountId: string, nowMs: number): Tuning {
  return { accountId, symbols: [], history: [], updatedAtMs: nowMs };
}

interface AccountGround {
  readonly before: readonly SymbolEvidence[];
  readonly after: readonly SymbolEvidence[];
  readonly router: RouterConfig;
  readonly tickSizeUsdOf: (symbol: string) => string | null;
  readonly isFrozen: boolean;
  readonly nowMs: number;
}

export function tunedAccount(tuning: Tuning, ground: AccountGround): Tuning {
  const moved = ground.after.filter((each) => !ground.before.includes(each));
  return moved.reduce((sofar, evidence) => withSymbol(sofar, evidence, ground), tuning);
}

function withSymbol(tuning: Tuning, evidence: SymbolEvidence, ground: AccountGround): Tuning {
  const { symbol } = evidence;
  const { router, isFrozen, nowMs } = ground;
  const known = tuning.symbols.find((each) => each.symbol === symbol) ?? null;
  const tickSizeUsd = ground.tickSizeUsdOf(symbol);
  const next = tuned(symbol, known, { router, evidence, tickSizeUsd, isFrozen, nowMs });
  if (next.tuning === null || isSame(known, next.tuning)) return tuning;
  const others = tuning.symbols.filter((each) => each !== known);
  return {
    ...tuning,
    symbols: [...others, next.tuning].slice(-MOST_TUNED),
    history: next.news === null ? tuning.history : [...tuning.history, next.news].slice(-MOST_EVENTS),
  };
}

function isSame(one: SymbolTuning | null, other: SymbolTuning): boolean {
  return one?.proposed === other.proposed && one.inForce === other.inForce;
}

/**
 * Outcomes of a time in which something is wrong say nothing about a choice, and an account in trouble is left as it trades: no
 * alarm about execution, no ban, no drawdown grade, and trading that is `ACTIVE`.
 */
export function isTuningFrozen(
  { tradingState, flatten, drawdownGrade, throttles }: ControlState,
  { alarms }: Pick<ExecutionHealth, "alarms">,
  nowMs: number,
): boolean {
  const isTrading = tradingState.state === "ACTIVE" && flatten === null && drawdownGrade === "NONE";
  return !isTrading || Object.keys(alarms).length > 0 || throttles.venueBannedUntilMs > nowMs;
}
