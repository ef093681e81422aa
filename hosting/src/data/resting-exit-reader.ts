// Reads how a group is to be left, and an exit of it that rests at the venue.
import type {
  ExitPlan,
  StopLevel,
  TakeProfitLevel,
  TakeProfitPlan,
  TrailingPlan,
} from "#domain/documents/exit-plan.ts";
import type { RestingExit, TakeProfit } from "#domain/documents/group.ts";
import type { Rejection } from "#domain/documents/order.ts";
import { STOP_STATUSES } from "#domain/documents/words.ts";
import { absencesReader } from "./control-reader.ts";
import { amount, list, nullable, number, oneOf, type Reader, shape, text } from "./shape.ts";

type LevelOf<Kind extends TakeProfitLevel["kind"]> = Extract<TakeProfitLevel, { readonly kind: Kind }>;

const STOP_LEVELS: { readonly [Kind in StopLevel["kind"]]: Reader<LevelOf<Kind>> } = {
  priceUsd: shape<LevelOf<"priceUsd">>({ kind: oneOf(["priceUsd"]), priceUsd: amount }),
  bps: shape<LevelOf<"bps">>({ kind: oneOf(["bps"]), bps: number }),
  distanceUsd: shape<LevelOf<"distanceUsd">>({ kind: oneOf(["distanceUsd"]), distanceUsd: amount }),
};

const TAKE_PROFIT_LEVELS: { readonly [Kind in TakeProfitLevel["kind"]]: Reader<LevelOf<Kind>> } = {
  ...STOP_LEVELS,
  riskMultiple: shape<LevelOf<"riskMultiple">>({ kind: oneOf(["riskMultiple"]), riskMultiple: amount }),
};

/** The level by its kind, which is one of the given ones. */
function levelReader<Level extends { readonly kind: string }>(
  kinds: Readonly<Record<Level["kind"], Reader<Level>>>,
): Reader<Level> {
  const words = Object.keys(kinds) as Level["kind"][];
  const kindReader = shape<{ readonly kind: Level["kind"] }>({ kind: oneOf(words) });
  return (value, path) => kinds[kindReader(value, path).kind](value, path);
}

export const planReader = shape<ExitPlan>({
  stop: nullable(levelReader<StopLevel>(STOP_LEVELS)),
  takeProfits: list(
    shape<TakeProfitPlan>({ level: levelReader<TakeProfitLevel>(TAKE_PROFIT_LEVELS), shareBps: number }),
  ),
  breakEvenAfter: nullable(number),
  trailing: nullable(shape<TrailingPlan>({ activationBps: number, distanceBps: number })),
  timeLimitMs: nullable(number),
});

const restingFields = {
  clientStopId: text,
  step: number,
  status: oneOf(STOP_STATUSES),
  qtyBase: amount,
  triggerPriceUsd: amount,
  sendDeadlineMs: number,
  absences: absencesReader,
  refusal: nullable(shape<Rejection>({ code: text, message: text })),
  updatedAtMs: number,
};

export const restingExitReader = shape<RestingExit>(restingFields);

export const takeProfitReader = shape<TakeProfit>({ ...restingFields, level: number });
