// Reads an exit of a group that rests at the venue.
import type { RestingExit, TakeProfit } from "#domain/documents/group.ts";
import { STOP_STATUSES } from "#domain/documents/words.ts";
import { absencesReader } from "./control-reader.ts";
import { rejection } from "./rejection-reader.ts";
import { amount, nullable, number, oneOf, shape, text } from "./shape.ts";

const restingFields = {
  clientStopId: text,
  step: number,
  status: oneOf(STOP_STATUSES),
  qtyBase: amount,
  triggerPriceUsd: amount,
  sendDeadlineMs: number,
  absences: absencesReader,
  refusal: nullable(rejection),
  updatedAtMs: number,
};

export const restingExitReader = shape<RestingExit>(restingFields);

export const takeProfitReader = shape<TakeProfit>({ ...restingFields, level: number });
