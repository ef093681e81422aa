// Random histories of an account, run through the same pure functions as in production: decisions, fills, refusals, lost
// answers, cancels, positions that the venue closed, bans. For properties about what must survive them.
import fc from "fast-check";
import { settle, withSlot } from "#domain/books/bookkeeping.ts";
import { withVenueQuantity } from "#domain/books/positions.ts";
import { type DecisionBooks, decideIntent } from "#domain/decide/decide-intent.ts";
import { dec } from "#domain/decimal.ts";
import { type AccountConfig, closedConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { withVeto } from "#domain/risk/veto.ts";
import { NO_PROTECTIONS } from "#test/support/config.ts";
import { intent, mark, market, NOW_MS, nav, peak, touchRead, venueSettings } from "./factories.ts";
import { configWith, controlWith } from "./world.ts";

export const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"] as const;
export const STRATEGIES = ["trend", "patient"] as const;

type Outcome = "filled" | "partly" | "canceled" | "refused" | "unknown" | "absent";

type Step =
  | {
      readonly kind: "ask";
      readonly symbol: string;
      readonly strategyId: string;
      readonly action: Intent["action"];
      readonly side: "long" | "short";
      readonly notionalUsd: string;
    }
  | {
      readonly kind: "outcome";
      readonly pick: number;
      readonly outcome: Outcome;
      /** Price of the fill against the mark, in percent. */
      readonly percent: number;
    }
  | { readonly kind: "venueCloses"; readonly pick: number }
  | { readonly kind: "ban"; readonly forMs: number }
  /** No valid config is found any more, or it is found again. */
  | { readonly kind: "config"; readonly lost: boolean };

export interface TimedStep {
  readonly step: Step;
  readonly afterMs: number;
}

export interface History {
  /** The account's own, also while the books are without it. */
  readonly config: AccountConfig;
  readonly books: DecisionBooks;
  readonly orders: Readonly<Record<string, Order>>;
  readonly nowMs: number;
  readonly asked: number;
  /** The denials of the last step's question. */
  readonly denials: readonly Denial[];
}

const asks: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("ask" as const),
  symbol: fc.constantFrom(...SYMBOLS),
  strategyId: fc.constantFrom(...STRATEGIES),
  action: fc.constantFrom("open", "close", "close", "reduce"),
  side: fc.constantFrom("long", "short"),
  notionalUsd: fc.integer({ min: 90, max: 5_200 }).map(String),
});
const outcomes: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("outcome" as const),
  pick: fc.nat(20),
  outcome: fc.constantFrom(
    "filled",
    "filled",
    "filled",
    "filled",
    "partly",
    "canceled",
    "refused",
    "unknown",
    "absent",
  ),
  percent: fc.integer({ min: 80, max: 110 }),
});
const closes: fc.Arbitrary<Step> = fc.record({ kind: fc.constant("venueCloses" as const), pick: fc.nat(20) });
const bans: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("ban" as const),
  forMs: fc.integer({ min: 1, max: 200_000 }),
});

const configs: fc.Arbitrary<Step> = fc.record({ kind: fc.constant("config" as const), lost: fc.boolean() });

export const histories: fc.Arbitrary<readonly TimedStep[]> = fc.array(
  fc.record({
    step: fc.oneof(
      { weight: 12, arbitrary: asks },
      { weight: 16, arbitrary: outcomes },
      { weight: 2, arbitrary: closes },
      { weight: 2, arbitrary: bans },
      { weight: 1, arbitrary: configs },
    ),
    afterMs: fc.oneof(fc.nat(2_000), fc.nat(2_000), fc.nat(60_000)),
  }),
  { minLength: 1, maxLength: 60, size: "max" },
);

const MINUTE_MS = 60_000;

/** Every brake on, and tight enough that short histories meet them. */
export function brakedConfig(overrides: Partial<AccountConfig> = {}): AccountConfig {
  return configWith({
    maxOrdersPerMinute: 3,
    maxOpenGroups: 2,
    protections: {
      ...NO_PROTECTIONS,
      cooldownPeriod: { stopDurationMs: MINUTE_MS },
      stoplossGuard: {
        lookbackMs: 10 * MINUTE_MS,
        tradeLimit: 1,
        stopDurationMs: 2 * MINUTE_MS,
        requiredProfitBps: 0,
        onlyPerSymbol: false,
        onlyPerSide: true,
      },
      maxDrawdown: {
        lookbackMs: 10 * MINUTE_MS,
        tradeLimit: 1,
        stopDurationMs: 3 * MINUTE_MS,
        maxAllowedDrawdownBps: 500,
      },
      lowProfitPairs: {
        lookbackMs: 10 * MINUTE_MS,
        tradeLimit: 1,
        stopDurationMs: 4 * MINUTE_MS,
        requiredProfitBps: 0,
        onlyPerSide: false,
      },
      errorBurst: { windowMs: 5 * MINUTE_MS, limit: 2, stopDurationMs: 2 * MINUTE_MS },
      vetoCooldownMs: 5_000,
    },
    ...overrides,
  });
}

/** Books that are fresh at `nowMs` whatever the time: only the brakes are in question. */
export function freshBooks(
  nowMs: number,
  control: ControlState,
  groups: DecisionBooks["groups"],
  config: AccountConfig,
): DecisionBooks {
  const marks = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, mark({ symbol, asOfMs: nowMs })]));
  const markets = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, market({ symbol })]));
  return {
    control,
    groups,
    config,
    nav: nav({ marks, asOfMs: nowMs, checkedAtMs: nowMs }),
    peak: peak({ asOfMs: nowMs }),
    universe: { asOfMs: nowMs, venue: "binance-usdm", markets },
    venueSettings: venueSettings({ asOfMs: nowMs }),
  };
}

export function beginning(config: AccountConfig): History {
  const books = freshBooks(NOW_MS, controlWith(), {}, config);
  return { config, books, orders: {}, nowMs: NOW_MS, asked: 0, denials: [] };
}

export function askedAt(nowMs: number, overrides: Partial<Intent>): Intent {
  return intent({ signalledAtMs: nowMs, receivedAtMs: nowMs, expiresAtMs: nowMs + MINUTE_MS, ...overrides });
}

export function after(history: History, { step, afterMs }: TimedStep): History {
  const nowMs = history.nowMs + afterMs;
  const { control, groups, config } = history.books;
  const now = { ...history, nowMs, books: freshBooks(nowMs, control, groups, config), denials: [] };
  switch (step.kind) {
    case "ask":
      return afterQuestion(now, step);
    case "outcome":
      return afterOutcome(now, step);
    case "venueCloses":
      return afterVenueCloses(now, step.pick);
    case "ban": {
      const { throttles } = control;
      const venueBannedUntilMs = Math.max(throttles.venueBannedUntilMs, nowMs + step.forMs);
      return withControl(now, { ...control, throttles: { ...throttles, venueBannedUntilMs } });
    }
    case "config": {
      const inForce = step.lost ? closedConfig(nowMs) : history.config;
      return { ...now, books: { ...now.books, config: inForce } };
    }
  }
}

function withControl(history: History, control: ControlState): History {
  return { ...history, books: { ...history.books, control } };
}

function afterQuestion(history: History, step: Extract<Step, { kind: "ask" }>): History {
  const { books, nowMs } = history;
  const { symbol, strategyId, action, side, notionalUsd } = step;
  const id = `intent-${history.asked}`;
  const asked = askedAt(nowMs, {
    intentId: id,
    signalId: id,
    symbol,
    strategyId,
    action,
    side: action === "open" ? side : null,
    size: { kind: "notionalUsd", notionalUsd },
    reduceBps: action === "reduce" ? 5_000 : null,
  });
  const decision = decideIntent(
    { ...books, touch: touchRead({ symbol, askedAtMs: nowMs, asOfMs: nowMs }) },
    asked,
    nowMs,
  );
  const next = { ...history, asked: history.asked + 1 };
  switch (decision.kind) {
    case "clearFirst":
    case "wait":
    case "queue":
    case "staysQueued":
      return next;
    case "deny": {
      const { control } = books;
      const throttles = withVeto(
        control.throttles,
        { intent: asked, denials: decision.denials },
        books.config,
        nowMs,
      );
      return { ...withControl(next, { ...control, throttles }), denials: decision.denials };
    }
    case "place": {
      const { order, group, control } = decision;
      const groups = { ...books.groups, [group.groupId]: group };
      const orders = { ...history.orders, [order.request.clientOrderId]: order };
      return { ...next, orders, books: { ...books, control, groups } };
    }
  }
}

function afterOutcome(history: History, step: Extract<Step, { kind: "outcome" }>): History {
  const live = Object.values(history.orders).filter(({ status }) => !isEnded(status));
  const order = live[step.pick % Math.max(1, live.length)];
  const group = order === undefined ? undefined : history.books.groups[order.groupId];
  if (order === undefined || group === undefined) return history;
  const { control, config } = history.books;
  const known = market({ symbol: order.request.symbol });
  const settled = settle({ order, group, control }, eventOf(order, step, history.nowMs), known, config);
  const { [group.groupId]: _before, ...others } = history.books.groups;
  const groups = isGroupEnded(settled.group.status) ? others : { ...others, [group.groupId]: settled.group };
  return {
    ...history,
    orders: { ...history.orders, [order.request.clientOrderId]: settled.order },
    books: { ...history.books, control: settled.control, groups },
  };
}

function eventOf(
  order: Order,
  { outcome, percent }: Extract<Step, { kind: "outcome" }>,
  atMs: number,
): OrderEvent {
  const cause = { code: "-1", message: "for the history" };
  const said = (status: "FILLED" | "PARTIALLY_FILLED" | "CANCELED", filledQtyBase: string): OrderEvent => ({
    type: "venueSaid",
    evidence: { venueOrderId: "7", status, filledQtyBase, averagePriceUsd: String(percent * 500) },
    atMs,
  });
  switch (outcome) {
    case "filled":
      return said("FILLED", order.request.qtyBase);
    case "partly":
      return said("PARTIALLY_FILLED", dec(order.request.qtyBase).div(2).toFixed());
    case "canceled":
      return said("CANCELED", order.filledQtyBase);
    case "refused":
      return { type: "venueRefused", rejection: cause, atMs };
    case "unknown":
      return { type: "outcomeUnknown", cause, atMs };
    case "absent":
      return { type: "absenceConfirmed", atMs };
  }
}

function afterVenueCloses(history: History, pick: number): History {
  const { books, nowMs } = history;
  const inFlight = new Set(Object.values(books.control.reservations).map(({ groupId }) => groupId));
  // As in reconcile: what an order in flight may explain is left to it.
  const open = Object.values(books.groups).filter(({ groupId }) => !inFlight.has(groupId));
  const group = open[pick % Math.max(1, open.length)];
  if (group === undefined) return history;
  const closed = withVenueQuantity(group, "0", nowMs);
  const { control, config } = books;
  const { [group.groupId]: _closed, ...groups } = books.groups;
  const next: ControlState = {
    ...control,
    slots: withSlot(control.slots, closed),
    protections: withGroupEnded(control.protections, group, closed, config.protections),
  };
  return { ...history, books: { ...books, control: next, groups } };
}
