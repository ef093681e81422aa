// How an alert says that its position is to be left: the plan of an entry. One field of it is a plan of its own, in
// place of the strategy's whole plan. A plan that contradicts itself, or the alert's own price, is refused with a remedy.
import { type Decimal, dec } from "#domain/decimal.ts";
import type { ExitPlan, StopLevel, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { faultsOfPlan } from "#domain/documents/exit-plan-faults.ts";
import type { Side } from "#domain/documents/words.ts";
import { agreedBps } from "./agreed-bps.ts";
import { SignalFault } from "./fault.ts";
import { EXIT_FIELDS } from "./field-names.ts";
import type { DecidingFields } from "./meaning.ts";

export type ExitFields = Pick<DecidingFields, (typeof EXIT_FIELDS)[number]>;

const MINUTE_MS = 60_000;

/** Fields of a plan that are there. */
export function exitFieldsIn(fields: ExitFields): readonly string[] {
  return EXIT_FIELDS.filter((name) => fields[name] !== undefined);
}

/** Null where the alert says nothing of it. Throws SignalFault AMBIGUOUS_SIGNAL or EXIT_PLAN_INVALID. */
export function wantedExits(
  fields: ExitFields,
  side: Side | null,
  signalPriceUsd: string | null,
): ExitPlan | null {
  if (exitFieldsIn(fields).length === 0) return null;
  const plan: ExitPlan = {
    stop: stopOf(fields),
    takeProfits: fields.takeProfits ?? [],
    breakEvenAfter: fields.breakEvenAfter ?? null,
    trailing: trailingOf(fields),
    timeLimitMs: fields.timeLimitMinutes === undefined ? null : fields.timeLimitMinutes * MINUTE_MS,
  };
  const faults = faultsOfPlan(plan);
  if (faults.length > 0)
    throw invalid(
      faults,
      "Correct the exits in the alert's message: its plan stands in place of the strategy's whole",
    );
  const wrong =
    side === null || signalPriceUsd === null ? [] : onTheWrongSide(plan, side, dec(signalPriceUsd));
  if (wrong.length > 0)
    throw invalid(
      wrong,
      "A long's stop lies below the price and its take-profits above; a short's the other way round",
    );
  return plan;
}

function stopOf(fields: ExitFields): StopLevel | null {
  const { stopLossPriceUsd: priceUsd, stopDistanceUsd: distanceUsd } = fields;
  const bps = agreedBps(fields, "stopLossBps", "stopLossPct");
  const stops: readonly StopLevel[] = [
    ...(bps === null ? [] : [{ kind: "bps", bps } as const]),
    ...(priceUsd === undefined ? [] : [{ kind: "priceUsd", priceUsd } as const]),
    ...(distanceUsd === undefined ? [] : [{ kind: "distanceUsd", distanceUsd } as const]),
  ];
  if (stops.length > 1)
    throw invalid(
      ["more than one of stopLossPct, stopLossPriceUsd and stopDistanceUsd is there"],
      "Send one stop",
    );
  return stops[0] ?? null;
}

function trailingOf(fields: ExitFields): ExitPlan["trailing"] {
  const distanceBps = agreedBps(fields, "trailingBps", "trailingPct");
  const activationBps = agreedBps(fields, "trailingActivationBps", "trailingActivationPct");
  if (distanceBps !== null) return { distanceBps, activationBps: activationBps ?? 0 };
  if (activationBps === null) return null;
  throw invalid(
    ["a trailing stop is activated, and its distance is not there"],
    'Add "trailingPct": "1", or leave trailingActivationPct out',
  );
}

/** Only prices can be: distances are counted from the entry in the right direction. */
function onTheWrongSide({ stop, takeProfits }: ExitPlan, side: Side, priceUsd: Decimal): readonly string[] {
  const isBelow = (levelUsd: string) => dec(levelUsd).lt(priceUsd);
  const isAbove = (levelUsd: string) => dec(levelUsd).gt(priceUsd);
  const [isLoss, isProfit] = side === "long" ? [isBelow, isAbove] : [isAbove, isBelow];
  const losing = takeProfits.filter(({ level }) => level.kind === "priceUsd" && !isProfit(level.priceUsd));
  return [
    ...(stop?.kind === "priceUsd" && !isLoss(stop.priceUsd)
      ? [
          `the stop at ${stop.priceUsd} would not lose on a ${side} at the alert's price of ${priceUsd.toFixed()}`,
        ]
      : []),
    ...losing.map((plan) => profitless(plan, side, priceUsd)),
  ];
}

function profitless({ level }: TakeProfitPlan, side: Side, priceUsd: Decimal): string {
  const atUsd = level.kind === "priceUsd" ? level.priceUsd : "";
  return `the take-profit at ${atUsd} would take none of a ${side} at the alert's price of ${priceUsd.toFixed()}`;
}

function invalid(faults: readonly string[], remedy: string): SignalFault {
  return new SignalFault("EXIT_PLAN_INVALID", faults, remedy);
}
