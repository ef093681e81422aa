// Documents of the intent path: intent, stored intent, receipt, denial.
import { z } from "zod";
import type { QueueStay } from "#domain/documents/queue.ts";
import type { Intent, IntentSize, Receipt, ShareSize, StoredIntent } from "#domain/documents/signal.ts";
import {
  HOOK_MODES,
  INTENT_ACTIONS,
  QUEUE_ENDS,
  RECEIPT_STATUSES,
  SIDES,
  STORED_INTENT_STATUSES,
} from "#domain/documents/words.ts";
import type { KeptContent } from "#domain/signal/content.ts";
import { decisionBasisSchema } from "./basis.ts";
import { denialSchema } from "./denial.ts";
import { entryPlanSchema } from "./entry-plan.ts";
import { exitPlanSchema } from "./exit-plan.ts";
import {
  accountId,
  basisPoints,
  count,
  decimalString,
  derivedId,
  epochMs,
  hookId,
  positiveDecimalString,
  strategyId,
  symbol,
} from "./primitives.ts";

const navShare = z.strictObject({ kind: z.literal("navBps"), navBps: basisPoints.min(1) });
const freeShare = z.strictObject({ kind: z.literal("freeBps"), freeBps: basisPoints.min(1) });
const riskShare = z.strictObject({ kind: z.literal("riskBps"), riskBps: basisPoints.min(1) });

export const shareSizeSchema: z.ZodType<ShareSize> = z.discriminatedUnion("kind", [
  navShare,
  freeShare,
  riskShare,
]);

const size: z.ZodType<IntentSize> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("notionalUsd"), notionalUsd: positiveDecimalString }),
  z.strictObject({ kind: z.literal("qtyBase"), qtyBase: positiveDecimalString }),
  navShare,
  freeShare,
  riskShare,
  z.strictObject({
    kind: z.literal("targetBase"),
    targetBase: positiveDecimalString,
    beforeBase: decimalString.nullable(),
  }),
  z.strictObject({ kind: z.literal("strategyDefault") }),
]);

export const intentSchema: z.ZodType<Intent> = z.strictObject({
  intentId: derivedId,
  signalId: derivedId,
  accountId,
  strategyId,
  symbol,
  action: z.enum(INTENT_ACTIONS),
  side: z.enum(SIDES).nullable(),
  size,
  reduceBps: basisPoints.min(1).nullable(),
  signalPriceUsd: positiveDecimalString.nullable(),
  exits: exitPlanSchema.nullable(),
  entries: entryPlanSchema.nullable(),
  signalledAtMs: epochMs,
  receivedAtMs: epochMs,
  expiresAtMs: epochMs,
});

export const storedIntentSchema: z.ZodType<StoredIntent> = z.strictObject({
  intent: intentSchema,
  status: z.enum(STORED_INTENT_STATUSES),
  step: count,
  denials: z.array(denialSchema),
  basis: decisionBasisSchema.nullable(),
  updatedAtMs: epochMs,
});

const queueStaySchema: z.ZodType<QueueStay> = z.strictObject({
  queuedAtMs: epochMs,
  placeWhenQueued: z.int().min(1),
  end: z.enum(QUEUE_ENDS).nullable(),
  endedAtMs: epochMs.nullable(),
  endedBy: z.string().min(1).nullable(),
});

export const receiptSchema: z.ZodType<Receipt> = z.strictObject({
  signalId: derivedId,
  hookId,
  accountId,
  strategyId,
  status: z.enum(RECEIPT_STATUSES),
  intent: intentSchema.nullable(),
  refusalCode: z.string().nullable(),
  denials: z.array(denialSchema),
  clientOrderId: z.string().nullable(),
  queue: queueStaySchema.nullable(),
  payload: z.record(z.string(), z.unknown()),
  source: z.strictObject({ address: z.string(), mode: z.enum(HOOK_MODES) }),
  receivedAtMs: epochMs,
  decidedAtMs: epochMs.nullable(),
  sentAtMs: epochMs.nullable(),
  acknowledgedAtMs: epochMs.nullable(),
});

/** The parts of a receipt's payload that tell what its alert said. */
export const keptContentSchema: z.ZodType<KeptContent> = z.union([
  z
    .object({
      fields: z.record(z.string(), z.string().nullable()),
      unknown: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
    })
    .transform(({ fields: known, unknown }) => ({ fields: { known, unknown }, bodySha256: "" })),
  z.object({ bodySha256: z.string() }).transform(({ bodySha256 }) => ({ fields: null, bodySha256 })),
]);
