// Entries of routes in `telemetry/router`: their ended orders one after the other, and the whole of an entry once it is over, into
// the evidence of its symbol. Exactly once, since both stand in the document that the order is counted in. Pure.
import type { EntryLeg } from "#domain/documents/group.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import {
  MOST_EVIDENCE,
  newEvidence,
  type SampleGround,
  type SymbolEvidence,
  withFeesOf,
  withSample,
} from "./choice-evidence.ts";
import { sampleOf, withEntryOrder } from "./entry-samples.ts";
import type { EndedOrder, OrderMetrics } from "./order-metrics.ts";
import type { RouterTelemetry } from "./router-telemetry.ts";

/** Entries that are on their way at once: fewer than places of a pool (schemas/config.ts), and each only for minutes. */
export const MOST_OPEN_ENTRIES = 50;

/** Before the order itself is counted: one that is among the newest already has told its fee and its fill. */
export function withOutcome(
  telemetry: RouterTelemetry,
  ended: EndedOrder,
  metrics: OrderMetrics,
): RouterTelemetry {
  const { clientOrderId, symbol } = metrics;
  if (telemetry.newest.some((each) => each.clientOrderId === clientOrderId)) return telemetry;
  const evidence = evidenceOf(telemetry, symbol);
  const told = withEvidence(telemetry, withFeesOf(evidence, metrics));
  const intentId = ended.leg?.route?.intentId;
  const known = told.openEntries.find((entry) => entry.intentId === intentId);
  const next = withEntryOrder(known, ended, metrics);
  if (next === null) return told;
  const others = told.openEntries.filter((entry) => entry !== known);
  return { ...told, openEntries: [...others, next].slice(-MOST_OPEN_ENTRIES) };
}

interface OverEntry {
  readonly leg: EntryLeg & { readonly route: LegRoute };
  readonly isLeft: boolean;
}

/** An entry that was given up for an exit says nothing about its choice. */
export function withEntryOver(
  telemetry: RouterTelemetry,
  { leg, isLeft }: OverEntry,
  ground: SampleGround,
): RouterTelemetry {
  const entry = telemetry.openEntries.find(({ intentId }) => intentId === leg.route.intentId);
  if (entry === undefined) return telemetry;
  const without = { ...telemetry, openEntries: telemetry.openEntries.filter((each) => each !== entry) };
  const sample = isLeft ? null : sampleOf(entry, leg);
  if (sample === null) return without;
  return withEvidence(without, withSample(evidenceOf(without, sample.symbol), sample, ground));
}

function evidenceOf({ evidence }: RouterTelemetry, symbol: string): SymbolEvidence {
  return evidence.find((each) => each.symbol === symbol) ?? newEvidence(symbol);
}

function withEvidence(telemetry: RouterTelemetry, moved: SymbolEvidence): RouterTelemetry {
  const others = telemetry.evidence.filter(({ symbol }) => symbol !== moved.symbol);
  return { ...telemetry, evidence: [...others, moved].slice(-MOST_EVIDENCE) };
}

/** With what the proposed choices have cost in shadow begun anew where another one is proposed. */
export function withShadows(
  telemetry: RouterTelemetry,
  proposedFor: (
    symbol: string,
  ) => Pick<NonNullable<SymbolEvidence["shadow"]>, "firstStep" | "offsetTicks" | "sinceMs"> | null,
): RouterTelemetry {
  const evidence = telemetry.evidence.map((each): SymbolEvidence => {
    const proposed = proposedFor(each.symbol);
    if (proposed === null) return each.shadow === null ? each : { ...each, shadow: null };
    if (each.shadow?.sinceMs === proposed.sinceMs) return each;
    return { ...each, shadow: { ...proposed, entries: 0, actual: "0", wouldBe: "0" } };
  });
  const isSame = evidence.every((each, place) => each === telemetry.evidence[place]);
  return isSame ? telemetry : { ...telemetry, evidence };
}
