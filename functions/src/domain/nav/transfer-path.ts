// How transfers scale a peak: each by what it made of the equity of its own moment, on the path that the incomes describe. A
// loss before a deposit counts against what was there before it, and one after it against both. Where nothing was left when
// money came there is no ratio: the baseline has ended, and the fall to its end is told. Pure; must not divide by about zero.
import { Decimal as Dec, type Decimal, dec } from "#domain/decimal.ts";
import type { ValuedIncome } from "#domain/documents/income.ts";
import { drawdownBps } from "./standing.ts";

/**
 * Equity at or below this share of the peak is nothing. A fall to it is deeper than every grade that a config may have a
 * use for, and what is left is commission and rounding, which say nothing of the money that comes.
 */
const NOTHING_LEFT_SHARE = "0.01";
/** Half a cent of a withdrawal of everything stays in the rounding of its incomes. */
const ROUNDING_USD = "0.005";

export interface TransferPath {
  /** The peak in the scale of now; as it was where the baseline has ended. */
  readonly peakUsd: Decimal;
  /** Of all transfers together; 1 where none moved the scale. */
  readonly factor: Decimal;
  /** Null: the baseline goes on. */
  readonly ended: BaselineEnd | null;
}

/** The deepest that the path shows at its end, in basis points. */
export function fallOn({ peakUsd, ended }: TransferPath, equityUsd: Decimal): number {
  return ended === null ? drawdownBps(peakUsd, equityUsd) : drawdownBps(ended.peakUsd, ended.leftUsd);
}

export interface BaselineEnd {
  /** Peak and equity as they were when the money came. */
  readonly peakUsd: Decimal;
  readonly leftUsd: Decimal;
  /** Incomes since, without the money itself. */
  readonly later: readonly ValuedIncome[];
}

/** Equities at both ends of the path. */
export interface Ends {
  /** Before the first of the incomes: the last NAV that was judged. */
  readonly lastUsd: Decimal;
  /** Of now, with all incomes in it. */
  readonly equityUsd: Decimal;
}

/**
 * Profit on paper is taken as it is now. Only where that leaves nothing for a transfer to meet, gains that were realised after
 * it count as paper of before, as far as paper has become less since the last NAV: they are no loss that came first.
 */
export function transferPath(
  peakUsd: Decimal,
  { lastUsd, equityUsd }: Ends,
  incomes: readonly ValuedIncome[],
): TransferPath {
  let scaledUsd = peakUsd;
  let factor = dec("1");
  let usd = equityUsd.minus(sumUsd(incomes));
  const paperLessUsd = Dec.max(lastUsd.minus(usd), 0);
  for (let at = 0; at < incomes.length; at += 1) {
    const end = runOfTransfers(incomes, at);
    const moved = end === at ? dec(incomes[at]?.amountUsd ?? "0") : sumUsd(incomes.slice(at, end));
    if (end > at) {
      const later = incomes.slice(end);
      const isNothing = (left: Decimal) => left.lte(Dec.max(scaledUsd.mul(NOTHING_LEFT_SHARE), ROUNDING_USD));
      const paperUsd = isNothing(usd) ? Dec.min(gainsUsd(later), paperLessUsd) : dec("0");
      const leftUsd = usd.plus(paperUsd);
      if (moved.gt(0) && isNothing(leftUsd))
        return { peakUsd, factor: dec("1"), ended: { peakUsd: scaledUsd, leftUsd, later } };
      const ratio = ratioOf(leftUsd, leftUsd.plus(moved));
      scaledUsd = scaledUsd.mul(ratio);
      factor = factor.mul(ratio);
      at = end - 1;
    }
    usd = usd.plus(moved);
  }
  return { peakUsd: scaledUsd, factor, ended: null };
}

/** Money that leaves more than was there is a path that cannot have been: a fall then counts in the scale of before. */
function ratioOf(before: Decimal, after: Decimal): Decimal {
  if (after.abs().lte(ROUNDING_USD)) return dec("0");
  return before.gt(0) && after.gt(0) ? after.div(before) : dec("1");
}

/** Transfers with nothing between them are one: money that went out and came back moves no scale. */
function runOfTransfers(incomes: readonly ValuedIncome[], from: number): number {
  let end = from;
  while (incomes[end]?.kind === "transfer") end += 1;
  return end;
}

/** Realised after a moment, all symbols together; at least zero. */
function gainsUsd(incomes: readonly ValuedIncome[]): Decimal {
  return Dec.max(sumUsd(incomes.filter(({ kind }) => kind === "realizedPnl")), 0);
}

function sumUsd(incomes: readonly ValuedIncome[]): Decimal {
  return incomes.reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), dec("0"));
}
