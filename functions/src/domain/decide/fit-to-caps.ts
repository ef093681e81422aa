// An entry made as small as the lowest of its caps, for a strategy that asks for it, with the cap that it met. Every check
// runs over the smaller entry afterwards: this decides a size and permits nothing.
import { dec, floorToStep } from "#domain/decimal.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { RiskContext, SizedEntry } from "#domain/risk/context.ts";
import { exceededCaps } from "#domain/risk/exposure.ts";
import { sizedAt } from "./sizing.ts";

/** The entry as it was where its strategy wants no fitting, or where it meets no cap. */
export function fitToCaps(context: RiskContext): SizedEntry | null {
  const { entry, config, intent, market } = context;
  if (entry === null || market === null || config.strategies[intent.strategyId]?.fitToCaps !== true)
    return entry;
  const [lowest] = exceededCaps(context).toSorted((one, other) => one.roomBase.comparedTo(other.roomBase));
  if (lowest === undefined) return entry;
  const room = lowest.roomBase.lt(0) ? dec("0") : lowest.roomBase;
  const fitted = { cap: lowest.denial, wantedBase: entry.qtyBase.toFixed() };
  return sizedAt({ ...entry, fitted }, floorToStep(room, dec(market.stepSizeBase)));
}

/** The cap of an entry that it leaves too little room for: without it, a quantity of nothing would have no reason. */
export function capOf(entry: SizedEntry | null, denials: readonly Denial[]): readonly Denial[] {
  const cap = entry?.fitted?.cap;
  const isTooSmall = denials.some(
    ({ code }) => code === "QUANTITY_BELOW_MINIMUM" || code === "NOTIONAL_BELOW_MINIMUM",
  );
  const isThere = denials.some(({ code, subject }) => code === cap?.code && subject === cap.subject);
  return cap === undefined || !isTooSmall || isThere ? [] : [cap];
}
