// The documents that one signal leaves: its receipt always; quarantine and alert where it could not be read. One
// batch, so that a receipt never points at what was not stored.

import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites } from "#app/telling";
import { quarantineId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Quarantined } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { redactText } from "#domain/signal/redact.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Sender } from "./authenticate.ts";
import type { HookEntry } from "./hook-directory.ts";
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
  const writes = [receiptWrite(signal)];
  if (refusal === null) return writes;
  if (refusal.status === 400) writes.push(quarantineWrite(signal, refusal), ...refusalAlert(signal, refusal));
  if (refusal.code === "CONFIG_UNUSABLE") writes.push(...refusalAlert(signal, refusal));
  return writes;
}

/** Id of the quarantined body of a signal. */
function quarantined(signal: ReceivedSignal): string {
  return quarantineId("webhook", signal.judgement.signalId);
}

function receiptWrite(signal: ReceivedSignal): DocumentWrite {
  const { entry, judgement, sender, receivedAtMs } = signal;
  const { hook } = entry;
  const { fields, format, refusal } = judgement;
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
    payload: {
      ...(format === null ? {} : { format }),
      ...(fields === null ? {} : { fields: fields.known, unknown: fields.unknown }),
      ...(refusal === null ? {} : { faults: refusal.faults }),
      ...(refusal?.status === 400 ? { quarantineId: quarantined(signal) } : {}),
    },
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

function refusalAlert(signal: ReceivedSignal, refusal: Refusal): readonly DocumentWrite[] {
  const { entry, judgement, receivedAtMs } = signal;
  const { accountId, hookId } = entry.hook;
  const why = entry.configFault ?? refusal.faults.join("; ");
  const condition: AlertCondition = {
    accountId,
    severity: refusal.code === "CONFIG_UNUSABLE" ? "critical" : "warning",
    code: "SIGNAL_REFUSED",
    message: `A signal of hook ${hookId} was not traded (${refusal.code}): ${why}`,
    remedy: refusal.remedy,
    dedupeKey: judgement.signalId,
  };
  return alertWrites(condition, receivedAtMs);
}
