// What an alert means, read from top to bottom: body → fields → action → meaning. Each step is a line here and a file of
// this room. Keeps true that a contradiction is an answer to the sender and never a trade.
import { wantedChange } from "./action.ts";
import { amountOf, priceOf } from "./amount.ts";
import { bodyText, namedFields, readBody, type SentBody } from "./body.ts";
import { SignalFault } from "./fault.ts";
import type { NamedFields } from "./field-names.ts";
import type { DecidingFields, SignalMeaning } from "./meaning.ts";
import { redactText } from "./redact.ts";
import { symbolOf } from "./symbol.ts";

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
    const { code, faults, remedy, cause } = error;
    const clean = faults.map((fault) => redactText(fault, knownSecrets));
    return { fault: new SignalFault(code, clean, remedy, { cause }) };
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

/** Texts by field to values. Throws SignalFault. The schema that does it lives outside the domain. */
type ReadValues = (known: NamedFields["known"]) => SignalValues;

export type SignalReading =
  | {
      readonly kind: "meant";
      readonly fields: NamedFields;
      readonly values: SignalValues;
      readonly signalledAtMs: number;
      readonly meaning: SignalMeaning;
    }
  /** `fields` are null when not even their names could be told apart. */
  | { readonly kind: "unreadable"; readonly fields: NamedFields | null; readonly fault: SignalFault };

/** Fields: any spelling to one name, text to values. Then the time, then the meaning. `sentAtMs` is what was signed. */
export function readSignal(body: SentBody, readValues: ReadValues, sentAtMs: number | null): SignalReading {
  let fields: NamedFields | null = null;
  try {
    fields = namedFields(body);
    const values = readValues(fields.known);
    const signalledAtMs = signalTime(values, sentAtMs);
    const meaning = meaningOf(values);
    return { kind: "meant", fields, values, signalledAtMs, meaning };
  } catch (error) {
    if (!(error instanceof SignalFault)) throw error;
    return { kind: "unreadable", fields, fault: error };
  }
}

/** When the alert fired. `time` is the bar's opening, and counts only where nothing better is there. */
function signalTime({ timenow, time }: SignalValues, sentAtMs: number | null): number {
  const atMs = timenow ?? sentAtMs ?? time;
  if (atMs !== undefined) return atMs;
  throw new SignalFault(
    "TIMESTAMP_MISSING",
    ["the alert does not say when it fired"],
    'Add "timenow": "{{timenow}}" to the alert\'s message',
  );
}

/** Action: the position change that is wanted. Meaning: that change with its symbol, its size or share, its price. */
export function meaningOf(values: DecidingFields): SignalMeaning {
  const symbol = symbolOf(values);
  const change = wantedChange(values);
  const { size, reduceBps } = amountOf(values, change);
  const { action, side } = change;
  return { symbol, action, side, size, reduceBps, signalPriceUsd: priceOf(values) };
}
