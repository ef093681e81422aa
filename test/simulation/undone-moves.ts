// Whether a wallet moved and is as it was before, of which its balance says nothing. Healing goes on until the product has had
// the time to find that in the income which rule 13, no loss is silent (docs/RULES.md), gives it.
import type { EngineState } from "#local/exchange/engine/state.ts";

/** Promised within five minutes, by a run that may be a minute late. */
const FOUND_WITHIN_MS = 6 * 60_000;

type Moves = readonly Pick<EngineState["incomes"][number], "accountId" | "asset" | "amountE8" | "timeMs">[];

/** Of one wallet or more. Where other moves came after, the balance tells that there is something to be read. */
export function hidesUndoneMoves(incomes: Moves, nowMs: number): boolean {
  const wallets = Map.groupBy(incomes, ({ accountId, asset }) => `${accountId}/${asset}`);
  return [...wallets.values()].some((moves) => {
    const lastMs = moves.reduce((latest, { timeMs }) => Math.max(latest, timeMs), 0);
    return nowMs - lastMs < FOUND_WITHIN_MS && isAsBefore(moves);
  });
}

function isAsBefore(moves: Moves): boolean {
  let balanceE8 = 0n;
  const before = new Set<bigint>();
  for (const { amountE8 } of moves) {
    before.add(balanceE8);
    balanceE8 += amountE8;
  }
  return before.has(balanceE8);
}
