// Falls as a lower bound of equity shows them, where a rise cannot be believed: drawdown and the day's loss only grow. Must
// not move peak, ledger or transfers, and must not soften what an earlier run saw.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import { noIncome } from "#domain/documents/income.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { dayStartMs, utcDay } from "./nav-book.ts";
import { drawdownBps } from "./standing.ts";

/** `equityUsd` in the scale of `previous`: without money that came or went since its ledger. */
export function fallen(previous: Peak, equityUsd: Decimal, atMs: number): Peak {
  const day = utcDay(atMs);
  const opened = day === previous.day ? previous : openedWith(previous, day, equityUsd);
  const resultUsd = equityUsd.minus(dec(opened.dayOpenUsd));
  const deeperBps = Math.max(previous.drawdownBps, drawdownBps(dec(previous.peakUsd), equityUsd));
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
