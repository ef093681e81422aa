// A venue's own codes and paths: known to its adapter and to the exchange that speaks its dialect, and to nothing else. The
// rest of the program reads `VenueError.reason`, in words that every venue shares.
import { lineOf, type SourceFile, walk } from "#tools/house/source.ts";

const ADAPTERS = "functions/src/adapters/";
/** Binance's negative codes, Bybit's `retCode`s, statuses of HTTP as codes, and the venues' paths. */
const CODE = /^(-\d{4,5}|1[0-9]{4,5}|HTTP_\d{3})$/;
const PATH = /^\/?(fapi|dapi|papi|sapi|v5)\//;

export function venueCodeFaults(file: SourceFile): readonly string[] {
  if (file.path.startsWith(ADAPTERS)) return [];
  return [...walk(file.tree)].flatMap((node) => {
    const { type, value, start } = node;
    if (type !== "Literal" || typeof value !== "string" || !(CODE.test(value) || PATH.test(value))) return [];
    return [`${file.path}:${lineOf(file, start)}: ${value} is a venue's own; name what it means`];
  });
}
