// The documents that the page reads beside control and config, as it needs them, and the readers that check them.
// Types come from the domain, so a field renamed there fails to compile here.
import type { AccountProfile } from "#domain/documents/account.ts";
import type { ClosingWish, EntryLeg, Group, GroupAccounts } from "#domain/documents/group.ts";
import type { IncomeSums } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type {
  Baseline,
  BaselineAdjustment,
  BoundCoin,
  Ledger,
  MarginPool,
  MarkedPosition,
  Nav,
  NavBound,
  NavSample,
  Peak,
  PeakCandidate,
  PeakSource,
  SourceHealth,
  Unexplained,
  ValuedAsset,
} from "#domain/documents/nav.ts";
import type { QueueStay } from "#domain/documents/queue.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { OrderRow, Overview } from "#domain/documents/views.ts";
import {
  ACCOUNT_MODES,
  ALERT_SEVERITIES,
  COIN_COUNTS,
  GROUP_STATUSES,
  HOLDING_PLACES,
  HOOK_MODES,
  INTENT_ACTIONS,
  LEG_KINDS,
  LEG_ODDITIES,
  LEG_STATUSES,
  ORDER_SIDES,
  ORDER_STATUSES,
  ORDER_TYPES,
  OUTBOX_STATUSES,
  PEAK_SOURCES,
  QUEUE_ENDS,
  RECEIPT_STATUSES,
  SIDES,
  TIMES_IN_FORCE,
  VENUE_IDS,
} from "#domain/documents/words.ts";
import type { ShownDenial } from "../model/denial-words.ts";
import type { AlertRow, MessageRow, ReceiptRow, SeriesDay, ShownAbout, ShownIntent } from "../model/rows.ts";
import { exitReason, latchReader } from "./control-reader.ts";
import { entrySize, exitPlan } from "./exit-plan-reader.ts";
import { rejection } from "./rejection-reader.ts";
import { restingExitReader, takeProfitReader } from "./resting-exit-reader.ts";
import { exitRouteReader, legRouteReader } from "./route-readers.ts";
import { amount, flag, list, nullable, number, oneOf, optional, record, shape, text } from "./shape.ts";

const side = oneOf(SIDES);
const orderSide = oneOf(ORDER_SIDES);

export const profileReader = shape<AccountProfile>({
  accountId: text,
  name: text,
  venue: oneOf(VENUE_IDS),
  mode: oneOf(ACCOUNT_MODES),
});

const sourceReader = shape<SourceHealth>({ ok: flag, asOfMs: nullable(number), error: nullable(text) });

export const navReader = shape<Nav>({
  accountId: text,
  navUsd: nullable(amount),
  walletUsd: nullable(amount),
  assetsUsd: nullable(amount),
  unrealizedPnlUsd: nullable(amount),
  positions: list(
    shape<MarkedPosition>({
      symbol: text,
      side,
      qtyBase: amount,
      entryPriceUsd: amount,
      markUsd: amount,
      notionalUsd: amount,
      unrealizedPnlUsd: amount,
    }),
  ),
  marks: record(shape<TopOfBook>({ symbol: text, bidUsd: amount, askUsd: amount, asOfMs: number })),
  assets: list(
    shape<ValuedAsset>({
      asset: text,
      qty: amount,
      heldIn: oneOf(HOLDING_PLACES),
      priceUsd: amount,
      valueUsd: amount,
      pricedAtMs: number,
    }),
  ),
  sources: shape<Nav["sources"]>({
    balances: sourceReader,
    positions: sourceReader,
    marks: sourceReader,
    funding: sourceReader,
    fees: sourceReader,
    fx: sourceReader,
  }),
  stale: flag,
  asOfMs: nullable(number),
  checkedAtMs: number,
  recent: list(shape<NavSample>({ atMs: number, navUsd: amount })),
  baseline: nullable(shape<Baseline>({ baselineId: text, sinceMs: number })),
  unexplained: nullable(shape<Unexplained>({ sinceMs: number, amountUsd: amount, explainedAtMs: number })),
  bound: nullable(
    shape<NavBound>({
      usd: amount,
      atMs: number,
      walletUsd: amount,
      venueValued: list(text),
      coins: list(
        shape<BoundCoin>({
          asset: text,
          qty: amount,
          heldIn: oneOf(HOLDING_PLACES),
          counts: oneOf(COIN_COUNTS),
          priceUsd: nullable(amount),
          pricedAtMs: nullable(number),
        }),
      ),
    }),
  ),
  margin: nullable(
    list(
      shape<MarginPool>({
        symbol: nullable(text),
        balanceUsd: amount,
        maintenanceUsd: amount,
        notionalUsd: amount,
        ratioBps: number,
        roomBps: nullable(number),
      }),
    ),
  ),
});

const incomeSumsReader = shape<IncomeSums>({
  sinceMs: number,
  realizedUsd: amount,
  feesUsd: amount,
  fundingUsd: amount,
  otherUsd: amount,
  transfersUsd: amount,
});

export const peakReader = shape<Peak>({
  accountId: text,
  baselineId: text,
  baselineSinceMs: number,
  peakUsd: amount,
  peakAtMs: number,
  drawdownBps: number,
  dayOpenUsd: amount,
  day: text,
  dayPnlUsd: amount,
  asOfMs: number,
  lossAsOfMs: number,
  candidate: nullable(shape<PeakCandidate>({ usd: amount, atMs: number })),
  today: incomeSumsReader,
  total: incomeSumsReader,
  adjustments: list(
    shape<BaselineAdjustment>({ adjustmentId: text, amountUsd: amount, factor: amount, atMs: number }),
  ),
  source: shape<PeakSource>({
    kind: oneOf(PEAK_SOURCES),
    rebuiltAtMs: number,
    sampleCount: number,
  }),
  ledger: shape<Ledger>({
    balances: record(amount),
    reserves: record(amount),
    cursorMs: number,
    cursorIds: list(text),
  }),
});

export const seriesReader = shape<SeriesDay>({ day: text, atMs: list(number), navUsd: list(amount) });

export const groupReader = shape<Group>({
  groupId: text,
  accountId: text,
  strategyId: text,
  symbol: text,
  side,
  status: oneOf(GROUP_STATUSES),
  qtyBase: amount,
  averageEntryUsd: nullable(amount),
  realizedPnlUsd: amount,
  entryNotionalUsd: amount,
  exitReason: nullable(exitReason),
  plan: nullable(exitPlan),
  legs: list(
    shape<EntryLeg>({
      kind: oneOf(LEG_KINDS),
      place: number,
      status: oneOf(LEG_STATUSES),
      qtyBase: amount,
      priceUsd: amount,
      clientOrderId: nullable(text),
      filledBase: amount,
      averagePriceUsd: nullable(amount),
      refusedFor: list(text),
      oddity: nullable(oneOf(LEG_ODDITIES)),
      route: nullable(legRouteReader),
      updatedAtMs: number,
    }),
  ),
  stop: nullable(restingExitReader),
  takeProfits: list(takeProfitReader),
  enteredBase: amount,
  takenBase: amount,
  bestPriceUsd: nullable(amount),
  closing: nullable(
    shape<ClosingWish>({
      causeId: text,
      exitReason,
      targetBase: amount,
      sinceMs: number,
      triedAtMs: number,
      triedAtBase: amount,
      route: nullable(exitRouteReader),
    }),
  ),
  accounts: nullable(
    shape<GroupAccounts>({
      realizedUsd: amount,
      feesByAsset: record(amount),
      feesUsd: nullable(amount),
      fundingUsd: nullable(amount),
      otherUsd: amount,
      tradeCount: number,
      asOfMs: number,
      settled: flag,
    }),
  ),
  costEstimated: flag,
  carriedBase: amount,
  adoptedEntryUsd: nullable(amount),
  stopVenueOrderIds: list(text),
  orderIds: list(text),
  openedAtMs: number,
  endedAtMs: nullable(number),
  updatedAtMs: number,
});

const orderReader = shape<OrderRow>({
  clientOrderId: text,
  symbol: text,
  side: orderSide,
  type: oneOf(ORDER_TYPES),
  timeInForce: nullable(oneOf(TIMES_IN_FORCE)),
  reduceOnly: flag,
  qtyBase: amount,
  filledQtyBase: amount,
  averagePriceUsd: nullable(amount),
  status: oneOf(ORDER_STATUSES),
  rejection: nullable(rejection),
  strategyId: text,
  createdAtMs: number,
  updatedAtMs: number,
  toSentMs: nullable(number),
  toAcknowledgedMs: nullable(number),
});

export const overviewReader = shape<Overview>({
  accountId: text,
  tradingState: latchReader,
  groups: list(groupReader),
  orders: list(orderReader),
  slots: shape<Overview["slots"]>({ used: number, limit: number }),
  updatedAtMs: number,
});

const denialReader = shape<ShownDenial>({
  code: text,
  limit: nullable(text),
  actual: nullable(text),
  unit: nullable(text),
  subject: nullable(text),
});

export const receiptReader = shape<ReceiptRow>({
  signalId: text,
  strategyId: text,
  status: oneOf(RECEIPT_STATUSES),
  intent: nullable(
    shape<ShownIntent>({
      symbol: text,
      action: oneOf(INTENT_ACTIONS),
      side: nullable(side),
      size: entrySize,
      exits: nullable(exitPlan),
    }),
  ),
  refusalCode: nullable(text),
  denials: list(denialReader),
  clientOrderId: nullable(text),
  queue: nullable(
    shape<QueueStay>({
      queuedAtMs: number,
      placeWhenQueued: number,
      end: nullable(oneOf(QUEUE_ENDS)),
      endedAtMs: nullable(number),
      endedBy: nullable(text),
    }),
  ),
  payload: shape<ReceiptRow["payload"]>({
    faults: optional(list(text)),
    about: optional(shape<ShownAbout>({ symbol: nullable(text), action: nullable(text) })),
  }),
  source: shape<Receipt["source"]>({ address: text, mode: oneOf(HOOK_MODES) }),
  receivedAtMs: number,
  decidedAtMs: nullable(number),
  sentAtMs: nullable(number),
  acknowledgedAtMs: nullable(number),
});

export const alertReader = shape<AlertRow>({
  alertId: text,
  severity: oneOf(ALERT_SEVERITIES),
  code: text,
  message: text,
  remedy: text,
  atMs: number,
  acknowledgedAtMs: nullable(number),
  acknowledgedBy: nullable(text),
});

export const messageReader = shape<MessageRow>({
  outboxId: text,
  title: text,
  text,
  createdAtMs: number,
  status: oneOf(OUTBOX_STATUSES),
  attempts: number,
  lastError: nullable(text),
});
