// Which schema a stored document has, by its path: what a tool may write, it may write only in this shape. A path that
// is not listed is not written by tools at all.
import { z } from "zod";
import { controlStateSchema, groupSchema, orderSchema, overviewSchema } from "./books.ts";
import { commandCounterSchema, commandSchema } from "./command.ts";
import { accountConfigSchema, accountProfileSchema, environmentLabelSchema } from "./config.ts";
import { navSchema, navSeriesSchema, peakSchema, universeSchema } from "./nav.ts";
import { count } from "./primitives.ts";
import {
  alertSchema,
  deadLetterSchema,
  hookSchema,
  journalEntrySchema,
  outboxItemSchema,
  publisherPingSchema,
  quarantinedSchema,
} from "./records.ts";
import { receiptSchema, storedIntentSchema } from "./signal.ts";
import { reconcileRecordSchema, watchdogRecordSchema } from "./watchdog.ts";

/** Failed attempts at one message: counted by whoever meets it, read by nobody else. */
const deliverySchema = z.strictObject({ attempts: count });

const SCHEMAS: readonly (readonly [path: RegExp, schema: z.ZodType<object>])[] = [
  [/^meta\/environment$/, environmentLabelSchema],
  [/^universe\/current$/, universeSchema],
  [/^hooks\/[^/]+$/, hookSchema],
  [/^quarantine\/[^/]+$/, quarantinedSchema],
  [/^deadLetters\/[^/]+$/, deadLetterSchema],
  [/^accounts\/[^/]+$/, accountProfileSchema],
  [/^accounts\/[^/]+\/config\/[^/]+$/, accountConfigSchema],
  [/^accounts\/[^/]+\/control\/state$/, controlStateSchema],
  [/^accounts\/[^/]+\/control\/nav$/, navSchema],
  [/^accounts\/[^/]+\/control\/peak$/, peakSchema],
  [/^accounts\/[^/]+\/control\/commands$/, commandCounterSchema],
  [/^accounts\/[^/]+\/receipts\/[^/]+$/, receiptSchema],
  [/^accounts\/[^/]+\/intents\/[^/]+$/, storedIntentSchema],
  [/^accounts\/[^/]+\/orders\/[^/]+$/, orderSchema],
  [/^accounts\/[^/]+\/groups\/[^/]+$/, groupSchema],
  [/^accounts\/[^/]+\/commands\/[^/]+$/, commandSchema],
  [/^accounts\/[^/]+\/alerts\/[^/]+$/, alertSchema],
  [/^accounts\/[^/]+\/outbox\/[^/]+$/, outboxItemSchema],
  [/^accounts\/[^/]+\/journal\/[^/]+$/, journalEntrySchema],
  [/^accounts\/[^/]+\/navSeries\/[^/]+$/, navSeriesSchema],
  [/^accounts\/[^/]+\/telemetry\/publisher$/, publisherPingSchema],
  [/^accounts\/[^/]+\/telemetry\/reconcile$/, reconcileRecordSchema],
  [/^accounts\/[^/]+\/telemetry\/watchdog$/, watchdogRecordSchema],
  [/^deliveries\/[^/]+$/, deliverySchema],
  [/^accounts\/[^/]+\/views\/overview$/, overviewSchema],
];

export function schemaOfPath(path: string): z.ZodType<object> | null {
  return SCHEMAS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
