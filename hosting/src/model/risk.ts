// The functions' own risk engine over what this page has read: its numbers are the ones that deny.
import { type RiskEngine, riskEngine } from "#domain/risk/engine.ts";
import type { State } from "./state.ts";
import { knownValue } from "./watched.ts";

/** Null while config or control document is unknown: nothing is computed from half of them. */
export function engineOf({ data, nowMs }: Pick<State, "data" | "nowMs">): RiskEngine | null {
  const config = knownValue(data.config);
  const control = knownValue(data.control);
  if (config === null || control === null) return null;
  return riskEngine({ config, control, nav: knownValue(data.nav), peak: knownValue(data.peak), nowMs });
}
