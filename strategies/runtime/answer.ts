// Reads a strategy's answer. One that is no action, or makes no sense beside the open position, is a fault of the strategy
// as a whole: nothing of a half-sensible answer is carried out.
import { z } from "zod";
import { SIDES } from "#domain/documents/words.ts";
import { entryPlanSchema } from "#schemas/entry-plan.ts";
import { exitPlanSchema, stopLevel, takeProfitsSchema } from "#schemas/exit-plan.ts";
import { basisPoints, decimalString, positiveDecimalString, symbol } from "#schemas/primitives.ts";
import { shareSizeSchema } from "#schemas/signal.ts";
import { AnswerFault } from "../faults.ts";
import type { Action, EntrySize, OpenGroup, SymbolAction } from "../interface.ts";

const MAX_REASON_CHARACTERS = 200;
const MAX_TIER_CHARACTERS = 40;
/** A reduction leaves something; all of it is a close. */
const MOST_REDUCED_BPS = 9_999;

const note = {
  reason: z.string().trim().min(1).max(MAX_REASON_CHARACTERS),
  volatilityBps: z.int().min(0).nullable(),
  tier: z.string().min(1).max(MAX_TIER_CHARACTERS).nullable(),
};

const size: z.ZodType<EntrySize> = z.union([
  shareSizeSchema,
  z.strictObject({ kind: z.literal("notionalUsd"), notionalUsd: positiveDecimalString }),
  z.strictObject({ kind: z.literal("qtyBase"), qtyBase: positiveDecimalString }),
  z.strictObject({ kind: z.literal("strategyDefault") }),
]);

/** The plan schema's own rules for each half: a ladder too deep is refused here as at the webhook. */
const ladder = z.custom<Extract<Action, { kind: "open" }>["ladder"]>(
  (dca) => entryPlanSchema.safeParse({ dca, pyramid: null }).success,
  { error: "is no ladder that can be carried out" },
);
const pyramid = z.custom<Extract<Action, { kind: "add" }>["pyramid"]>(
  (each) => entryPlanSchema.safeParse({ dca: null, pyramid: each }).success,
  { error: "is no limit of pyramids" },
);

const action: z.ZodType<Action> = z.discriminatedUnion("kind", [
  z.strictObject({
    ...note,
    kind: z.literal("open"),
    side: z.enum(SIDES),
    size,
    exits: exitPlanSchema.nullable(),
    ladder,
  }),
  z.strictObject({ ...note, kind: z.literal("add"), size, stop: stopLevel.nullable(), pyramid }),
  z.strictObject({ ...note, kind: z.literal("reduce"), shareBps: basisPoints.min(1).max(MOST_REDUCED_BPS) }),
  z.strictObject({ ...note, kind: z.literal("close") }),
  z.strictObject({
    ...note,
    kind: z.literal("target"),
    side: z.enum(SIDES),
    targetBase: decimalString.refine((text) => !text.startsWith("-"), { error: "must not be negative" }),
  }),
  z.strictObject({ ...note, kind: z.literal("stop"), stop: stopLevel }),
  z.strictObject({ ...note, kind: z.literal("takeProfits"), takeProfits: takeProfitsSchema }),
]);

const answer: z.ZodType<readonly SymbolAction[]> = z.array(z.strictObject({ symbol, action }));

/** Actions that are about the position's quantity: a symbol has at most one of them a candle, so it has one signal. */
const OF_QUANTITY: ReadonlySet<Action["kind"]> = new Set(["open", "add", "reduce", "close", "target"]);
/** Actions that need an open position. */
const OF_THE_OPEN: ReadonlySet<Action["kind"]> = new Set(["add", "reduce", "close", "stop", "takeProfits"]);

/** Throws AnswerFault with every contradiction. `groups` holds the symbols that were asked about. */
export function readAnswer(
  given: unknown,
  groups: ReadonlyMap<string, OpenGroup | null>,
): readonly SymbolAction[] {
  const read = answer.safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new AnswerFault(`The answer holds no actions: ${faults.join("; ")}`, { cause: read.error });
  }
  const seen = new Set<string>();
  const faults = read.data.flatMap((each) => {
    const key = `${each.symbol} ${OF_QUANTITY.has(each.action.kind) ? "quantity" : each.action.kind}`;
    const isSecond = seen.has(key);
    seen.add(key);
    return isSecond ? [`${each.symbol} has two actions of one kind`] : contradictions(each, groups);
  });
  if (faults.length > 0) throw new AnswerFault(`The answer contradicts itself: ${faults.join("; ")}`);
  return read.data;
}

function contradictions(
  { symbol: of, action: { kind, ...rest } }: SymbolAction,
  groups: ReadonlyMap<string, OpenGroup | null>,
): readonly string[] {
  const group = groups.get(of);
  if (group === undefined) return [`${of} was not asked about`];
  if (group === null) return OF_THE_OPEN.has(kind) ? [`${kind} of ${of}, where nothing is open`] : [];
  const isAgain = kind === "open" && "side" in rest && rest.side === group.side;
  return isAgain ? [`open of ${of}, where a ${group.side} is open already: add to it, or leave it`] : [];
}
