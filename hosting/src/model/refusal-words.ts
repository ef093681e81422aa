// Why a signal was turned away at the door, before it became an intent, and what the sender should change.
import type { SignalFaultCode } from "#domain/signal/fault.ts";

type RefusalCode =
  | SignalFaultCode
  | "SIGNAL_ID_REUSED"
  | "SIGNAL_STALE"
  | "SIGNAL_FROM_FUTURE"
  | "CONFIG_UNUSABLE";

const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  SIGNAL_STALE: "Arrived too late to trade; check the sender’s clock and delay",
  SIGNAL_FROM_FUTURE: "Dated ahead of this clock; check the sender’s clock",
  SIGNAL_ID_REUSED: "Another alert came under the same id before; give each an id of its own",
  CONFIG_UNUSABLE: "The account has no usable config; activate one",
  BODY_UNREADABLE: "The alert’s text could not be read; send JSON or key=value pairs",
  TOO_MANY_FIELDS: "The alert has too many fields",
  FIELD_INVALID: "A field of the alert is not usable",
  PLACEHOLDER_UNFILLED: "TradingView left a placeholder unfilled; use one that this alert fills",
  TIMESTAMP_MISSING: "The alert has no time; add “timenow”",
  SYMBOL_MISSING: "The alert names no symbol; add “ticker”",
  SYMBOL_UNREADABLE: "The alert’s symbol is not that of a single linear perpetual",
  ACTION_MISSING: "The alert does not say what to do; add an action",
  AMBIGUOUS_SIGNAL: "The alert contradicts itself",
  SIZE_UNIT_MISSING: "The alert’s size has no unit; name it, or say with “sizeFrom” which size counts",
  REDUCE_SHARE_MISSING: "The alert does not say how much to reduce",
  EXIT_UNIT_MISSING: "The alert’s exits have no unit; name it, like “stopLossPct”",
  EXIT_PLAN_INVALID: "The alert’s exits contradict each other or its price",
  ENTRY_PLAN_INVALID: "The alert’s safety entries or pyramids contradict each other",
};

/**
 * One sentence for a refusal code, with the faults that were recorded; an unknown code is spoken as written, never
 * hidden.
 */
export function refusalSentence(code: string | null, faults: readonly string[] = []): string {
  if (code === null) return "Refused; no reason was recorded";
  const known = (REFUSALS as Readonly<Record<string, string | undefined>>)[code];
  const sentence = known ?? `Refused: ${code.toLowerCase().replaceAll("_", " ")}`;
  return faults.length === 0 ? sentence : `${sentence} (${faults.join("; ")})`;
}
