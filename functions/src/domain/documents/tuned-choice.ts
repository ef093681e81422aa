// The choice that is in force for a symbol, within the bounds of the config: those of now, whatever stood when it was tuned. Pure.
import type { RouterConfig } from "./route.ts";
import type { EntryChoice, StandingChoice, Tuning } from "./tuning.ts";

/** An offset of the config's own is its word, also beyond the bound of tuning. */
export function clampedChoice({ firstStep, offsetTicks }: EntryChoice, router: RouterConfig): EntryChoice {
  if (firstStep === "market") return { firstStep, offsetTicks: 0 };
  const most = Math.max(router.offsetTicks, router.autotune.maxOffsetTicks);
  return { firstStep, offsetTicks: Math.min(Math.max(0, offsetTicks), most) };
}

/** Null: the config's own. Only where the config says that outcomes choose. */
export function choiceInForce(
  tuning: Tuning | null,
  symbol: string,
  router: RouterConfig,
): StandingChoice | null {
  if (router.autotune.mode !== "on") return null;
  const standing = tuning?.symbols.find((each) => each.symbol === symbol)?.inForce ?? null;
  return standing === null ? null : { ...standing, choice: clampedChoice(standing.choice, router) };
}
