// How an alert says that its position is to be entered beyond its base: safety entries and pyramids. One field of it is a plan
// of its own, in place of the strategy's whole plan. A plan that contradicts itself is refused with a remedy.
import type { EntryPlan } from "#domain/documents/entry-plan.ts";
import { faultsOfEntryPlan } from "#domain/documents/entry-plan-faults.ts";
import { agreedBps } from "./agreed-bps.ts";
import { SignalFault } from "./fault.ts";
import { ENTRY_FIELDS } from "./field-names.ts";
import type { DecidingFields } from "./meaning.ts";

type EntryFields = Pick<DecidingFields, (typeof ENTRY_FIELDS)[number]>;

/** In an alert's short spelling: each as large as the base, at equal distances. */
const AS_THE_BASE_BPS = 10_000;
const UNSCALED = "1";

/** Fields of a plan that are there. */
export function entryFieldsIn(fields: EntryFields): readonly string[] {
  return ENTRY_FIELDS.filter((name) => fields[name] !== undefined);
}

/** Null where the alert says nothing of it. Throws SignalFault AMBIGUOUS_SIGNAL or ENTRY_PLAN_INVALID. */
export function wantedEntries(fields: DecidingFields): EntryPlan | null {
  if (entryFieldsIn(fields).length === 0) return null;
  const plan: EntryPlan = { dca: dcaOf(fields), pyramid: pyramidOf(fields) };
  const faults = faultsOfEntryPlan(plan);
  if (faults.length > 0)
    throw invalid(faults, "Correct the safety entries in the alert's message: fewer, nearer or smaller ones");
  if (plan.dca !== null && fields.sizeFrom === "target")
    throw invalid(
      ["the alert states the whole position, and safety entries would go past it"],
      'Leave the safety entries out, or send "sizeFrom": "contracts"',
    );
  return plan;
}

function dcaOf(fields: EntryFields): EntryPlan["dca"] {
  const { safetyOrders, safetyStepScale, safetyVolumeScale } = fields;
  const deviationBps = agreedBps(fields, "safetyStepBps", "safetyStepPct");
  const firstSizeBps = agreedBps(fields, "safetySizeBps", "safetySizePct");
  const others = [deviationBps, firstSizeBps, safetyStepScale ?? null, safetyVolumeScale ?? null];
  if (safetyOrders === undefined && others.every((each) => each === null)) return null;
  if (safetyOrders === undefined || deviationBps === null)
    throw invalid(
      ["safetyOrders and safetyStepPct are one ladder, and one of them is missing"],
      'Add "safetyOrders": "5" and "safetyStepPct": "1"',
    );
  return {
    safetyOrders,
    deviationBps,
    stepScale: safetyStepScale ?? UNSCALED,
    firstSizeBps: firstSizeBps ?? AS_THE_BASE_BPS,
    volumeScale: safetyVolumeScale ?? UNSCALED,
  };
}

function pyramidOf(fields: EntryFields): EntryPlan["pyramid"] {
  const { pyramidMax } = fields;
  const minDistanceBps = agreedBps(fields, "pyramidDistanceBps", "pyramidDistancePct");
  if (pyramidMax !== undefined) return { maxEntries: pyramidMax, minDistanceBps: minDistanceBps ?? 0 };
  if (minDistanceBps === null) return null;
  throw invalid(
    ["pyramids have a distance, and their number is not there"],
    'Add "pyramidMax": "3", or leave pyramidDistancePct out',
  );
}

function invalid(faults: readonly string[], remedy: string): SignalFault {
  return new SignalFault("ENTRY_PLAN_INVALID", faults, remedy);
}
