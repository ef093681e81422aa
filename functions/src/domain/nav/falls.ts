// Falls as a lower bound of equity shows them, where a rise cannot be believed: drawdown and the day's loss only grow, but for
// the day's result of an account that is known to hold nothing. Must not move peak, ledger or transfers.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import { noIncome } from "#domain/documents/income.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { dayStartMs, utcDay } from "./nav-book.ts";

export interface Fall {
  /** Below the peak, in the peak's own scale. */
  readonly bps: number;
  /** Equity without money that came or went since the ledger of the peak: what the day's result is taken from. */
  readonly unmovedUsd: Decimal;
  /** Whether that is all of the equity, and every change of it is told: the day's result is this one then, be it a gain. */
  readonly isKnown?: boolean;
}

export function fallen(previous: Peak, { bps, unmovedUsd, isKnown = false }: Fall, atMs: number): Peak {
  const day = utcDay(atMs);
  const opened = day === previous.day ? previous : openedWith(previous, day, unmovedUsd);
  const resultUsd = unmovedUsd.minus(dec(opened.dayOpenUsd));
  const counts = isKnown || resultUsd.lt(dec(opened.dayPnlUsd));
  const deeperBps = Math.max(previous.drawdownBps, bps);
  return {
    ...opened,
    drawdownBps: deeperBps,
    dayPnlUsd: counts ? decimalString(resultUsd) : opened.dayPnlUsd,
    lossAsOfMs: atMs,
  };
}

/** A day that begins while NAV cannot be had opens with the bound: a loss of it must not wait for the first good NAV. */
function openedWith(previous: Peak, day: string, equityUsd: Decimal): Peak {
  const today = noIncome(dayStartMs(day));
  return { ...previous, day, dayOpenUsd: decimalString(equityUsd), dayPnlUsd: "0", today };
}
