// How the router is tuned, and how an entry began: choices with the measurement behind them.
import { z } from "zod";
import type { RouteChoice } from "#domain/documents/route.ts";
import {
  type ChoiceEvidence,
  type EntryChoice,
  type MeasuredCost,
  MOST_EVENTS,
  MOST_TUNED,
  type StandingChoice,
  type SymbolTuning,
  type Tuning,
  type TuningEvent,
} from "#domain/documents/tuning.ts";
import { CHOICE_CAUSES, EVIDENCE_SOURCES, FIRST_STEPS, TUNING_EVENTS } from "#domain/documents/words.ts";
import { accountId, basisPoints, count, decimalString, epochMs, symbol } from "./primitives.ts";

const choiceFields = { firstStep: z.enum(FIRST_STEPS), offsetTicks: count };

export const entryChoiceSchema: z.ZodType<EntryChoice> = z.strictObject(choiceFields);

const measuredCostSchema: z.ZodType<MeasuredCost> = z.strictObject({
  entries: count,
  costBps: decimalString,
  halfWidthBps: decimalString,
});

const choiceEvidenceSchema: z.ZodType<ChoiceEvidence> = z.strictObject({
  present: measuredCostSchema,
  other: measuredCostSchema,
  source: z.enum(EVIDENCE_SOURCES),
  filledBps: basisPoints,
  restedBps: basisPoints,
});

export const routeChoiceSchema: z.ZodType<RouteChoice> = z.strictObject({
  ...choiceFields,
  by: z.enum(CHOICE_CAUSES),
  evidence: choiceEvidenceSchema.nullable(),
});

const standingChoiceSchema: z.ZodType<StandingChoice> = z.strictObject({
  choice: entryChoiceSchema,
  evidence: choiceEvidenceSchema,
  sinceMs: epochMs,
});

const symbolTuningSchema: z.ZodType<SymbolTuning> = z.strictObject({
  symbol,
  proposed: standingChoiceSchema.nullable(),
  inForce: standingChoiceSchema.nullable(),
  movedAtMs: epochMs,
});

const tuningEventSchema: z.ZodType<TuningEvent> = z.strictObject({
  symbol,
  atMs: epochMs,
  kind: z.enum(TUNING_EVENTS),
  from: entryChoiceSchema,
  to: entryChoiceSchema,
  evidence: choiceEvidenceSchema,
});

export const tuningSchema: z.ZodType<Tuning> = z.strictObject({
  accountId,
  symbols: z.array(symbolTuningSchema).max(MOST_TUNED),
  history: z.array(tuningEventSchema).max(MOST_EVENTS),
  updatedAtMs: epochMs,
});
