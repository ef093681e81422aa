// The limits of requests that Binance states in exchangeInfo. A row that is missing, odd or of another interval states nothing:
// the documented limit counts for it.
import { z } from "zod";
import type { RequestLimits } from "#domain/documents/market.ts";
import { read } from "./venue-shapes.ts";

const answerShape = z.object({ rateLimits: z.array(z.unknown()).optional() });
const rowShape = z.object({
  rateLimitType: z.string(),
  interval: z.string(),
  intervalNum: z.int(),
  limit: z.int().positive(),
});

/** Throws VenueError `unknown` for an answer of another shape. */
export function requestLimitsOf(exchangeInfo: unknown): RequestLimits {
  const { rateLimits = [] } = read(answerShape, exchangeInfo, "request limits");
  const rows = rateLimits.flatMap((row) => rowShape.safeParse(row).data ?? []);
  /** The smallest, where several rows state one. */
  const stated = (type: string, interval: string, intervalNum: number): number | null => {
    const limits = rows
      .filter(
        (row) => row.rateLimitType === type && row.interval === interval && row.intervalNum === intervalNum,
      )
      .map(({ limit }) => limit);
    return limits.length === 0 ? null : Math.min(...limits);
  };
  return {
    weightPerMinute: stated("REQUEST_WEIGHT", "MINUTE", 1),
    ordersPerTenSeconds: stated("ORDERS", "SECOND", 10),
    ordersPerMinute: stated("ORDERS", "MINUTE", 1),
  };
}
