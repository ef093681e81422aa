// Whether the condition that an alert told of is over, by the documents on the page. The banner speaks of conditions that
// hold now; the list keeps the alert. An unknown document ends nothing, and neither does a code that is not named here.
import type { AlertRow } from "./rows.ts";
import type { State } from "./state.ts";
import { knownValue } from "./watched.ts";

type Judged = Pick<State, "data" | "nowMs">;
type IsOver = (alert: Pick<AlertRow, "atMs">, state: Judged) => boolean;

/** The account was read and valued with its keys. */
const isValuedSince: IsOver = ({ atMs }, { data }) => {
  const nav = knownValue(data.nav);
  return nav !== null && !nav.stale && nav.asOfMs !== null && nav.asOfMs > atMs;
};

const hasPeakSince: IsOver = ({ atMs }, { data }) => (knownValue(data.peak)?.asOfMs ?? 0) > atMs;

/** Somebody has resumed, or the account by itself. */
const isResumedSince: IsOver = ({ atMs }, { data }) => {
  const latch = knownValue(data.control)?.tradingState;
  return latch !== undefined && latch.state === "ACTIVE" && latch.atMs > atMs;
};

const isBanOver: IsOver = ({ atMs }, { data, nowMs }) => {
  const control = knownValue(data.control);
  return control !== null && control.updatedAtMs >= atMs && control.throttles.venueBannedUntilMs <= nowMs;
};

/** A flatten ends with nothing held. */
const isFlatSince: IsOver = ({ atMs }, { data }) => {
  const control = knownValue(data.control);
  return control !== null && control.updatedAtMs > atMs && control.flatten === null;
};

const ENDS: Readonly<Record<string, IsOver>> = {
  VENUE_KEYS_MISSING: isValuedSince,
  PEAK_MISSING: hasPeakSince,
  PEAK_STALE: hasPeakSince,
  TELEMETRY_HALT: isResumedSince,
  DAILY_LOSS: isResumedSince,
  VENUE_BAN: isBanOver,
  FLATTEN_BLOCKED: isFlatSince,
  FLATTEN_SLOW: isFlatSince,
};

export function isOver(alert: AlertRow, state: Judged): boolean {
  return ENDS[alert.code]?.(alert, state) ?? false;
}
