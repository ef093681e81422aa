// Documents of the books: order, group, control, overview.
import { z } from "zod";
import type {
  ClosedTrade,
  ControlState,
  FlattenOrder,
  ProtectionLock,
  Session,
  SignalMoment,
  TradingStateLatch,
} from "#domain/documents/control.ts";
import { DENIAL_CODES } from "#domain/documents/denial.ts";
import { MAX_TAKE_PROFITS } from "#domain/documents/exit-plan.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { OrderRow, Overview } from "#domain/documents/views.ts";
import {
  DRAWDOWN_GRADES,
  EXIT_KINDS,
  EXIT_REASONS,
  GROUP_STATUSES,
  LATCH_CAUSES,
  LEG_KINDS,
  LEG_ODDITIES,
  LEG_STATUSES,
  ORDER_SIDES,
  ORDER_STATUSES,
  ORDER_TYPES,
  PROTECTION_NAMES,
  QUEUE_CRITERIA,
  SIDES,
  STOP_STATUSES,
  TIMES_IN_FORCE,
  TRADING_STATES,
  VENUE_REASONS,
} from "#domain/documents/words.ts";
import { decisionBasisSchema } from "./basis.ts";
import { exitPlanSchema } from "./exit-plan.ts";
import { offsetPlanSchema } from "./offset.ts";
import {
  accountId,
  basisPoints,
  clientOrderId,
  count,
  decimalString,
  derivedId,
  epochMs,
  positiveDecimalString,
  strategyId,
  symbol,
  utcDay,
} from "./primitives.ts";
import { exitRouteSchema, legRouteSchema } from "./route.ts";

const side = z.enum(SIDES);
const orderSide = z.enum(ORDER_SIDES);
const orderType = z.enum(ORDER_TYPES);
const orderStatus = z.enum(ORDER_STATUSES);
const exitReason = z.enum(EXIT_REASONS);
const absences = z.strictObject({ count, lastAtMs: epochMs.nullable() });
const rejection = z.strictObject({
  code: z.string(),
  message: z.string(),
  reason: z.enum(VENUE_REASONS).nullable().exactOptional(),
});

const orderRequestSchema: z.ZodType<OrderRequest> = z.strictObject({
  clientOrderId,
  symbol,
  side: orderSide,
  type: orderType,
  qtyBase: positiveDecimalString,
  priceUsd: positiveDecimalString.nullable(),
  timeInForce: z.enum(TIMES_IN_FORCE).nullable(),
  reduceOnly: z.boolean(),
});

export const orderSchema: z.ZodType<Order> = z.strictObject({
  request: orderRequestSchema,
  accountId,
  intentId: derivedId,
  signalId: derivedId,
  strategyId,
  groupId: derivedId,
  step: count,
  status: orderStatus,
  venueOrderId: z.string().nullable(),
  filledQtyBase: decimalString,
  averagePriceUsd: decimalString.nullable(),
  rejection: rejection.nullable(),
  absences,
  deniedSinceMs: epochMs.nullable(),
  sends: count,
  openSends: z.array(z.int().min(1)),
  sendDeadlineMs: epochMs,
  fence: count,
  basis: decisionBasisSchema,
  exitReason: exitReason.nullable(),
  signalReceivedAtMs: epochMs,
  intentExpiresAtMs: epochMs,
  createdAtMs: epochMs,
  sentAtMs: epochMs.nullable(),
  acknowledgedAtMs: epochMs.nullable(),
  filledAtMs: epochMs.nullable(),
  updatedAtMs: epochMs,
});

const restingExit = {
  clientStopId: clientOrderId,
  step: count,
  status: z.enum(STOP_STATUSES),
  qtyBase: positiveDecimalString,
  triggerPriceUsd: positiveDecimalString,
  sendDeadlineMs: epochMs,
  absences,
  refusal: rejection.nullable(),
  updatedAtMs: epochMs,
};

const entryLegSchema: z.ZodType<EntryLeg> = z.strictObject({
  kind: z.enum(LEG_KINDS),
  place: count,
  status: z.enum(LEG_STATUSES),
  qtyBase: positiveDecimalString,
  priceUsd: positiveDecimalString,
  clientOrderId: clientOrderId.nullable(),
  filledBase: decimalString,
  averagePriceUsd: positiveDecimalString.nullable(),
  refusedFor: z.array(z.enum(DENIAL_CODES)),
  oddity: z.enum(LEG_ODDITIES).nullable(),
  route: legRouteSchema.nullable(),
  updatedAtMs: epochMs,
});

export const groupSchema: z.ZodType<Group> = z.strictObject({
  groupId: derivedId,
  accountId,
  strategyId,
  symbol,
  side,
  status: z.enum(GROUP_STATUSES),
  qtyBase: decimalString,
  averageEntryUsd: decimalString.nullable(),
  realizedPnlUsd: decimalString,
  entryNotionalUsd: decimalString,
  exitReason: exitReason.nullable(),
  plan: exitPlanSchema.nullable(),
  legs: z.array(entryLegSchema),
  stop: z.strictObject(restingExit).nullable(),
  takeProfits: z.array(z.strictObject({ ...restingExit, level: count.max(MAX_TAKE_PROFITS - 1) })),
  enteredBase: decimalString,
  takenBase: decimalString,
  bestPriceUsd: positiveDecimalString.nullable(),
  closing: z
    .strictObject({
      causeId: derivedId,
      exitReason,
      targetBase: decimalString,
      sinceMs: epochMs,
      triedAtMs: epochMs,
      triedAtBase: decimalString,
      route: exitRouteSchema.nullable(),
    })
    .nullable(),
  accounts: z
    .strictObject({
      realizedUsd: decimalString,
      feesByAsset: z.record(z.string().min(1), decimalString),
      feesUsd: decimalString.nullable(),
      fundingUsd: decimalString.nullable(),
      otherUsd: decimalString,
      tradeCount: count,
      asOfMs: epochMs,
      settled: z.boolean(),
    })
    .nullable(),
  costEstimated: z.boolean(),
  carriedBase: decimalString,
  adoptedEntryUsd: positiveDecimalString.nullable(),
  stopVenueOrderIds: z.array(z.string().min(1)),
  orderIds: z.array(clientOrderId),
  openedAtMs: epochMs,
  endedAtMs: epochMs.nullable(),
  updatedAtMs: epochMs,
});

const tradingStateSchema: z.ZodType<TradingStateLatch> = z.strictObject({
  state: z.enum(TRADING_STATES),
  cause: z.enum(LATCH_CAUSES),
  resumeAtMs: epochMs.nullable(),
  actor: z.string().min(1),
  reason: z.string().min(1),
  atMs: epochMs,
});

const throttlesSchema: z.ZodType<ControlState["throttles"]> = z.strictObject({
  orderSentAtMs: z.array(epochMs),
  venueBannedUntilMs: count,
  errorAtMs: z.array(epochMs),
  vetoedUntilMs: z.record(z.string().regex(/^[A-Za-z0-9_-]+\/[A-Z0-9]+$/), epochMs),
});

const closedTradeSchema: z.ZodType<ClosedTrade> = z.strictObject({
  groupId: derivedId,
  symbol,
  side,
  strategyId,
  profitBps: z.int(),
  realizedPnlUsd: decimalString,
  exitReason,
  closedAtMs: epochMs,
});

const protectionLockSchema: z.ZodType<ProtectionLock> = z.strictObject({
  protection: z.enum(PROTECTION_NAMES),
  symbol: symbol.nullable(),
  side: side.nullable(),
  sinceMs: epochMs,
  untilMs: epochMs,
  reason: z.string().min(1),
});

const sessionSchema: z.ZodType<Session> = z.strictObject({
  startedBy: z.string().min(1),
  startedAtMs: epochMs,
  horizonAtMs: epochMs.nullable(),
  stopLossNavUsd: positiveDecimalString.nullable(),
});

const flattenOrderSchema: z.ZodType<FlattenOrder> = z.strictObject({
  flattenId: derivedId,
  orderedBy: z.string().min(1),
  reason: z.string().min(1),
  orderedAtMs: epochMs,
  step: count,
  lastTriedAtMs: epochMs.nullable(),
});

const signalMoment: z.ZodType<SignalMoment> = z.strictObject({
  signalledAtMs: epochMs,
  receivedAtMs: epochMs,
});

const queuedEntrySchema: z.ZodType<QueuedEntry> = z.strictObject({
  intentId: derivedId,
  signalId: derivedId,
  strategyId,
  symbol,
  side,
  signalledAtMs: epochMs,
  receivedAtMs: epochMs,
  queuedAtMs: epochMs,
  expiresAtMs: epochMs,
  referencePriceUsd: positiveDecimalString,
  placeWhenQueued: z.int().min(1),
  replacesIntentId: derivedId.nullable(),
  preferredBy: z.string().min(1).nullable(),
  rank: z.strictObject({
    pyramidOfGroupId: derivedId.nullable(),
    lossBps: count,
    aheadBy: z.enum(QUEUE_CRITERIA).nullable(),
  }),
});

export const controlStateSchema: z.ZodType<ControlState> = z.strictObject({
  accountId,
  lease: z.strictObject({ holderId: z.string().nullable(), fence: count, expiresAtMs: count }),
  tradingState: tradingStateSchema,
  configVersion: z.int().min(1),
  throttles: throttlesSchema,
  protections: z.strictObject({ trades: z.array(closedTradeSchema), locks: z.array(protectionLockSchema) }),
  session: sessionSchema.nullable(),
  flatten: flattenOrderSchema.nullable(),
  offset: offsetPlanSchema.nullable(),
  telemetryFailingSinceMs: epochMs.nullable(),
  drawdownGrade: z.enum(DRAWDOWN_GRADES),
  drawdownBaselineId: z.string().min(1).nullable(),
  drawdownAcknowledgedBps: basisPoints.nullable(),
  dailyLossDay: utcDay.nullable(),
  commands: z.strictObject({ storedCount: count, takenCount: count }),
  slots: z.record(
    derivedId,
    z.strictObject({
      symbol,
      side,
      strategyId,
      qtyBase: decimalString,
      legsUsd: positiveDecimalString.nullable().exactOptional(),
      reroutingBase: positiveDecimalString.nullable().exactOptional(),
      sinceMs: epochMs,
    }),
  ),
  queue: z.array(queuedEntrySchema),
  symbolChangedAtMs: z.record(symbol, epochMs),
  reservations: z.record(
    clientOrderId,
    z.strictObject({
      groupId: derivedId,
      symbol,
      side: orderSide,
      reduceOnly: z.boolean(),
      qtyBase: decimalString,
      notionalUsd: decimalString,
    }),
  ),
  stopsToCancel: z.record(
    clientOrderId,
    z.strictObject({
      groupId: derivedId,
      symbol,
      kind: z.enum(EXIT_KINDS),
      sendDeadlineMs: epochMs,
      absences,
    }),
  ),
  closings: z.array(derivedId),
  directives: z.array(derivedId),
  dust: z.record(symbol, decimalString),
  accountsDue: z.record(
    derivedId,
    z.strictObject({ symbol, dueAtMs: epochMs, endedAtMs: epochMs.nullable() }),
  ),
  newestSignals: z.record(
    z.string().regex(/^[A-Za-z0-9_-]+\/[A-Z0-9]+\/(long|short)$/),
    z.strictObject({ left: signalMoment.nullable(), entered: signalMoment.nullable() }),
  ),
  absentOrders: z.record(clientOrderId, z.strictObject({ groupId: derivedId, symbol, sinceMs: epochMs })),
  inbox: z.strictObject({ storedCount: count, takenCount: count }),
  waitingCount: count,
  groundLostCount: count,
  journalSeq: count,
  updatedAtMs: epochMs,
});

const orderRowSchema: z.ZodType<OrderRow> = z.strictObject({
  clientOrderId,
  symbol,
  side: orderSide,
  type: orderType,
  timeInForce: z.enum(TIMES_IN_FORCE).nullable(),
  reduceOnly: z.boolean(),
  qtyBase: decimalString,
  filledQtyBase: decimalString,
  averagePriceUsd: decimalString.nullable(),
  status: orderStatus,
  rejection: rejection.nullable(),
  strategyId,
  createdAtMs: epochMs,
  updatedAtMs: epochMs,
  toSentMs: z.int().nullable(),
  toAcknowledgedMs: z.int().nullable(),
});

export const overviewSchema: z.ZodType<Overview> = z.strictObject({
  accountId,
  tradingState: tradingStateSchema,
  groups: z.array(groupSchema),
  orders: z.array(orderRowSchema),
  slots: z.strictObject({ used: count, limit: count }),
  updatedAtMs: epochMs,
});
