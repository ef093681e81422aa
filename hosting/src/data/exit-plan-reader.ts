// Reads how large an entry is, and how its position is to be entered further and left: in a strategy's config, and in a signal's intent.
import type { DcaPlan, EntryPlan, PyramidPlan } from "#domain/documents/entry-plan.ts";
import type {
  ExitPlan,
  StopLevel,
  TakeProfitLevel,
  TakeProfitPlan,
  TrailingPlan,
} from "#domain/documents/exit-plan.ts";
import type { IntentSize, ShareSize } from "#domain/documents/signal.ts";
import { amount, byKind, list, nullable, number, oneOf, shape } from "./shape.ts";

type Of<Union extends { readonly kind: string }, Kind extends Union["kind"]> = Extract<
  Union,
  { readonly kind: Kind }
>;

const stopLevels = {
  priceUsd: shape<Of<StopLevel, "priceUsd">>({ kind: oneOf(["priceUsd"]), priceUsd: amount }),
  bps: shape<Of<StopLevel, "bps">>({ kind: oneOf(["bps"]), bps: number }),
  distanceUsd: shape<Of<StopLevel, "distanceUsd">>({ kind: oneOf(["distanceUsd"]), distanceUsd: amount }),
};

const takeProfitLevel = byKind<TakeProfitLevel>({
  ...stopLevels,
  riskMultiple: shape<Of<TakeProfitLevel, "riskMultiple">>({
    kind: oneOf(["riskMultiple"]),
    riskMultiple: amount,
  }),
});

export const exitPlan = shape<ExitPlan>({
  stop: nullable(byKind<StopLevel>(stopLevels)),
  takeProfits: list(shape<TakeProfitPlan>({ level: takeProfitLevel, shareBps: number })),
  breakEvenAfter: nullable(number),
  trailing: nullable(shape<TrailingPlan>({ activationBps: number, distanceBps: number })),
  timeLimitMs: nullable(number),
});

export const entryPlan = shape<EntryPlan>({
  dca: nullable(
    shape<DcaPlan>({
      safetyOrders: number,
      deviationBps: number,
      stepScale: amount,
      firstSizeBps: number,
      volumeScale: amount,
    }),
  ),
  pyramid: nullable(shape<PyramidPlan>({ maxEntries: number, minDistanceBps: number })),
});

const shares = {
  navBps: shape<Of<ShareSize, "navBps">>({ kind: oneOf(["navBps"]), navBps: number }),
  freeBps: shape<Of<ShareSize, "freeBps">>({ kind: oneOf(["freeBps"]), freeBps: number }),
  riskBps: shape<Of<ShareSize, "riskBps">>({ kind: oneOf(["riskBps"]), riskBps: number }),
};

export const shareSize = byKind<ShareSize>(shares);

export const entrySize = byKind<IntentSize>({
  ...shares,
  notionalUsd: shape<Of<IntentSize, "notionalUsd">>({ kind: oneOf(["notionalUsd"]), notionalUsd: amount }),
  targetBase: shape<Of<IntentSize, "targetBase">>({
    kind: oneOf(["targetBase"]),
    targetBase: amount,
    beforeBase: nullable(amount),
  }),
  qtyBase: shape<Of<IntentSize, "qtyBase">>({ kind: oneOf(["qtyBase"]), qtyBase: amount }),
  strategyDefault: shape<Of<IntentSize, "strategyDefault">>({ kind: oneOf(["strategyDefault"]) }),
});
