// The documents that the first screen reads, as it needs them, and the readers that check them. Types come from the
// domain, so a field renamed there fails to compile here.
import type { AccountProfile } from "../../../functions/src/domain/account.ts";
import type { AccountConfig } from "../../../functions/src/domain/config.ts";
import type { ControlState, TradingStateLatch } from "../../../functions/src/domain/control.ts";
import type { Group } from "../../../functions/src/domain/group.ts";
import type { TopOfBook } from "../../../functions/src/domain/market.ts";
import type {
  MarkedPosition,
  Nav,
  NavSample,
  NavSeries,
  Peak,
  SourceHealth,
} from "../../../functions/src/domain/nav.ts";
import type { Rejection } from "../../../functions/src/domain/order.ts";
import type { Alert } from "../../../functions/src/domain/records.ts";
import type { Intent, Receipt } from "../../../functions/src/domain/signal.ts";
import type { OrderRow, Overview } from "../../../functions/src/domain/views.ts";
import type { ShownDenial } from "../model/denial-words.ts";
import { amount, flag, list, nullable, number, oneOf, optional, record, shape, text } from "./shape.ts";

export type Limits = Pick<
  AccountConfig,
  | "version"
  | "symbols"
  | "maxGrossExposureUsd"
  | "maxOrdersPerMinute"
  | "maxNavAgeMs"
  | "maxPeakAgeMs"
  | "maxMarkAgeMs"
>;
export type Control = Pick<ControlState, "tradingState" | "throttles" | "inbox" | "updatedAtMs">;
export type ShownIntent = Pick<Intent, "symbol" | "action" | "side">;
export type ReceiptRow = Omit<Receipt, "intent" | "denials" | "payload" | "hookId" | "accountId"> & {
  readonly intent: ShownIntent | null;
  readonly denials: readonly ShownDenial[];
  /** What was wrong with a refused signal, in the webhook's words. */
  readonly payload: { readonly faults: readonly string[] | null };
};
export type AlertRow = Omit<Alert, "accountId">;
export type SeriesDay = Pick<NavSeries, "day" | "atMs" | "navUsd">;

const side = oneOf("long", "short");
const orderSide = oneOf("buy", "sell");

export const profileReader = shape<AccountProfile>({
  accountId: text,
  name: text,
  venue: oneOf("binance-usdm", "bybit-linear"),
  mode: oneOf("paper", "live"),
});

export const limitsReader = shape<Limits>({
  version: number,
  symbols: list(text),
  maxGrossExposureUsd: amount,
  maxOrdersPerMinute: number,
  maxNavAgeMs: number,
  maxPeakAgeMs: number,
  maxMarkAgeMs: number,
});

const latchReader = shape<TradingStateLatch>({
  state: oneOf("ACTIVE", "REDUCING", "HALTED"),
  actor: text,
  reason: text,
  atMs: number,
});

export const controlReader = shape<Control>({
  tradingState: latchReader,
  throttles: shape<Control["throttles"]>({ orderSentAtMs: list(number), venueBannedUntilMs: number }),
  inbox: shape<Control["inbox"]>({ storedCount: number, takenCount: number }),
  updatedAtMs: number,
});

const sourceReader = shape<SourceHealth>({ ok: flag, asOfMs: nullable(number), error: nullable(text) });

export const navReader = shape<Nav>({
  accountId: text,
  navUsd: nullable(amount),
  walletUsd: nullable(amount),
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
  sources: shape<Nav["sources"]>({ balances: sourceReader, positions: sourceReader, marks: sourceReader }),
  stale: flag,
  asOfMs: nullable(number),
  checkedAtMs: number,
  recent: list(shape<NavSample>({ atMs: number, navUsd: amount })),
});

export const peakReader = shape<Peak>({
  accountId: text,
  baselineId: text,
  peakUsd: amount,
  peakAtMs: number,
  drawdownBps: number,
  dayOpenUsd: amount,
  day: text,
  dayPnlUsd: amount,
  asOfMs: number,
});

export const seriesReader = shape<SeriesDay>({ day: text, atMs: list(number), navUsd: list(amount) });

const groupReader = shape<Group>({
  groupId: text,
  accountId: text,
  strategyId: text,
  symbol: text,
  side,
  status: oneOf("OPENING", "ACTIVE", "REDUCING", "CLOSED", "CLOSED_WITH_DUST", "FAILED"),
  qtyBase: amount,
  averageEntryUsd: nullable(amount),
  realizedPnlUsd: amount,
  orderIds: list(text),
  openedAtMs: number,
  endedAtMs: nullable(number),
  updatedAtMs: number,
});

const orderReader = shape<OrderRow>({
  clientOrderId: text,
  symbol: text,
  side: orderSide,
  type: oneOf("market", "limit"),
  reduceOnly: flag,
  qtyBase: amount,
  filledQtyBase: amount,
  averagePriceUsd: nullable(amount),
  status: oneOf(
    "SUBMITTING",
    "SUBMIT_UNKNOWN",
    "ACCEPTED",
    "PARTIALLY_FILLED",
    "FILLED",
    "CANCELED",
    "EXPIRED",
    "REJECTED",
    "ABSENT",
  ),
  rejection: nullable(shape<Rejection>({ code: text, message: text })),
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
  status: oneOf("RECEIVED", "REFUSED", "DENIED", "ORDERED", "EXPIRED"),
  intent: nullable(
    shape<ShownIntent>({ symbol: text, action: oneOf("open", "reduce", "close"), side: nullable(side) }),
  ),
  refusalCode: nullable(text),
  denials: list(denialReader),
  clientOrderId: nullable(text),
  payload: shape<ReceiptRow["payload"]>({ faults: optional(list(text)) }),
  source: shape<Receipt["source"]>({ address: text, mode: oneOf("signed", "tradingview") }),
  receivedAtMs: number,
  decidedAtMs: nullable(number),
  sentAtMs: nullable(number),
  acknowledgedAtMs: nullable(number),
});

export const alertReader = shape<AlertRow>({
  alertId: text,
  severity: oneOf("info", "warning", "critical"),
  code: text,
  message: text,
  remedy: text,
  atMs: number,
  acknowledgedAtMs: nullable(number),
});
