// Why a group ended, or is being closed, in a trader's words.
import type { ExitReason } from "#domain/documents/words.ts";

const WORDS: Readonly<Record<ExitReason, string>> = {
  signal: "signal",
  stoploss: "stop",
  takeProfit: "take-profit",
  timeLimit: "time limit",
  flatten: "flatten",
  watchdog: "watchdog",
  offset: "offset of a loser",
  operator: "operator’s command",
  reconcile: "gone at the venue, cause not read yet",
  liquidation: "liquidated by the venue",
  adl: "reduced by the venue (ADL)",
  settlement: "settled by the venue",
  external: "closed by hand or another program",
};

export function exitReasonWords(reason: ExitReason): string {
  return WORDS[reason];
}
