// Alert bodies as TradingView's documentation describes them, byte for byte as they would arrive; their extension keeps
// formatters from changing a digit.
import { readFileSync } from "node:fs";

export type AlertFixture =
  | "every-placeholder.alert"
  | "strategy-exit.alert"
  | "manual-buy.alert"
  | "unfilled.alert"
  | "not-a-number.alert";

export function alertFixture(name: AlertFixture): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

/** `timenow` of every fixture. */
export const FIXTURE_TIME_MS = Date.parse("2026-01-02T03:04:05Z");
