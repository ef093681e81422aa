// Text form of the engine's state: JSON with BigInt and Map kept, and candles, which are most of it, as bare
// rows. Used by snapshots and the state hash.
import { createHash } from "node:crypto";
import { type Candle, candleFromRow, candleToRow, isCandle } from "./candles.ts";

/** JSON text of a tree of plain values, BigInt, Map and candles. Equal trees give equal text. */
export function encodeTree(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return { $big: item.toString() };
    if (item instanceof Map) return { $map: [...item] };
    if (isCandle(item)) return { $candle: candleToRow(item) };
    return item;
  });
}

function revive(item: object): unknown {
  if ("$big" in item && typeof item.$big === "string") return BigInt(item.$big);
  if ("$map" in item && Array.isArray(item.$map)) return new Map(item.$map as [unknown, unknown][]);
  if ("$candle" in item && Array.isArray(item.$candle))
    return candleFromRow(item.$candle as number[]) satisfies Candle;
  return item;
}

/** Reverses encodeTree. The caller states the shape; text that is not JSON throws. */
export function decodeTree<T>(text: string): T {
  return JSON.parse(text, (_key, item: unknown) =>
    typeof item === "object" && item !== null ? revive(item) : item,
  ) as T;
}

/** SHA-256 of a tree's text, in hex. */
export function hashTree(value: unknown): string {
  return createHash("sha256").update(encodeTree(value)).digest("hex");
}
