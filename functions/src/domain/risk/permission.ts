// May this account trade at all, and may it trade this: trading state, venue ban, configured symbol and strategy.
import { NO_CONFIG_VERSION } from "#domain/documents/config.ts";
import type { ControlState, TradingState } from "#domain/documents/control.ts";
import { denial, type RiskCheck } from "./context.ts";

/** A flatten under way halts, whatever somebody latched after it was ordered. */
function stateOf({ flatten, tradingState }: ControlState): TradingState {
  return flatten === null ? tradingState.state : "HALTED";
}

/** Nothing waits for better times: what was queued before a halt was wanted in another market. */
export function isHalted(control: ControlState): boolean {
  return stateOf(control) === "HALTED";
}

export const tradingStateAllowsEntry: RiskCheck = ({ control }) => {
  const state = stateOf(control);
  if (state === "ACTIVE") return null;
  const code = state === "HALTED" ? "TRADING_HALTED" : "TRADING_STATE_REDUCING";
  return denial(code, { limit: "ACTIVE", actual: state, unit: "state" });
};

/** In HALTED only an ordered flatten may shrink exposure; a signal may not. */
export const tradingStateAllowsReduction: RiskCheck = ({ control }) => {
  const state = stateOf(control);
  return state === "HALTED"
    ? denial("TRADING_HALTED", { limit: "REDUCING", actual: state, unit: "state" })
    : null;
};

/** No valid config exists anywhere: nothing says what may be risked. */
export const configUsable: RiskCheck = ({ config, control }) =>
  config.version === NO_CONFIG_VERSION
    ? denial("CONFIG_UNUSABLE", { limit: String(control.configVersion), subject: "config" })
    : null;

export const venueNotBanned: RiskCheck = ({ control, nowMs }) => {
  const untilMs = control.throttles.venueBannedUntilMs;
  return nowMs < untilMs ? denial("VENUE_BANNED", { actual: String(untilMs - nowMs), unit: "ms" }) : null;
};

export const symbolConfigured: RiskCheck = ({ config, intent }) =>
  config.symbols.includes(intent.symbol)
    ? null
    : denial("SYMBOL_NOT_CONFIGURED", { actual: intent.symbol, unit: "symbol", subject: intent.symbol });

export const strategyConfigured: RiskCheck = ({ config, intent }) =>
  config.strategies[intent.strategyId] === undefined
    ? denial("STRATEGY_NOT_CONFIGURED", {
        actual: intent.strategyId,
        unit: "strategy",
        subject: intent.strategyId,
      })
    : null;

export const marketKnown: RiskCheck = ({ market, intent }) =>
  market === null
    ? denial("MARKET_UNKNOWN", { actual: intent.symbol, unit: "symbol", subject: intent.symbol })
    : null;
