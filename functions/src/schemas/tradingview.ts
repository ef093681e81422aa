// Fields of an alert after naming: every TradingView placeholder and Ballast's own, each optional, each read
// strictly. https://www.tradingview.com/support/solutions/43000531021 (placeholders), .../43000529348
// (webhooks). A field that cannot be read is named and left out; amounts stay decimal text.
import { z } from "zod";
import { LARGEST_FIRST_SIZE_BPS, MAX_PYRAMIDS, MAX_SAFETY_ORDERS } from "#domain/documents/entry-plan.ts";
import { FURTHEST_BPS, FURTHEST_STOP_BPS, MAX_TAKE_PROFITS } from "#domain/documents/exit-plan.ts";
import { ORDER_SIDES, SIDES } from "#domain/documents/words.ts";
import { isAscii, trimmed } from "#domain/signal/ascii.ts";
import { PLOT_FIELDS } from "#domain/signal/field-names.ts";
import {
  bpsFrom,
  bpsFromPercent,
  exactDecimal,
  exactInteger,
  isPositive,
  shareFromBps,
  shareFromPercent,
} from "#domain/signal/number.ts";
import { readTakeProfits } from "#domain/signal/take-profits.ts";
import { readTimeMs } from "#domain/signal/time.ts";
import type { UnreadField } from "#domain/signal/unread.ts";

const MAX_TEXT_LENGTH = 4_096;
const SHOWN_LENGTH = 60;
const WHOLE_BPS = 10_000;
/** A year: what a document takes as a duration. */
const LONGEST_MINUTES = 366 * 24 * 60;
/** Left by TradingView in place of a value that it lacks, or of a placeholder that it does not know. */
const NO_VALUE = /^(|null|nan|na|n\/a|undefined)$/i;
const RAW_PLACEHOLDER = /\{\{|\}\}/;
const NOTHING_BUT_PLACEHOLDER = /^\{\{[^{}]*\}\}$/;

const UNFILLED_REMEDY =
  "Write the placeholder exactly as TradingView lists it, in the alert's message box (not in Pine code), or leave the field out";

type Read<T> = (text: string) => T | undefined;

/** Reads the text of a field, or reports that it was not filled in or is something else. */
function readField<T>(
  sent: string | null,
  read: Read<T>,
  expected: string,
  context: z.core.$RefinementCtx,
): T {
  const text = sent === null ? "null" : trimmed(sent);
  const unfilled = NO_VALUE.test(text) || RAW_PLACEHOLDER.test(text);
  const value = unfilled ? undefined : read(text);
  if (value !== undefined) return value;
  const shown = JSON.stringify(text.slice(0, SHOWN_LENGTH));
  const message = unfilled ? `was not filled in, it is ${shown}` : `must be ${expected}, not ${shown}`;
  const isEmpty = NO_VALUE.test(text) || NOTHING_BUT_PLACEHOLDER.test(text);
  context.addIssue({ code: "custom", params: { unfilled, isEmpty }, message, input: sent });
  return z.NEVER;
}

/** A field that must hold a value when it is there. */
function filled<T>(read: Read<T>, expected: string) {
  return z
    .string()
    .nullable()
    .transform((sent, context): T => readField(sent, read, expected, context))
    .optional();
}

/** A field that TradingView itself leaves empty where there is nothing to say: then null. */
function informational<T>(read: Read<T>, expected: string) {
  return z
    .string()
    .nullable()
    .transform((sent, context): T | null =>
      sent === null || NO_VALUE.test(trimmed(sent)) ? null : readField(sent, read, expected, context),
    )
    .optional();
}

function oneOf<const Word extends string>(...words: readonly Word[]) {
  return filled<Word>(
    (text) => (isAscii(text) ? words.find((word) => word === text.toLowerCase()) : undefined),
    `one of ${words.join(", ")}`,
  );
}

const positive: Read<string> = (text) => {
  const value = exactDecimal(text);
  return isPositive(value) ? value : undefined;
};
const nonNegative: Read<string> = (text) => {
  const value = exactDecimal(text);
  return value === undefined || value.startsWith("-") ? undefined : value;
};
const shortText: Read<string> = (text) => (text.length <= MAX_TEXT_LENGTH ? text : undefined);
const amount = () => filled(positive, "a number above zero");
const anyNumber = () => filled(exactDecimal, "a number");
const size = () => filled(nonNegative, "a number from zero");
const time = () => filled(readTimeMs, "a time like 2026-01-31T09:56:00Z");
const name = () => filled(shortText, `text of at most ${MAX_TEXT_LENGTH} characters`);
/** Free text: may be empty, and is not read for meaning. */
const remark = () => informational(shortText, `text of at most ${MAX_TEXT_LENGTH} characters`);
const whole = (most: number) =>
  filled((text) => exactInteger(text, 1, most), `a whole number from 1 to ${most}`);
const shareBps = () => filled(shareFromBps, "a number from 1 to 10000");
const sharePct = () => filled(shareFromPercent, "a percentage from 0.01 to 100");
const distanceBps = (most: number, least = 1) =>
  filled((text) => bpsFrom(text, most, least), `a number from ${least} to ${most}`);
const distancePct = (most: number, least = 1) =>
  filled((text) => bpsFromPercent(text, most, least), `a percentage from ${least / 100} to ${most / 100}`);
const order = () => oneOf(...ORDER_SIDES);
const position = () => oneOf(...SIDES, "flat");

export const tradingViewAlertSchema = z.strictObject({
  ticker: name(),
  exchange: name(),
  open: anyNumber(),
  high: anyNumber(),
  low: anyNumber(),
  close: anyNumber(),
  volume: informational(nonNegative, "a number from zero"),
  /** Opening time of the bar, not of the alert. */
  time: time(),
  timenow: time(),
  interval: name(),
  syminfoCurrency: remark(),
  syminfoBasecurrency: remark(),
  ...Object.fromEntries(PLOT_FIELDS.map((plot) => [plot, informational(exactDecimal, "a number")])),
  strategyPositionSize: anyNumber(),
  strategyOrderAction: order(),
  strategyOrderContracts: size(),
  strategyOrderPrice: anyNumber(),
  strategyOrderId: remark(),
  strategyOrderComment: remark(),
  strategyOrderAlertMessage: remark(),
  strategyMarketPosition: position(),
  strategyMarketPositionSize: size(),
  strategyPrevMarketPosition: position(),
  strategyPrevMarketPositionSize: size(),
  id: name(),
  symbol: name(),
  action: oneOf("buy", "sell", "open", "close", "reduce", "long", "short", "flat", "exit"),
  side: oneOf(...SIDES, ...ORDER_SIDES),
  notionalUsd: amount(),
  qtyBase: amount(),
  navBps: whole(10_000),
  freeBps: shareBps(),
  freePct: sharePct(),
  riskBps: shareBps(),
  riskPct: sharePct(),
  volatilityTargetPct: sharePct(),
  volatilityPct: amount(),
  reduceBps: shareBps(),
  reducePct: sharePct(),
  sizeFrom: oneOf("strategy", "contracts", "target"),
  priceUsd: amount(),
  stopLossPct: distancePct(FURTHEST_STOP_BPS),
  stopLossBps: distanceBps(FURTHEST_STOP_BPS),
  stopLossPriceUsd: amount(),
  stopDistanceUsd: amount(),
  takeProfits: filled(
    readTakeProfits,
    `a list of at most ${MAX_TAKE_PROFITS} levels with shares, like 2%:50, 3R:50`,
  ),
  breakEvenAfter: whole(MAX_TAKE_PROFITS),
  trailingPct: distancePct(FURTHEST_STOP_BPS),
  trailingBps: distanceBps(FURTHEST_STOP_BPS),
  trailingActivationPct: distancePct(FURTHEST_BPS, 0),
  trailingActivationBps: distanceBps(FURTHEST_BPS, 0),
  timeLimitMinutes: whole(LONGEST_MINUTES),
  safetyOrders: whole(MAX_SAFETY_ORDERS),
  safetyStepPct: distancePct(WHOLE_BPS),
  safetyStepBps: distanceBps(WHOLE_BPS),
  safetyStepScale: amount(),
  safetySizePct: distancePct(LARGEST_FIRST_SIZE_BPS),
  safetySizeBps: distanceBps(LARGEST_FIRST_SIZE_BPS),
  safetyVolumeScale: amount(),
  pyramidMax: filled(
    (text) => exactInteger(text, 0, MAX_PYRAMIDS),
    `a whole number from 0 to ${MAX_PYRAMIDS}`,
  ),
  pyramidDistancePct: distancePct(WHOLE_BPS, 0),
  pyramidDistanceBps: distanceBps(WHOLE_BPS, 0),
});

type TradingViewAlert = z.output<typeof tradingViewAlertSchema>;

export interface AlertReading {
  /** Fields that could be read. */
  readonly values: TradingViewAlert;
  readonly unread: readonly UnreadField[];
}

/** Reads named fields, each on its own: one that cannot be read takes no other along. */
export function readTradingViewAlert(known: Readonly<Record<string, string | null>>): AlertReading {
  const parsed = tradingViewAlertSchema.safeParse(known);
  if (parsed.success) return { values: parsed.data, unread: [] };
  const unread = parsed.error.issues.map(unreadField);
  const names = new Set(unread.map(({ field }) => field));
  const readable = Object.entries(known).filter(([name]) => !names.has(name));
  return { values: tradingViewAlertSchema.parse(Object.fromEntries(readable)), unread };
}

function unreadField(issue: z.core.$ZodIssue): UnreadField {
  const field = issue.path.join(".");
  const { unfilled, isEmpty } = (issue.code === "custom" && issue.params) || {};
  return {
    field,
    isEmpty: isEmpty === true,
    fault: `${field} ${issue.message}`,
    ...(unfilled === true
      ? { code: "PLACEHOLDER_UNFILLED", remedy: UNFILLED_REMEDY }
      : { code: "FIELD_INVALID", remedy: "Correct the fields in the alert's message" }),
  };
}
