// Falls as a lower bound of equity shows them, where a rise cannot be believed: drawdown and the day's loss only grow. Must
// not move peak, ledger or transfers, and must not soften what an earlier run saw.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import { noIncome } from "#domain/documents/income.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { dayStartMs, utcDay } from "./nav-book.ts";

export interface Fall {
  /** Below the peak, in the peak's own scale. */
  readonly bps: number;
  /** Equity without money that came or went since the ledger of the peak: what the day's result is taken from. */
  readonly unmovedUsd: Decimal;
}

export function fallen(previous: Peak, { bps, unmovedUsd }: Fall, atMs: number): Peak {
  const day = utcDay(atMs);
  const opened = day === previous.day ? previous : openedWith(previous, day, unmovedUsd);
  const resultUsd = unmovedUsd.minus(dec(opened.dayOpenUsd));
  const deeperBps = Math.max(previous.drawdownBps, bps);
  return {
    ...opened,
    drawdownBps: deeperBps,
    dayPnlUsd: resultUsd.lt(dec(opened.dayPnlUsd)) ? decimalString(resultUsd) : opened.dayPnlUsd,
    lossAsOfMs: atMs,
  };
}

/** A day that begins while NAV cannot be had opens with the bound: a loss of it must not wait for the first good NAV. */
function openedWith(previous: Peak, day: string, equityUsd: Decimal): Peak {
  const today = noIncome(dayStartMs(day));
  return { ...previous, day, dayOpenUsd: decimalString(equityUsd), dayPnlUsd: "0", today };
}
