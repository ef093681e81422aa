// Reads an alert from top to bottom: body → fields → action → meaning. Each step is a line here and a file of
// this room. A contradiction is an answer to the sender and never a trade. An entry is read strictly; an exit is not
// refused for a field that it does not need.
import { wantedChange } from "./action.ts";
import { amountOf, priceOf } from "./amount.ts";
import { bodyText, namedFields, readBody, type SentBody } from "./body.ts";
import { type About, aboutOf, exitFields, exitHalfFields, passedOver } from "./exit.ts";
import { SignalFault } from "./fault.ts";
import type { NamedFields } from "./field-names.ts";
import type { DecidingFields, SignalMeaning } from "./meaning.ts";
import { symbolOf } from "./symbol.ts";
import { faultOfFields, type UnreadField } from "./unread.ts";
import { entryFieldsIn, wantedEntries } from "./wanted-entries.ts";
import { exitFieldsIn, wantedExits } from "./wanted-exits.ts";

/** The body as fields, or why it is none. */
export type OpenedBody = { readonly body: SentBody } | { readonly fault: SignalFault };

/**
 * Body: bytes to the fields as they were sent, without secrets. A step of its own, because the token that proves the
 * sender may stand in the body. `knownSecrets` are values that the request uses as one; fields and faults lack them.
 */
export function openBody(rawBody: Uint8Array, knownSecrets: readonly string[]): OpenedBody {
  try {
    return { body: readBody(bodyText(rawBody), knownSecrets) };
  } catch (error) {
    if (!(error instanceof SignalFault)) throw error;
    return { fault: error };
  }
}

/** Values of the fields that say which signal this is, when it fired, and what it means. */
interface SignalValues extends DecidingFields {
  readonly id?: string | undefined;
  /** When the alert fired. */
  readonly timenow?: number | undefined;
  /** When the bar opened. */
  readonly time?: number | undefined;
}

/** Texts by field to values. The schema that does it lives outside the domain. */
type ReadValues = (known: NamedFields["known"]) => {
  readonly values: SignalValues;
  readonly unread: readonly UnreadField[];
};

export type SignalReading =
  | {
      readonly kind: "meant";
      readonly fields: NamedFields;
      readonly values: SignalValues;
      /** Null for an exit that does not say when it fired: it counts from its arrival. */
      readonly signalledAtMs: number | null;
      readonly meaning: SignalMeaning;
      /** The parts that an exit was carried out without, in a sentence each; empty for an entry. */
      readonly passedOver: readonly string[];
      /** Fields that could be read, and that only an entry has a use for: an exit leaves them, and says so. */
      readonly unused: readonly string[];
      /** Of a reversal: the exit that is clear by itself, should its entry be refused. */
      readonly exitHalf: SignalMeaning | null;
    }
  /** `fields` are null when not even their names could be told apart. */
  | {
      readonly kind: "unreadable";
      readonly fields: NamedFields | null;
      readonly fault: SignalFault;
      readonly about: About;
    };

/** Fields: any spelling to one name, text to values. Then the time, then the meaning. `sentAtMs` is what was signed. */
export function readSignal(body: SentBody, readValues: ReadValues, sentAtMs: number | null): SignalReading {
  let fields: NamedFields | null = null;
  let values: SignalValues = {};
  let unread: readonly UnreadField[] = [];
  try {
    fields = namedFields(body);
    const read = readValues(fields.known);
    values = read.values;
    unread = [...fields.unread, ...read.unread];
    const exit = exitFields(values, unread);
    const strict = exit === null ? faultOfFields(unread) : null;
    if (strict !== null) throw strict;
    const meaning = meaningOf(exit ?? values);
    const atMs = signalTime(values, sentAtMs);
    // A reduction is not carried out twice for one alert, so it has to say which alert it is.
    if (atMs === null && meaning.action !== "close") throw timestampMissing();
    const without = exit === null ? [] : passedOver(values, unread, { meaning, atMs });
    const exitHalf = exit === null ? exitHalfOf(values, unread) : null;
    const unused = unusedOf(values, meaning);
    return {
      kind: "meant",
      fields,
      values,
      signalledAtMs: atMs,
      meaning,
      passedOver: without,
      unused,
      exitHalf,
    };
  } catch (error) {
    if (!(error instanceof SignalFault)) throw error;
    const exitHalf = fields === null ? null : exitHalfOf(values, unread);
    if (fields === null || exitHalf === null)
      return { kind: "unreadable", fields, fault: error, about: aboutOf(values) };
    const without = [`the entry of this reversal is refused: ${error.faults.join("; ")}`];
    const atMs = signalTime(values, sentAtMs);
    return {
      kind: "meant",
      fields,
      values,
      signalledAtMs: atMs,
      meaning: exitHalf,
      passedOver: without,
      unused: unusedOf(values, exitHalf),
      exitHalf: null,
    };
  }
}

/** A template that is shared by entries and exits is no fault: it is told on the receipt, and alerts no person. */
function unusedOf(values: SignalValues, { action }: SignalMeaning): readonly string[] {
  const names = action === "open" ? [] : [...exitFieldsIn(values), ...entryFieldsIn(values)];
  return names.length === 0 ? [] : [`${names.join(", ")}: the plan of an entry, and the action is ${action}`];
}

function exitHalfOf(values: SignalValues, unread: readonly UnreadField[]): SignalMeaning | null {
  const fields = exitHalfFields(values, unread);
  return fields === null ? null : meaningOf(fields);
}

/** When the alert fired. `time` is the bar's opening, and counts only where nothing better is there. */
function signalTime({ timenow, time }: SignalValues, sentAtMs: number | null): number | null {
  return timenow ?? sentAtMs ?? time ?? null;
}

function timestampMissing(): SignalFault {
  return new SignalFault(
    "TIMESTAMP_MISSING",
    ["the alert does not say when it fired"],
    'Add "timenow": "{{timenow}}" to the alert\'s message',
  );
}

/** Action: the position change that is wanted. Meaning: that change with its symbol, its size or share, its price, its exits, its further entries. */
export function meaningOf(values: DecidingFields): SignalMeaning {
  const symbol = symbolOf(values);
  const change = wantedChange(values);
  const { size, reduceBps } = amountOf(values, change);
  const { action, side } = change;
  const signalPriceUsd = priceOf(values);
  const exits = action === "open" ? wantedExits(values, side, signalPriceUsd) : null;
  const entries = action === "open" ? wantedEntries(values) : null;
  return { symbol, action, side, size, reduceBps, signalPriceUsd, exits, entries };
}
