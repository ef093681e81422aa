// The schema of a stored document, by its path. A tool may write a listed path in this shape only, and an
// unlisted path not at all.
import type { z } from "zod";
import { controlStateSchema, groupSchema, orderSchema, overviewSchema } from "./books.ts";
import { commandCounterSchema, commandSchema } from "./command.ts";
import {
  accountConfigSchema,
  accountProfileSchema,
  accountsMarkSchema,
  environmentLabelSchema,
} from "./config.ts";
import { navSchema, navSeriesSchema, peakSchema, universeSchema } from "./nav.ts";
import {
  alertSchema,
  deadLetterSchema,
  hookSchema,
  journalEntrySchema,
  outboxItemSchema,
  publisherPingSchema,
  quarantinedSchema,
} from "./records.ts";
import { sealedKeysSchema } from "./sealed-keys.ts";
import { receiptSchema, storedIntentSchema } from "./signal.ts";
import { executionHealthSchema, routerTelemetrySchema } from "./telemetry.ts";
import { tuningSchema } from "./tuning.ts";
import { venueSettingsSchema } from "./venue-settings.ts";
import { reconcileRecordSchema, watchdogRecordSchema } from "./watchdog.ts";

const SCHEMAS: readonly (readonly [path: RegExp, schema: z.ZodType<object>])[] = [
  [/^meta\/environment$/, environmentLabelSchema],
  [/^meta\/accounts$/, accountsMarkSchema],
  [/^universe\/[^/]+$/, universeSchema],
  [/^hooks\/[^/]+$/, hookSchema],
  [/^quarantine\/[^/]+$/, quarantinedSchema],
  [/^deadLetters\/[^/]+$/, deadLetterSchema],
  [/^accounts\/[^/]+$/, accountProfileSchema],
  [/^accounts\/[^/]+\/config\/[^/]+$/, accountConfigSchema],
  [/^accounts\/[^/]+\/control\/state$/, controlStateSchema],
  [/^accounts\/[^/]+\/control\/nav$/, navSchema],
  [/^accounts\/[^/]+\/control\/peak$/, peakSchema],
  [/^accounts\/[^/]+\/control\/venue$/, venueSettingsSchema],
  [/^accounts\/[^/]+\/control\/commands$/, commandCounterSchema],
  [/^accounts\/[^/]+\/secrets\/venue$/, sealedKeysSchema],
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
  [/^accounts\/[^/]+\/telemetry\/router$/, routerTelemetrySchema],
  [/^accounts\/[^/]+\/telemetry\/tuning$/, tuningSchema],
  [/^accounts\/[^/]+\/telemetry\/execution$/, executionHealthSchema],
  [/^accounts\/[^/]+\/views\/overview$/, overviewSchema],
];

export function schemaOfPath(path: string): z.ZodType<object> | null {
  return SCHEMAS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
