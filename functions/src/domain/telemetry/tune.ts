// Whether another way to begin entries of a symbol has proved cheaper than the present one. Slow and bounded: one move a day, one
// tick at a time, by a margin beyond what chance explains, and for a day only in shadow. Tells why; sends nothing. Pure.
import { clampedChoice } from "#domain/documents/tuned-choice.ts";
import type { ChoiceEvidence, EntryChoice, SymbolTuning, TuningEvent } from "#domain/documents/tuning.ts";
import { isChoice } from "./choice-evidence.ts";
import {
  advantage,
  bestOf,
  comparedWith,
  isBetter,
  ownChoice,
  type TuningGround,
} from "./compare-choices.ts";

/** A choice moves at most so often, and stands in shadow for as long before it may be in force. */
export const MOVES_AFTER_MS = 86_400_000;
export interface Tuned {
  readonly tuning: SymbolTuning | null;
  readonly news: TuningEvent | null;
}

/** `known` is null for a symbol of which no choice has ever been proposed. */
export function tuned(symbol: string, known: SymbolTuning | null, ground: TuningGround): Tuned {
  const { router, isFrozen, nowMs } = ground;
  const { mode } = router.autotune;
  if (known !== null && mode === "off")
    // Switched on again, it begins in shadow.
    return { tuning: { ...known, proposed: null, inForce: null }, news: null };
  if (mode === "off" || isFrozen) return { tuning: known, news: null };
  const before = known ?? { symbol, proposed: null, inForce: null, movedAtMs: 0 };
  const stand: SymbolTuning = { ...before, inForce: mode === "on" ? before.inForce : null };
  const own = ownChoice(router);
  const present = stand.inForce === null ? own : clampedChoice(stand.inForce.choice, router);
  const isDue = nowMs - before.movedAtMs >= MOVES_AFTER_MS;
  const move = moveOf(ground, stand, present, isDue);
  if (move === null) return { tuning: known === null ? null : stand, news: null };
  const { kind, to, evidence, proposed, inForce } = move;
  return {
    tuning: { ...stand, proposed, inForce, movedAtMs: nowMs },
    news: { symbol, atMs: nowMs, kind, from: present, to, evidence },
  };
}

interface Move extends Pick<SymbolTuning, "proposed" | "inForce"> {
  readonly kind: TuningEvent["kind"];
  readonly to: EntryChoice;
  readonly evidence: ChoiceEvidence;
}

function moveOf(
  ground: TuningGround,
  stand: SymbolTuning,
  present: EntryChoice,
  isDue: boolean,
): Move | null {
  const { proposed, inForce } = stand;
  if (isDue && inForce !== null) {
    // The way back to the config's own needs no shadow: it has been in force before.
    const to = ownChoice(ground.router);
    const evidence = isChoice(to, present) ? null : comparedWith(ground, present, to);
    if (evidence !== null && isBetter(evidence))
      return { kind: "dropped", to, evidence, proposed: null, inForce: null };
  }
  if (proposed !== null) return moveOfProposed(ground, { ...stand, proposed }, present, isDue);
  const best = isDue ? bestOf(ground, present) : null;
  if (best === null) return null;
  const next = { ...best, sinceMs: ground.nowMs };
  return { kind: "proposed", to: best.choice, evidence: best.evidence, proposed: next, inForce };
}

/** It goes as soon as it is no better; it comes into force only where it is as clearly better as when it was proposed. */
function moveOfProposed(
  ground: TuningGround,
  { proposed, inForce }: SymbolTuning & { readonly proposed: NonNullable<SymbolTuning["proposed"]> },
  present: EntryChoice,
  isDue: boolean,
): Move | null {
  const { router, nowMs } = ground;
  const { choice: to } = proposed;
  const isPossible = isChoice(clampedChoice(to, router), to) && !isChoice(to, present);
  const evidence = isPossible ? comparedWith(ground, present, to) : null;
  if (evidence === null || advantage(evidence).lte(0))
    return { kind: "withdrawn", to, evidence: evidence ?? proposed.evidence, proposed: null, inForce };
  if (router.autotune.mode !== "on" || !isDue || !isBetter(evidence)) return null;
  const standing = { choice: to, evidence, sinceMs: nowMs };
  return { kind: "applied", to, evidence, proposed: null, inForce: standing };
}
