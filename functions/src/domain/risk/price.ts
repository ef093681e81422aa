// Is this the market that the signal meant: a book that is not too wide, near the price that the signal was made at.
import { type Decimal, dec } from "#domain/decimal.ts";
import { denial, type RiskCheck } from "./context.ts";
import { touchOf } from "./touch-answer.ts";

const BPS_PER_UNIT = 10_000;

/** Whole basis points, rounded up, so that the shown actual of a denial is always beyond its limit. */
function bpsText(share: Decimal): string {
  return share.mul(BPS_PER_UNIT).ceil().toFixed();
}

/** Ask less bid over their middle. */
export const spreadWithinLimit: RiskCheck = ({ touch: answer, intent, config }) => {
  const touch = touchOf(answer);
  if (config.maxSpreadBps === null || touch === null) return null;
  const [bidUsd, askUsd] = [dec(touch.bidUsd), dec(touch.askUsd)];
  const spread = askUsd.minus(bidUsd).div(askUsd.plus(bidUsd).div(2));
  if (spread.mul(BPS_PER_UNIT).lte(config.maxSpreadBps)) return null;
  return denial("SPREAD_TOO_WIDE", {
    limit: String(config.maxSpreadBps),
    actual: bpsText(spread),
    unit: "bps",
    subject: intent.symbol,
  });
};

/**
 * Distance from the signal's price of the price that the entry would take. A signal without a price passes.
 */
export const priceNearSignal: RiskCheck = ({ touch: answer, intent, config }) => {
  const touch = touchOf(answer);
  if (config.maxPriceDeviationBps === null || touch === null || intent.signalPriceUsd === null) return null;
  const signalUsd = dec(intent.signalPriceUsd);
  const takenUsd = dec(intent.side === "short" ? touch.bidUsd : touch.askUsd);
  const deviation = takenUsd.minus(signalUsd).abs().div(signalUsd);
  if (deviation.mul(BPS_PER_UNIT).lte(config.maxPriceDeviationBps)) return null;
  return denial("PRICE_DEVIATION_EXCEEDED", {
    limit: String(config.maxPriceDeviationBps),
    actual: bpsText(deviation),
    unit: "bps",
    subject: intent.symbol,
  });
};
