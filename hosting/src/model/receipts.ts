// Outcome of each signal and the time that each step took. A step that has yet to happen is unknown, never 0
// ms.

import type { OrderStatus } from "#domain/documents/order.ts";
import type { Overview } from "#domain/documents/views.ts";
import { RECEIPT_STATUSES } from "#domain/documents/words.ts";
import { denialSentence } from "./denial-words.ts";
import { planText, sizeText } from "./exit-plan-words.ts";
import type { Tone } from "./order-words.ts";
import { stayWords } from "./queue-words.ts";
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
  QUEUED: "working",
};

/** The time, and the symbols in which an order waits for the venue's word: an intent there waits with it. */
export interface Sight {
  readonly nowMs: number;
  readonly waitingSymbols: ReadonlySet<string>;
}

/** Sent or about to be, and the venue has not said what became of it. */
const WITHOUT_WORD: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["SUBMITTING", "SUBMIT_UNKNOWN"]);

export function sightOf(overview: Pick<Overview, "orders"> | null, nowMs: number): Sight {
  const waiting = overview?.orders.filter(({ status }) => WITHOUT_WORD.has(status)) ?? [];
  return { nowMs, waitingSymbols: new Set(waiting.map(({ symbol }) => symbol)) };
}

export function receiptTone(receipt: ReceiptRow, sight: Sight): Tone {
  return isStuck(receipt, sight) ? "warning" : TONES[receipt.status];
}

/** Undecided for long, and not because the venue is silent about an order. */
export function isStuck(receipt: ReceiptRow, sight: Sight): boolean {
  return isLate(receipt, sight) && !waitsForVenue(receipt, sight);
}

function isLate({ status, receivedAtMs }: ReceiptRow, { nowMs }: Sight): boolean {
  return status === "RECEIVED" && nowMs - receivedAtMs > UNDECIDED_AFTER_MS;
}

function waitsForVenue({ intent }: ReceiptRow, { waitingSymbols }: Sight): boolean {
  return intent !== null && waitingSymbols.has(intent.symbol);
}

/**
 * The change that the signal asked for: `open long BTCUSDT`; of a signal refused at the door as much as could be
 * read.
 */
export function wantedText({ intent, payload }: ReceiptRow): string {
  const { about } = payload;
  const words =
    intent === null ? [about?.action, about?.symbol] : [intent.action, intent.side, intent.symbol];
  const known = words.filter((word) => word != null);
  return known.length === 0 ? "no intent formed" : known.join(" ");
}

/** Size and exits that the signal brings itself; null where both are the config's. */
export function askedText({ intent }: ReceiptRow): string | null {
  if (intent === null || intent.action !== "open") return null;
  const parts = [sizeText(intent.size), intent.exits === null ? null : planText(intent.exits)];
  const asked = parts.filter((part) => part !== null);
  return asked.length === 0 ? null : asked.join("; ");
}

/** Why it did not trade, one sentence for every check that failed; of an exit, what it was carried out without. */
export function reasonsOf(receipt: ReceiptRow, sight: Sight): string[] {
  const faults = receipt.payload.faults ?? [];
  if (receipt.status === "REFUSED") return [refusalSentence(receipt.refusalCode, faults)];
  const without = faults.length === 0 ? [] : [`Carried out without: ${faults.join("; ")}`];
  if (isStuck(receipt, sight)) return [...without, "Not decided yet: check that the executor function runs"];
  if (isLate(receipt, sight)) return [...without, "Waits for the venue's word on an order of this symbol"];
  if (receipt.status === "EXPIRED" && receipt.denials.length === 0)
    return [...without, "Too old to trade when its turn came"];
  const stay = stayWords(receipt);
  return [...without, ...(stay === null ? [] : [stay]), ...receipt.denials.map(denialSentence)];
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
        `${receipt.status === "DENIED" ? "Denied" : "Refused"} ${wantedText(receipt)}: ${reasonsOf(receipt, sightOf(null, receipt.receivedAtMs)).join("; ")}`,
    )
    .reverse();
}
