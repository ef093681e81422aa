// Rules of money and time, on the wall clock in UTC and on prices that the watchdog read itself. They do not wait for a
// second sign: the session's end, its stop-loss, and a single group's stop-loss and age.
import type { Slot } from "../control.ts";
import { type Decimal, dec } from "../decimal.ts";
import type { TopOfBook } from "../market.ts";
import type { HeldPosition } from "../navBook.ts";
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

/** Wallet and positions at the top of book, both just read, and reserves as the NAV last valued them. Null: unknown. */
export function equityUsd({ look, config, nav }: WatchdogView): Decimal | null {
  const { positions, quotes, walletUsd } = look;
  if (positions === null || quotes === null || walletUsd === null) return null;
  let sum = dec(walletUsd);
  for (const position of positions) {
    const pnl = pnlUsd(position, quoteOf(quotes, position.symbol));
    if (pnl === null) return null;
    sum = sum.plus(pnl);
  }
  if (config.reserves.length === 0) return sum;
  if (nav === null || nav.navUsd === null || nav.walletUsd === null || nav.unrealizedPnlUsd === null)
    return null;
  return sum.plus(dec(nav.navUsd)).minus(dec(nav.walletUsd)).minus(dec(nav.unrealizedPnlUsd));
}

function quoteOf(quotes: readonly TopOfBook[], symbol: string): TopOfBook | null {
  return quotes.find((quote) => quote.symbol === symbol) ?? null;
}

function pnlUsd({ side, qtyBase, entryPriceUsd }: HeldPosition, quote: TopOfBook | null): Decimal | null {
  if (quote === null) return null;
  const priceUsd = dec(side === "long" ? quote.bidUsd : quote.askUsd);
  return priceUsd
    .minus(dec(entryPriceUsd))
    .mul(dec(qtyBase))
    .mul(side === "long" ? 1 : -1);
}

export const groupStopLoss: WatchdogRule = ({ control, config, look }) => {
  const limitBps = config.watchdog.groupStopLossBps;
  if (limitBps === null) return [];
  return Object.entries(control.slots).flatMap(([groupId, slot]): Finding[] => {
    const lossBps = lossBpsOf(slot, look.positions ?? [], look.quotes ?? []);
    if (lossBps === null || lossBps.lt(limitBps)) return [];
    const message = `${slot.symbol} ${slot.side} has lost ${lossBps.toFixed(0)} bps of its entry, limit ${limitBps}`;
    return [{ code: "GROUP_STOPLOSS", subject: groupId, message, calls: "closeGroup", source: null }];
  });
};

function lossBpsOf(
  slot: Slot,
  positions: readonly HeldPosition[],
  quotes: readonly TopOfBook[],
): Decimal | null {
  const position = positions.find(({ symbol, side }) => symbol === slot.symbol && side === slot.side);
  if (position === undefined) return null;
  const pnl = pnlUsd(position, quoteOf(quotes, slot.symbol));
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
