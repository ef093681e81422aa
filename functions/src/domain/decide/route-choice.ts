// How an entry begins, and why: by its strategy's routing, and for `maker` by the measured choice that is in force for its symbol.
// The operator's other words, `market` and `postOnly`, are never changed. Pure.
import type { AccountConfig, EntryRouting } from "#domain/documents/config.ts";
import type { RouteChoice } from "#domain/documents/route.ts";
import { choiceInForce } from "#domain/documents/tuned-choice.ts";
import type { Tuning } from "#domain/documents/tuning.ts";

/** `postOnly` rests and has no route: its choice is not stored. */
export function choiceOf(
  routing: EntryRouting,
  symbol: string,
  { router }: Pick<AccountConfig, "router">,
  tuning: Tuning | null,
): RouteChoice {
  if (routing !== "maker")
    return {
      firstStep: routing === "market" ? "market" : "maker",
      offsetTicks: 0,
      by: "config",
      evidence: null,
    };
  const standing = choiceInForce(tuning, symbol, router);
  if (standing === null)
    return { firstStep: "maker", offsetTicks: router.offsetTicks, by: "config", evidence: null };
  return { ...standing.choice, by: "tuning", evidence: standing.evidence };
}
