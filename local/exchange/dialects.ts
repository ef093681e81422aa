// The venues that the exchange can speak as.
import type { VenueId } from "#domain/documents/account.ts";
import { BINANCE_USDM } from "./api/dialect.ts";
import { BYBIT_LINEAR } from "./bybit/dialect.ts";
import type { DialectKind } from "./dialect.ts";

/** Spoken unless another is asked for. */
export const DEFAULT_DIALECT: VenueId = "binance-usdm";

export const DIALECTS: Readonly<Record<VenueId, DialectKind>> = {
  "binance-usdm": BINANCE_USDM,
  "bybit-linear": BYBIT_LINEAR,
};
