// Whether an entry's exits make sense at the touch: a stop that would fire at once, or a level that no price can reach,
// would leave a position unguarded, so it is never opened. And whether a size by risk has a stop to count from.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { EntryRouting } from "#domain/documents/config.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck } from "./context.ts";
import { plannedExits, stopDistanceUsd, stopPriceUsd, takeProfitPriceUsd } from "./exit-levels.ts";
import { touchOf } from "./touch-answer.ts";
import { wantedSize } from "./wanted-size.ts";

/** A level and the price that it must not reach, at its entry's side. */
interface Misplaced {
  readonly limitUsd: Decimal;
  readonly actualUsd: Decimal;
}

/** The first level that is on the wrong side of the touch, of zero, or of the level before it. */
export const exitPlanAtTouch: RiskCheck = ({ intent, config, touch: answer }) => {
  const touch = touchOf(answer);
  const plan = plannedExits(intent, config);
  if (plan === null || touch === null || intent.side === null) return null;
  const { side } = intent;
  const routing = config.strategies[intent.strategyId]?.entryRouting ?? "market";
  const found = RESTS[routing]
    .map((rests) => misplacedIn(plan, side, touch, rests))
    .find((each) => each !== null);
  if (found === undefined) return null;
  return denial("EXIT_PLAN_INVALID", {
    limit: decimalString(found.limitUsd.toDecimalPlaces(SHOWN_DECIMALS)),
    actual: decimalString(found.actualUsd.toDecimalPlaces(SHOWN_DECIMALS)),
    unit: "usd",
    subject: intent.symbol,
  });
};

/** Whether an entry rests at its own side of the book, or takes from the other; one that may do both has to fit both. */
const RESTS: Readonly<Record<EntryRouting, readonly boolean[]>> = {
  market: [false],
  postOnly: [true],
  maker: [true, false],
};

/** As fine as a venue's finest price. */
const SHOWN_DECIMALS = 8;

/** A stop fires at the side of the book that closes the position; profit begins at the price of the entry. */
function misplacedIn(plan: ExitPlan, side: Side, touch: Touch, rests: boolean): Misplaced | null {
  const [bidUsd, askUsd] = [dec(touch.bidUsd), dec(touch.askUsd)];
  const [closesUsd, takesUsd] = side === "long" ? [bidUsd, askUsd] : [askUsd, bidUsd];
  // An entry that rests is made at its own side of the book.
  const entryUsd = rests ? closesUsd : takesUsd;
  const stopUsd = plan.stop === null ? null : stopPriceUsd(plan.stop, side, entryUsd);
  const riskUsd = stopUsd === null ? null : stopUsd.minus(entryUsd).abs();
  const profits = plan.takeProfits.flatMap(
    ({ level }) => takeProfitPriceUsd(level, side, entryUsd, riskUsd) ?? [],
  );
  const beyond = { long: (a: Decimal, b: Decimal) => a.gt(b), short: (a: Decimal, b: Decimal) => a.lt(b) }[
    side
  ];
  const stops =
    stopUsd === null || beyond(closesUsd, stopUsd) ? [] : [{ limitUsd: closesUsd, actualUsd: stopUsd }];
  const taken = profits.flatMap((actualUsd, place) => {
    const limitUsd = profits[place - 1] ?? entryUsd;
    return beyond(actualUsd, limitUsd) ? [] : [{ limitUsd, actualUsd }];
  });
  const unreachable = [...(stopUsd === null ? [] : [stopUsd]), ...profits]
    .filter((levelUsd) => levelUsd.lte(0))
    .map((actualUsd) => ({ limitUsd: dec("0"), actualUsd }));
  return [...stops, ...unreachable, ...taken][0] ?? null;
}

/** A size that is said by the loss at the stop has no meaning without one. */
export const sizeHasStop: RiskCheck = ({ intent, config, touch: answer }) => {
  const touch = touchOf(answer);
  if (touch === null || wantedSize(intent, config)?.kind !== "riskBps") return null;
  if (stopDistanceUsd(intent, config, dec(touch.askUsd)) !== null) return null;
  return denial("SIZE_NEEDS_STOP", { unit: "symbol", subject: intent.symbol });
};
