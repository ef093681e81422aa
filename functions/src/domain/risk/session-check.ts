// An armed session ends for entries by itself: at its horizon, and at the NAV of its stop-loss. Closing its
// positions is the watchdog's work; these checks refuse entries from the same moment, before the watchdog's
// next look.
import { dec } from "#domain/decimal.ts";
import { denial, type RiskCheck } from "./context.ts";

export const sessionHorizonAhead: RiskCheck = ({ control: { session }, nowMs }) => {
  if (session === null || session.horizonAtMs === null || nowMs < session.horizonAtMs) return null;
  return denial("SESSION_HORIZON_PASSED", { actual: String(nowMs - session.horizonAtMs), unit: "ms" });
};

export const sessionStopLossAhead: RiskCheck = ({ control: { session }, nav }) => {
  if (session === null || session.stopLossNavUsd === null) return null;
  if (nav === null || nav.navUsd === null || dec(nav.navUsd).gt(dec(session.stopLossNavUsd))) return null;
  return denial("SESSION_STOP_LOSS_REACHED", {
    limit: session.stopLossNavUsd,
    actual: nav.navUsd,
    unit: "usd",
  });
};
