// The control document of an account that has never traded. The one place that says what "nothing yet" looks like, so
// that a new account, a rebuild and a test begin equal.
import type { ControlState, TradingStateLatch } from "./control.ts";

/** A latch that an operator set; it never ends by itself. */
export function operatorLatch(
  state: TradingStateLatch["state"],
  actor: string,
  reason: string,
  atMs: number,
): TradingStateLatch {
  return { state, cause: "operator", resumeAtMs: null, actor, reason, atMs };
}

export function newControlState(
  accountId: string,
  configVersion: number,
  tradingState: TradingStateLatch,
  nowMs: number,
): ControlState {
  return {
    accountId,
    lease: { holderId: null, fence: 0, expiresAtMs: 0 },
    tradingState,
    configVersion,
    throttles: { orderSentAtMs: [], venueBannedUntilMs: 0, errorAtMs: [], vetoedUntilMs: {} },
    protections: { trades: [], locks: [] },
    session: null,
    flatten: null,
    offset: null,
    drawdownGrade: "NONE",
    drawdownBaselineId: null,
    drawdownAcknowledgedBps: null,
    dailyLossDay: null,
    telemetryFailingSinceMs: null,
    commands: { storedCount: 0, takenCount: 0 },
    slots: {},
    queue: [],
    reservations: {},
    symbolChangedAtMs: {},
    stopsToCancel: {},
    closings: [],
    directives: [],
    dust: {},
    accountsDue: {},
    newestSignals: {},
    absentOrders: {},
    inbox: { storedCount: 0, takenCount: 0 },
    waitingCount: 0,
    groundLostCount: 0,
    journalSeq: 0,
    updatedAtMs: nowMs,
  };
}
