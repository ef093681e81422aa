// Settings of the last whole reading, with what an incomplete one has brought since: a difference that one answer shows stops
// entries, although another answer is missing. The age stays that of the whole reading. Pure.
import type { KnownSettings, VenueSettings } from "#domain/documents/venue-settings.ts";

/** A symbol that the whole reading lacks stays unknown: its brackets may be missing. */
export function withKnown(before: VenueSettings, { symbols = {}, ...known }: KnownSettings): VenueSettings {
  const merged = Object.entries(before.symbols).map(
    ([symbol, setting]) => [symbol, { ...setting, ...symbols[symbol] }] as const,
  );
  return { ...before, ...known, symbols: Object.fromEntries(merged) };
}
