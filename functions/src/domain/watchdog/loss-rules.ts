// Rules of money and time, on the wall clock in UTC and on what the watchdog read itself. They do not wait for a second
// sign: the session's end, its stop-loss, and a single group's stop-loss and age. A price that is old or missing silences
// none of them: the venue's own profit stands in, and a coin without any price counts as nothing.

import { type Decimal, dec } from "#domain/decimal.ts";
import type { Slot } from "#domain/documents/control.ts";
import { fxSymbol } from "#domain/nav/coins.ts";
import { type EquityBound, equityBound, profitAt } from "#domain/nav/equity.ts";
import { freshTouch, seenAccount } from "./sight.ts";
import type { Finding, SeenAccount, WatchdogRule, WatchdogView } from "./view.ts";

const BPS_PER_UNIT = 10_000;

export const sessionHorizon: WatchdogRule = ({ control, look }) => {
  const horizonAtMs = control.session?.horizonAtMs ?? null;
  if (horizonAtMs === null || look.atMs < horizonAtMs) return [];
  const message = `The session's horizon ${new Date(horizonAtMs).toISOString()} has passed`;
  return [{ code: "SESSION_HORIZON", subject: "", message, calls: "flatten", source: null }];
};

export const sessionStopLoss: WatchdogRule = (view) => {
  const stopUsd = view.control.session?.stopLossNavUsd ?? null;
  const bound = stopUsd === null ? null : equityOf(view);
  if (stopUsd === null || bound === null || bound.usd.gt(dec(stopUsd))) return [];
  const message = `Equity ${bound.usd.toFixed()} USD is at or below the session's stop-loss ${stopUsd} USD${remarksOf(bound)}`;
  return [{ code: "SESSION_STOPLOSS", subject: "", message, calls: "flatten", source: null }];
};

/** A lower bound, from one answer of the account; null: the account cannot be seen at all, which has a limit of its own. */
export function equityOf(view: WatchdogView): EquityBound | null {
  const account = seenAccount(view);
  if (account === null) return null;
  const coins = [...account.others, ...view.config.reserves];
  return equityBound(
    { walletUsd: account.walletUsd, positions: account.positions, coins },
    {
      touchOf: (symbol) => freshTouch(view, symbol),
      coinUsd: (asset) =>
        freshTouch(view, fxSymbol(asset))?.bidUsd ??
        view.nav?.assets.find((each) => each.asset === asset)?.priceUsd ??
        null,
    },
  );
}

function remarksOf({ venueValued, unpriced }: EquityBound): string {
  const valued = venueValued.length > 0 ? [`${venueValued.join(", ")} at the venue's own profit`] : [];
  const nothing = unpriced.length > 0 ? [`${unpriced.join(", ")} without a price, as nothing`] : [];
  const remarks = [...valued, ...nothing];
  return remarks.length === 0 ? "" : ` (${remarks.join("; ")})`;
}

export const groupStopLoss: WatchdogRule = (view) => {
  const { control, config } = view;
  const limitBps = config.watchdog.groupStopLossBps;
  if (limitBps === null) return [];
  const account = seenAccount(view);
  if (account === null) return [];
  return Object.entries(control.slots).flatMap(([groupId, slot]): Finding[] => {
    const lossBps = lossBpsOf(slot, account, view);
    if (lossBps === null || lossBps.lt(limitBps)) return [];
    const message = `${slot.symbol} ${slot.side} has lost ${lossBps.toFixed(0)} bps of its entry, limit ${limitBps}`;
    return [{ code: "GROUP_STOPLOSS", subject: groupId, message, calls: "closeGroup", source: null }];
  });
};

/** Against the exact cost of what is open; at the touch, else by the venue's own profit. Null: nothing of it is open. */
function lossBpsOf(slot: Slot, { positions }: SeenAccount, view: WatchdogView): Decimal | null {
  const position = positions.find(({ symbol, side }) => symbol === slot.symbol && side === slot.side);
  if (position === undefined || dec(position.entryCostUsd).isZero()) return null;
  const touch = freshTouch(view, slot.symbol);
  const profit = touch === null ? dec(position.unrealizedPnlUsd) : profitAt(position, touch);
  return profit.neg().div(dec(position.entryCostUsd)).mul(BPS_PER_UNIT);
}

export const groupTimeLimit: WatchdogRule = ({ control, config, look }) => {
  const limitMs = config.watchdog.groupTimeLimitMs;
  if (limitMs === null) return [];
  return Object.entries(control.slots).flatMap(([groupId, { symbol, side, qtyBase, sinceMs }]): Finding[] => {
    if (dec(qtyBase).isZero() || look.atMs - sinceMs < limitMs) return [];
    const message = `${symbol} ${side} has been open for ${look.atMs - sinceMs} ms, limit ${limitMs}`;
    return [{ code: "GROUP_TIME_LIMIT", subject: groupId, message, calls: "closeGroup", source: null }];
  });
};
