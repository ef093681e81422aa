// Fields of an alert after naming: every TradingView placeholder and Ballast's own, each optional, each read strictly.
// https://www.tradingview.com/support/solutions/43000531021 (placeholders), .../43000529348 (webhooks). Keeps true
// that a placeholder which was not filled in is a fault, and that amounts stay decimal text.
import { z } from "zod";
import { dec, decimalString } from "#domain/decimal.ts";
import { ORDER_SIDES, SIDES } from "#domain/documents/words.ts";
import { SignalFault } from "#domain/signal/fault.ts";
import { PLOT_FIELDS } from "#domain/signal/field-names.ts";
import { exactDecimal, exactInteger } from "#domain/signal/number.ts";
import { readTimeMs } from "#domain/signal/time.ts";

const MAX_TEXT_LENGTH = 4_096;
const SHOWN_LENGTH = 60;
/** What TradingView leaves behind when it has no value, or does not know the placeholder. */
const NO_VALUE = /^(|null|nan|na|n\/a|undefined)$/i;
const RAW_PLACEHOLDER = /\{\{|\}\}/;

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
  const text = sent?.trim() ?? "null";
  const unfilled = NO_VALUE.test(text) || RAW_PLACEHOLDER.test(text);
  const value = unfilled ? undefined : read(text);
  if (value !== undefined) return value;
  const shown = JSON.stringify(text.slice(0, SHOWN_LENGTH));
  const message = unfilled ? `was not filled in, it is ${shown}` : `must be ${expected}, not ${shown}`;
  context.addIssue({ code: "custom", params: { unfilled }, message, input: sent });
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
      sent === null || NO_VALUE.test(sent.trim()) ? null : readField(sent, read, expected, context),
    )
    .optional();
}

function oneOf<const Word extends string>(...words: readonly Word[]) {
  return filled<Word>(
    (text) => words.find((word) => word === text.toLowerCase()),
    `one of ${words.join(", ")}`,
  );
}

const isPositive = (text: string | undefined): text is string =>
  text !== undefined && !text.startsWith("-") && /[1-9]/.test(text);
const positive: Read<string> = (text) => {
  const value = exactDecimal(text);
  return isPositive(value) ? value : undefined;
};
const nonNegative: Read<string> = (text) => {
  const value = exactDecimal(text);
  return value === undefined || value.startsWith("-") ? undefined : value;
};
const shortText: Read<string> = (text) => (text.length <= MAX_TEXT_LENGTH ? text : undefined);
/** Percentage as basis points; more than two places would be rounded, and is refused. */
const percentAsBps: Read<number> = (text) => {
  const value = exactDecimal(text);
  return value === undefined ? undefined : exactInteger(decimalString(dec(value).mul(100)), 1, 10_000);
};

const amount = () => filled(positive, "a number above zero");
const anyNumber = () => filled(exactDecimal, "a number");
const size = () => filled(nonNegative, "a number from zero");
const time = () => filled(readTimeMs, "a time like 2026-01-31T09:56:00Z");
const name = () => filled(shortText, `text of at most ${MAX_TEXT_LENGTH} characters`);
/** Free text: may be empty, and is not read for meaning. */
const remark = () => informational(shortText, `text of at most ${MAX_TEXT_LENGTH} characters`);
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
  navBps: filled((text) => exactInteger(text, 1, 10_000), "a whole number from 1 to 10000"),
  reduceBps: filled((text) => exactInteger(text, 1, 10_000), "a whole number from 1 to 10000"),
  reducePct: filled(percentAsBps, "a percentage from 0.01 to 100 with at most two places"),
  sizeFrom: oneOf("strategy", "contracts"),
  priceUsd: amount(),
});

export type TradingViewAlert = z.output<typeof tradingViewAlertSchema>;

/** Reads named fields. Throws SignalFault PLACEHOLDER_UNFILLED or FIELD_INVALID with every fault. */
export function readTradingViewAlert(known: Readonly<Record<string, string | null>>): TradingViewAlert {
  const parsed = tradingViewAlertSchema.safeParse(known);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const faults = issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  const unfilled = issues.some((issue) => issue.code === "custom" && issue.params?.unfilled === true);
  throw unfilled
    ? new SignalFault("PLACEHOLDER_UNFILLED", faults, UNFILLED_REMEDY)
    : new SignalFault("FIELD_INVALID", faults, "Correct the fields in the alert's message");
}
