// Settings of an account at its venue, as they were last read.
import { z } from "zod";
import type { MarginBracket, SymbolSettings, VenueSettingsRecord } from "#domain/documents/venue-settings.ts";
import { MARGIN_TYPES, POSITION_MODES } from "#domain/documents/words.ts";
import { accountId, count, decimalString, epochMs, positiveDecimalString, symbol } from "./primitives.ts";

const bracketSchema: z.ZodType<MarginBracket> = z.strictObject({
  notionalCapUsd: positiveDecimalString,
  maintenanceRate: decimalString,
  deductionUsd: decimalString,
});

const symbolSettingsSchema: z.ZodType<SymbolSettings> = z.strictObject({
  marginType: z.enum(MARGIN_TYPES),
  leverage: z.int().min(1),
  brackets: z.array(bracketSchema).min(1),
});

export const venueSettingsSchema: z.ZodType<VenueSettingsRecord> = z.strictObject({
  accountId,
  settings: z
    .strictObject({
      positionMode: z.enum(POSITION_MODES),
      multiAssets: z.boolean(),
      mayTrade: z.boolean(),
      feesInCoin: z.boolean(),
      key: z
        .strictObject({ mayTrade: z.boolean(), mayWithdraw: z.boolean(), isAddressBound: z.boolean() })
        .nullable(),
      symbols: z.record(symbol, symbolSettingsSchema),
      asOfMs: epochMs,
    })
    .nullable(),
  configVersion: count,
  keyRevision: z.string().nullable(),
  triedAtMs: epochMs,
  error: z.string().nullable(),
  told: z.strictObject({ text: z.string().min(1), sinceMs: epochMs }).nullable(),
});
