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

/** `equityUsd` is of now, with all `incomes` in it. Profit that is not realised is taken as it is now. */
export function transferPath(
  peakUsd: Decimal,
  equityUsd: Decimal,
  incomes: readonly ValuedIncome[],
): TransferPath {
  let scaledUsd = peakUsd;
  let factor = dec("1");
  let usd = incomes.reduce((left, { amountUsd }) => left.minus(dec(amountUsd)), equityUsd);
  for (let at = 0; at < incomes.length; at += 1) {
    const end = runOfTransfers(incomes, at);
    const moved = end === at ? dec(incomes[at]?.amountUsd ?? "0") : sumUsd(incomes.slice(at, end));
    const after = usd.plus(moved);
    if (end > at) {
      const isNothing = usd.lte(Dec.max(scaledUsd.mul(NOTHING_LEFT_SHARE), ROUNDING_USD));
      if (moved.gt(0) && isNothing)
        return {
          peakUsd,
          factor: dec("1"),
          ended: { peakUsd: scaledUsd, leftUsd: usd, later: incomes.slice(end) },
        };
      const ratio = ratioOf(usd, after);
      scaledUsd = scaledUsd.mul(ratio);
      factor = factor.mul(ratio);
      at = end - 1;
    }
    usd = after;
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

function sumUsd(incomes: readonly ValuedIncome[]): Decimal {
  return incomes.reduce((sum, { amountUsd }) => sum.plus(dec(amountUsd)), dec("0"));
}
