// How large an entry is and how its position is to be left, in a trader's words, of a strategy's config and of a signal.
import type { StrategyConfig } from "#domain/documents/config.ts";
import type { ExitPlan, StopLevel, TakeProfitLevel } from "#domain/documents/exit-plan.ts";
import type { IntentSize } from "#domain/documents/signal.ts";
import { durationText } from "./age.ts";
import { formatBps, formatPrice, formatQty, formatUsd } from "./amount.ts";

/** `1.00% of NAV at risk`; null for a size that the config says. */
export function sizeText(size: IntentSize): string | null {
  switch (size.kind) {
    case "notionalUsd":
      return `${formatUsd(size.notionalUsd)} USD`;
    case "qtyBase":
      return `quantity ${formatQty(size.qtyBase)}`;
    case "targetBase":
      return `to ${formatQty(size.targetBase)} held`;
    case "navBps":
      return `${formatBps(size.navBps)}% of NAV`;
    case "freeBps":
      return `${formatBps(size.freeBps)}% of free NAV`;
    case "riskBps":
      return `${formatBps(size.riskBps)}% of NAV at risk`;
    case "strategyDefault":
      return null;
  }
}

/** The size of a strategy's entries, where a signal brings none. */
export function strategySizeText({ entryShare, orderNotionalUsd, fitToCaps }: StrategyConfig): string {
  const size = sizeText(entryShare ?? { kind: "notionalUsd", notionalUsd: orderNotionalUsd }) ?? "";
  return fitToCaps ? `${size}, fitted to caps` : size;
}

function levelText(level: StopLevel | TakeProfitLevel): string {
  switch (level.kind) {
    case "bps":
      return `${formatBps(level.bps)}%`;
    case "priceUsd":
      return formatPrice(level.priceUsd);
    case "distanceUsd":
      return `${formatPrice(level.distanceUsd)} from entry`;
    case "riskMultiple":
      return `${formatQty(level.riskMultiple)}R`;
  }
}

/** `stop 1.50%; take 50.00% at 2.00%; break-even after 1; within 24 h`. */
export function planText({ stop, takeProfits, breakEvenAfter, trailing, timeLimitMs }: ExitPlan): string {
  const parts = [
    stop === null ? null : `stop ${levelText(stop)}`,
    ...takeProfits.map(({ level, shareBps }) => `take ${formatBps(shareBps)}% at ${levelText(level)}`),
    breakEvenAfter === null ? null : `break-even after ${breakEvenAfter}`,
    trailing === null ? null : trailingText(trailing),
    timeLimitMs === null ? null : `within ${durationText(timeLimitMs)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "no exits" : parts.join("; ");
}

function trailingText({ distanceBps, activationBps }: Exclude<ExitPlan["trailing"], null>): string {
  const from = activationBps === 0 ? "from entry on" : `from ${formatBps(activationBps)}% on`;
  return `trailing ${formatBps(distanceBps)}% ${from}`;
}
