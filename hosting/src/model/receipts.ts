// Outcome of each signal and the time that each step took. A step that has yet to happen is unknown, never 0
// ms.

import { RECEIPT_STATUSES } from "#domain/documents/words.ts";
import { denialSentence } from "./denial-words.ts";
import type { Tone } from "./order-words.ts";
import { refusalSentence } from "./refusal-words.ts";
import type { ReceiptRow } from "./rows.ts";

export interface Latencies {
  /** From the step before, ms; null while that step has not happened. */
  readonly decidedMs: number | null;
  readonly sentMs: number | null;
  readonly acknowledgedMs: number | null;
  /** Received to the venue's answer. */
  readonly totalMs: number | null;
}

function between(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : toMs - fromMs;
}

export function latenciesOf(receipt: ReceiptRow): Latencies {
  const { receivedAtMs, decidedAtMs, sentAtMs, acknowledgedAtMs } = receipt;
  return {
    decidedMs: between(receivedAtMs, decidedAtMs),
    sentMs: between(decidedAtMs, sentAtMs),
    acknowledgedMs: between(sentAtMs, acknowledgedAtMs),
    totalMs: between(receivedAtMs, acknowledgedAtMs),
  };
}

/** A decision normally takes well under a second; after this a signal counts as stuck. */
export const UNDECIDED_AFTER_MS = 10_000;

const TONES: Readonly<Record<ReceiptRow["status"], Tone>> = {
  RECEIVED: "working",
  REFUSED: "danger",
  DENIED: "danger",
  ORDERED: "good",
  EXPIRED: "warning",
  WAITING: "warning",
};

export function receiptTone(receipt: ReceiptRow, nowMs: number): Tone {
  return isStuck(receipt, nowMs) ? "warning" : TONES[receipt.status];
}

export function isStuck(receipt: ReceiptRow, nowMs: number): boolean {
  return receipt.status === "RECEIVED" && nowMs - receipt.receivedAtMs > UNDECIDED_AFTER_MS;
}

/**
 * The change that the signal asked for: `open long BTCUSDT`; a signal refused at the door never became an
 * intent.
 */
export function wantedText({ intent }: ReceiptRow): string {
  return intent === null
    ? "no intent formed"
    : [intent.action, intent.side, intent.symbol].filter((word) => word !== null).join(" ");
}

/** Why it did not trade, one sentence for every check that failed; empty when it did. */
export function reasonsOf(receipt: ReceiptRow, nowMs: number): string[] {
  if (receipt.status === "REFUSED")
    return [refusalSentence(receipt.refusalCode, receipt.payload.faults ?? [])];
  if (isStuck(receipt, nowMs)) return ["Not decided yet: check that the executor function runs"];
  if (receipt.status === "EXPIRED" && receipt.denials.length === 0)
    return ["Too old to trade when its turn came"];
  return receipt.denials.map(denialSentence);
}

/** `18 ordered, 5 denied, 2 refused`: only what occurs. */
export function tally(receipts: readonly ReceiptRow[]): string {
  return RECEIPT_STATUSES.map(
    (status) => [receipts.filter((one) => one.status === status).length, status.toLowerCase()] as const,
  )
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** New receipts that did not trade, as sentences; nothing on the first look. */
export function receiptNews(before: readonly ReceiptRow[] | null, after: readonly ReceiptRow[]): string[] {
  if (before === null) return [];
  const known = new Map(before.map((receipt) => [receipt.signalId, receipt.status]));
  return after
    .filter(
      ({ signalId, status }) =>
        known.get(signalId) !== status && (status === "DENIED" || status === "REFUSED"),
    )
    .map(
      (receipt) =>
        `${receipt.status === "DENIED" ? "Denied" : "Refused"} ${wantedText(receipt)}: ${reasonsOf(receipt, receipt.receivedAtMs).join("; ")}`,
    )
    .reverse();
}
