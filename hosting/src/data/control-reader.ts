// Reads `control/state` whole: the risk page computes from it with the functions' own engine, so nothing of it may be
// left out. A field added to the control document fails to compile here.
import type {
  AbsentOrder,
  AccountsDue,
  ClosedTrade,
  ControlState,
  FlattenOrder,
  Lease,
  ProtectionLock,
  Reservation,
  Session,
  SideSignals,
  SignalMoment,
  Slot,
  StopToCancel,
  TradingStateLatch,
} from "#domain/documents/control.ts";
import type { QueuedEntry, QueueRank } from "#domain/documents/queue.ts";
import {
  type Absences,
  DRAWDOWN_GRADES,
  EXIT_KINDS,
  EXIT_REASONS,
  LATCH_CAUSES,
  ORDER_SIDES,
  PROTECTION_NAMES,
  QUEUE_CRITERIA,
  SIDES,
  TRADING_STATES,
} from "#domain/documents/words.ts";
import { offsetPlan } from "./offset-reader.ts";
import { amount, flag, list, nullable, number, oneOf, optional, record, shape, text } from "./shape.ts";

export const absencesReader = shape<Absences>({ count: number, lastAtMs: nullable(number) });
const side = oneOf(SIDES);
export const exitReason = oneOf(EXIT_REASONS);

export const latchReader = shape<TradingStateLatch>({
  state: oneOf(TRADING_STATES),
  cause: oneOf(LATCH_CAUSES),
  resumeAtMs: nullable(number),
  actor: text,
  reason: text,
  atMs: number,
});

const protections = shape<ControlState["protections"]>({
  trades: list(
    shape<ClosedTrade>({
      groupId: text,
      symbol: text,
      side,
      strategyId: text,
      profitBps: number,
      realizedPnlUsd: amount,
      exitReason,
      closedAtMs: number,
    }),
  ),
  locks: list(
    shape<ProtectionLock>({
      protection: oneOf(PROTECTION_NAMES),
      symbol: nullable(text),
      side: nullable(side),
      sinceMs: number,
      untilMs: number,
      reason: text,
    }),
  ),
});

const signalMoment = shape<SignalMoment>({ signalledAtMs: number, receivedAtMs: number });

const queuedEntry = shape<QueuedEntry>({
  intentId: text,
  signalId: text,
  strategyId: text,
  symbol: text,
  side,
  signalledAtMs: number,
  receivedAtMs: number,
  queuedAtMs: number,
  expiresAtMs: number,
  referencePriceUsd: amount,
  placeWhenQueued: number,
  replacesIntentId: nullable(text),
  preferredBy: nullable(text),
  rank: shape<QueueRank>({
    pyramidOfGroupId: nullable(text),
    lossBps: number,
    aheadBy: nullable(oneOf(QUEUE_CRITERIA)),
  }),
});

export const controlReader = shape<ControlState>({
  accountId: text,
  lease: shape<Lease>({ holderId: nullable(text), fence: number, expiresAtMs: number }),
  tradingState: latchReader,
  configVersion: number,
  throttles: shape<ControlState["throttles"]>({
    orderSentAtMs: list(number),
    venueBannedUntilMs: number,
    errorAtMs: list(number),
    vetoedUntilMs: record(number),
  }),
  protections,
  session: nullable(
    shape<Session>({
      startedBy: text,
      startedAtMs: number,
      horizonAtMs: nullable(number),
      stopLossNavUsd: nullable(amount),
    }),
  ),
  flatten: nullable(
    shape<FlattenOrder>({
      flattenId: text,
      orderedBy: text,
      reason: text,
      orderedAtMs: number,
      step: number,
      lastTriedAtMs: nullable(number),
    }),
  ),
  telemetryFailingSinceMs: nullable(number),
  drawdownGrade: oneOf(DRAWDOWN_GRADES),
  drawdownBaselineId: nullable(text),
  drawdownAcknowledgedBps: nullable(number),
  dailyLossDay: nullable(text),
  commands: shape<ControlState["commands"]>({ storedCount: number, takenCount: number }),
  slots: record(
    shape<Slot>({
      symbol: text,
      side,
      strategyId: text,
      qtyBase: amount,
      legsUsd: optional(amount),
      reroutingBase: optional(amount),
      sinceMs: number,
    }),
  ),
  queue: list(queuedEntry),
  offset: nullable(offsetPlan),
  reservations: record(
    shape<Reservation>({
      groupId: text,
      symbol: text,
      side: oneOf(ORDER_SIDES),
      reduceOnly: flag,
      qtyBase: amount,
      notionalUsd: amount,
    }),
  ),
  symbolChangedAtMs: record(number),
  stopsToCancel: record(
    shape<StopToCancel>({
      groupId: text,
      symbol: text,
      kind: oneOf(EXIT_KINDS),
      sendDeadlineMs: number,
      absences: absencesReader,
    }),
  ),
  directives: list(text),
  closings: list(text),
  dust: record(amount),
  accountsDue: record(shape<AccountsDue>({ symbol: text, dueAtMs: number, endedAtMs: nullable(number) })),
  newestSignals: record(
    shape<SideSignals>({ left: nullable(signalMoment), entered: nullable(signalMoment) }),
  ),
  absentOrders: record(shape<AbsentOrder>({ groupId: text, symbol: text, sinceMs: number })),
  inbox: shape<ControlState["inbox"]>({ storedCount: number, takenCount: number }),
  waitingCount: number,
  groundLostCount: number,
  journalSeq: number,
  updatedAtMs: number,
});
