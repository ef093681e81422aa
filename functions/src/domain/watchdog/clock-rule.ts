// Our clock against the venue's. What is signed carries the venue's time, learnt from it, so a clock that is off breaks no order.
// It makes ages wrong, and the times of leases that instances hold against each other. People are told; it closes nothing.
import type { Finding, WatchdogRule } from "./view.ts";

/**
 * Binance refuses what is dated more than 1,000 ms ahead of its clock (USD-M, general info, timing security). A clock that is
 * kept in time is off by a few.
 */
const MAX_DRIFT_MS = 1_000;

export const clockDrift: WatchdogRule = ({ look: { clockDriftMs } }) => {
  if (clockDriftMs === null || Math.abs(clockDriftMs) <= MAX_DRIFT_MS) return [];
  const where = clockDriftMs > 0 ? "behind" : "ahead of";
  const message = `This instance's clock is at least ${Math.abs(clockDriftMs)} ms ${where} the venue's, limit ${MAX_DRIFT_MS}`;
  const found: Finding = { code: "CLOCK_DRIFT", subject: "", message, calls: "alert", source: null };
  return [found];
};

/** From the venue's time, and ours before the question and after the answer. */
export function driftMs(serverTimeMs: number, askedAtMs: number, answeredAtMs: number): number {
  if (serverTimeMs > answeredAtMs) return serverTimeMs - answeredAtMs;
  return Math.min(0, serverTimeMs - askedAtMs);
}
