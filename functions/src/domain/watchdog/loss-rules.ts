// Rules of money and time, on the wall clock in UTC and on prices that the watchdog read itself. They do not wait for a
// second sign: the session's end, its stop-loss, and a single group's stop-loss and age. A price that is old or missing
// is never a loss: the rules of silence find it.

import { type Decimal, dec } from "#domain/decimal.ts";
import type { Slot } from "#domain/documents/control.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { HeldPosition } from "#domain/nav/nav-book.ts";
import type { Finding, WatchdogRule, WatchdogView } from "./view.ts";

const BPS_PER_UNIT = 10_000;

export const sessionHorizon: WatchdogRule = ({ control, look }) => {
  const horizonAtMs = control.session?.horizonAtMs ?? null;
  if (horizonAtMs === null || look.atMs < horizonAtMs) return [];
  const message = `The session's horizon ${new Date(horizonAtMs).toISOString()} has passed`;
  return [{ code: "SESSION_HORIZON", subject: "", message, calls: "flatten", source: null }];
};

export const sessionStopLoss: WatchdogRule = (view) => {
  const stopUsd = view.control.session?.stopLossNavUsd ?? null;
  const equity = stopUsd === null ? null : equityUsd(view);
  if (stopUsd === null || equity === null || equity.gt(dec(stopUsd))) return [];
  const message = `Equity ${equity.toFixed()} USD is at or below the session's stop-loss ${stopUsd} USD`;
  return [{ code: "SESSION_STOPLOSS", subject: "", message, calls: "flatten", source: null }];
};

/**
 * Wallet, positions at the top of book, both just read, and other coins and reserves at the prices of the last good NAV.
 * Null: unknown, because a part of it is. A part that is left out would look like a loss.
 */
export function equityUsd(view: WatchdogView): Decimal | null {
  const { positions, walletUsd, others } = view.look;
  if (positions === null || walletUsd === null || others === null) return null;
  const parts = [
    ...positions.map((position) => pnlUsd(position, freshQuote(view, position.symbol))),
    ...[...others, ...view.config.reserves].map((coins) => lastValueUsd(view.nav, coins)),
  ];
  let sum = dec(walletUsd);
  for (const part of parts) {
    if (part === null) return null;
    sum = sum.plus(part);
  }
  return sum;
}

function lastValueUsd(nav: Nav | null, { asset, qty }: AssetBalance): Decimal | null {
  const priced = nav?.assets.find((each) => each.asset === asset);
  return priced === undefined ? null : dec(qty).mul(dec(priced.priceUsd));
}

/** Null also for a price that has stood for longer than a held one may. */
function freshQuote({ look, config }: WatchdogView, symbol: string): TopOfBook | null {
  const quote = look.quotes?.find((each) => each.symbol === symbol);
  if (quote === undefined || look.atMs - quote.asOfMs > config.watchdog.maxMarketDataAgeMs) return null;
  return quote;
}

function pnlUsd({ side, qtyBase, entryPriceUsd }: HeldPosition, quote: TopOfBook | null): Decimal | null {
  if (quote === null) return null;
  const priceUsd = dec(side === "long" ? quote.bidUsd : quote.askUsd);
  return priceUsd
    .minus(dec(entryPriceUsd))
    .mul(dec(qtyBase))
    .mul(side === "long" ? 1 : -1);
}

export const groupStopLoss: WatchdogRule = (view) => {
  const { control, config } = view;
  const limitBps = config.watchdog.groupStopLossBps;
  if (limitBps === null) return [];
  return Object.entries(control.slots).flatMap(([groupId, slot]): Finding[] => {
    const lossBps = lossBpsOf(slot, view);
    if (lossBps === null || lossBps.lt(limitBps)) return [];
    const message = `${slot.symbol} ${slot.side} has lost ${lossBps.toFixed(0)} bps of its entry, limit ${limitBps}`;
    return [{ code: "GROUP_STOPLOSS", subject: groupId, message, calls: "closeGroup", source: null }];
  });
};

function lossBpsOf(slot: Slot, view: WatchdogView): Decimal | null {
  const position = view.look.positions?.find(
    ({ symbol, side }) => symbol === slot.symbol && side === slot.side,
  );
  if (position === undefined) return null;
  const pnl = pnlUsd(position, freshQuote(view, slot.symbol));
  const entryUsd = dec(position.entryPriceUsd).mul(dec(position.qtyBase));
  return pnl === null || entryUsd.isZero() ? null : pnl.neg().div(entryUsd).mul(BPS_PER_UNIT);
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
