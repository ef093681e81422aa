// The tolerant reading of exits: what shrinks exposure is carried out if symbol and direction are clear, and what could not
// be read beside them is named. Must never make an exit of a signal that may be an entry.
import { wantedChange } from "./action.ts";
import { SignalFault } from "./fault.ts";
import type { DecidingFields, SignalMeaning } from "./meaning.ts";
import { symbolOf } from "./symbol.ts";
import type { UnreadField } from "./unread.ts";

/** The subject of a refused signal, as far as it can be read. */
export interface About {
  readonly symbol: string | null;
  readonly action: SignalMeaning["action"] | null;
}

export function aboutOf(values: DecidingFields): About {
  const symbol = orNull(() => symbolOf(values)) ?? orNull(() => symbolOf(ownSymbol(values)));
  return { symbol, action: orNull(() => wantedChange(values))?.action ?? null };
}

/** The fields that an exit is read from. Null for what is no clear exit, which is then read as strictly as an entry. */
export function exitFields(values: DecidingFields, unread: readonly UnreadField[]): DecidingFields | null {
  const change = orNull(() => wantedChange(values));
  if (change === null || change.action === "open") return null;
  // The sender named a side or a symbol, and which one is not known.
  if (isGarbled(unread, "side") || isGarbled(unread, "symbol")) return null;
  const lacksSymbol = unread.some(({ field }) => field === "symbol" || field === "ticker");
  const isChartKnown = values.ticker !== undefined && !isGarbled(unread, "ticker");
  if (values.symbol === undefined && lacksSymbol && !isChartKnown) return null;
  return values.symbol !== undefined && isNoInstrument(values.ticker) ? ownSymbol(values) : values;
}

/** Its entry half cannot be read or comes too late: a strategy that says that it turned is out of the side it was on. */
export function exitHalfFields(
  values: DecidingFields,
  unread: readonly UnreadField[],
): DecidingFields | null {
  const { strategyPrevMarketPosition: before, action, ...rest } = values;
  if (!isTurned(values)) return null;
  const isOrder = action === "buy" || action === "sell";
  const flat = { ...rest, strategyMarketPosition: "flat", strategyPrevMarketPosition: before } as const;
  return exitFields({ ...flat, ...(isOrder ? { action } : {}), side: undefined }, unread);
}

/** Whether a Pine strategy says that its order took it from one side to the other. */
export function isTurned({
  strategyMarketPosition: now,
  strategyPrevMarketPosition: before,
}: DecidingFields): boolean {
  const sides = [now, before];
  return now !== before && sides.every((each) => each === "long" || each === "short");
}

/** True of a chart's ticker that is there and is a spread, an index, or the like. */
function isNoInstrument(ticker: string | undefined): boolean {
  return ticker !== undefined && orNull(() => symbolOf({ ticker })) === null;
}

/** The symbol by its own field, without the chart's. */
function ownSymbol(values: DecidingFields): DecidingFields {
  return { ...values, ticker: undefined };
}

function isGarbled(unread: readonly UnreadField[], name: string): boolean {
  return unread.some(({ field, isEmpty }) => field === name && !isEmpty);
}

interface CarriedOut {
  readonly meaning: SignalMeaning;
  readonly atMs: number | null;
}

/** The parts that an exit is carried out without, in a sentence each. */
export function passedOver(
  values: DecidingFields,
  unread: readonly UnreadField[],
  { meaning, atMs }: CarriedOut,
): readonly string[] {
  const { ticker, reduceBps, reducePct } = values;
  const share = reduceBps ?? reducePct;
  const isPart = meaning.action === "close" && share !== undefined && share < ALL_BPS;
  return [
    ...unread.map(({ fault }) => fault),
    ...(isPart ? [`a share of ${share} basis points is there, but the action closes all`] : []),
    ...(isNoInstrument(ticker)
      ? [`ticker ${JSON.stringify(ticker?.slice(0, SHOWN_LENGTH))} is no single instrument`]
      : []),
    ...(atMs === null ? ["the alert does not say when it fired; it counts from its arrival"] : []),
  ];
}

const ALL_BPS = 10_000;
const SHOWN_LENGTH = 60;

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SignalFault)) throw error;
    return null;
  }
}
