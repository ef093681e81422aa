// The documents that one signal leaves: its receipt always; quarantine and alert where it could not be read, an alert where
// people must know what was not read or not traded. One batch, so that none of it is stored without the other.

import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites } from "#app/telling";
import { quarantineId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Quarantined } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { About } from "#domain/signal/exit.ts";
import { redactText } from "#domain/signal/redact.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Sender } from "./authenticate.ts";
import type { HookEntry } from "./hook-entry.ts";
import type { Judgement, Refusal } from "./judge-signal.ts";
import type { SignalRequest } from "./request.ts";

/** Part kept of an unreadable body: enough to see the mistake. */
const QUARANTINED_CHARACTERS = 4_096;

export interface ReceivedSignal {
  readonly entry: HookEntry;
  readonly sender: Sender;
  readonly request: SignalRequest;
  readonly judgement: Judgement;
  readonly receivedAtMs: number;
  /** Values seen used as a token in this request. */
  readonly secrets: readonly string[];
}

/** Writes that create the signal's documents; every one fails if it exists, the receipt first of all. */
export function signalWrites(signal: ReceivedSignal): readonly DocumentWrite[] {
  const { refusal } = signal.judgement;
  const quarantine = refusal?.status === 400 ? [quarantineWrite(signal, refusal)] : [];
  const conditions = refusal === null ? carriedOutConditions(signal) : refusedConditions(signal, refusal);
  return [
    receiptWrite(signal),
    ...quarantine,
    ...conditions.flatMap((condition) => alertWrites(condition, signal.receivedAtMs)),
  ];
}

/** Id of the quarantined body of a signal. */
function quarantined(signal: ReceivedSignal): string {
  return quarantineId("webhook", signal.judgement.signalId);
}

function receiptWrite(signal: ReceivedSignal): DocumentWrite {
  const { entry, judgement, sender, receivedAtMs } = signal;
  const { hook } = entry;
  const { refusal } = judgement;
  const receipt: Receipt = {
    signalId: judgement.signalId,
    hookId: hook.hookId,
    accountId: hook.accountId,
    strategyId: hook.strategyId,
    status: judgement.intent === null ? "REFUSED" : "RECEIVED",
    intent: judgement.intent,
    refusalCode: refusal?.code ?? null,
    denials: [],
    clientOrderId: null,
    queue: null,
    payload: payloadOf(signal),
    source: { address: signal.request.sourceAddress, mode: sender.mode },
    receivedAtMs,
    decidedAtMs: null,
    sentAtMs: null,
    acknowledgedAtMs: null,
  };
  return {
    op: "create",
    path: paths.receipt(hook.accountId, judgement.signalId),
    data: encodeWithTtl(receipt, receivedAtMs, RETENTION_MS.receipts),
  };
}

function payloadOf(signal: ReceivedSignal): Receipt["payload"] {
  const { content, format, refusal, about, passedOver, unused, conflictsWith } = signal.judgement;
  const { fields, bodySha256 } = content;
  const faults = refusal?.faults ?? [...passedOver, ...unused];
  return {
    ...(format === null ? {} : { format }),
    ...(fields === null ? { bodySha256 } : { fields: fields.known, unknown: fields.unknown }),
    ...(faults.length === 0 ? {} : { faults }),
    ...(refusal === null ? {} : { about }),
    ...(refusal?.status === 400 ? { quarantineId: quarantined(signal) } : {}),
    ...(conflictsWith === null ? {} : { conflictsWith }),
  };
}

function quarantineWrite(signal: ReceivedSignal, refusal: Refusal): DocumentWrite {
  const { entry, receivedAtMs, request, secrets } = signal;
  const text = redactText(new TextDecoder().decode(request.rawBody), secrets);
  const document: Quarantined = {
    quarantineId: quarantined(signal),
    source: `hook ${entry.hook.hookId}`,
    accountId: entry.hook.accountId,
    code: refusal.code,
    faults: refusal.faults,
    body: text.slice(0, QUARANTINED_CHARACTERS).toWellFormed(),
    atMs: receivedAtMs,
  };
  return {
    op: "create",
    path: paths.quarantine(document.quarantineId),
    data: encodeWithTtl(document, receivedAtMs, RETENTION_MS.quarantine),
  };
}

/** Refusals of exits are always told: what was to be closed is still held. */
function refusedConditions(signal: ReceivedSignal, refusal: Refusal): readonly AlertCondition[] {
  const { entry, judgement } = signal;
  const { hookId, accountId } = entry.hook;
  const isExit = judgement.about.action === "close" || judgement.about.action === "reduce";
  const isUnusable = refusal.code === "CONFIG_UNUSABLE";
  if (refusal.status === 422 && !isExit && !isUnusable) return [];
  const why = entry.configFault ?? refusal.faults.join("; ");
  return [
    {
      accountId,
      severity: isExit || isUnusable ? "critical" : "warning",
      code: "SIGNAL_REFUSED",
      message: `${wordsFor(judgement.about)} of hook ${hookId} was not traded (${refusal.code}): ${why}`,
      remedy: isExit ? `Close by hand what is still held. ${refusal.remedy}` : refusal.remedy,
      dedupeKey: judgement.signalId,
    },
  ];
}

function carriedOutConditions({ entry, judgement }: ReceivedSignal): readonly AlertCondition[] {
  const { hookId, accountId } = entry.hook;
  const { about, passedOver, conflictsWith, signalId: dedupeKey } = judgement;
  const conditions: AlertCondition[] = [];
  if (passedOver.length > 0)
    conditions.push({
      accountId,
      severity: "warning",
      code: "EXIT_PARTLY_READ",
      message: `${wordsFor(about)} of hook ${hookId} is carried out although not all of it can be read: ${passedOver.join("; ")}`,
      remedy: "Correct the alert's message; an entry with these fields would be refused",
      dedupeKey,
    });
  if (conflictsWith !== null)
    conditions.push({
      accountId,
      severity: "warning",
      code: "SIGNAL_ID_REUSED",
      message: `${wordsFor(about)} of hook ${hookId} came under the id of another alert (receipt ${conflictsWith}) and is carried out, as an exit`,
      remedy: "Give each alert an id of its own; an entry under a used id is refused",
      dedupeKey,
    });
  return conditions;
}

/** `A signal to close BTCUSDT`, as far as it is known. */
function wordsFor({ symbol, action }: About): string {
  const known = [action, symbol].filter((word) => word !== null);
  return known.length === 0 ? "A signal" : `A signal to ${known.join(" ")}`;
}
