// From an authenticated request to what is stored for it: an intent, or a refusal. Pure: `nowMs` is an argument.
import { createHash } from "node:crypto";
import { intentId, signalId } from "#domain/documents/ids.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { bodyFingerprint, namedFields, readBody, type SentBody } from "#domain/signal/body.ts";
import { SignalFault } from "#domain/signal/fault.ts";
import type { NamedFields } from "#domain/signal/field-names.ts";
import { interpretSignal } from "#domain/signal/interpret.ts";
import { redactText } from "#domain/signal/redact.ts";
import { readTradingViewAlert, type TradingViewAlert } from "#schemas/tradingview.ts";
import type { Sender } from "./authenticate.ts";
import type { HookEntry } from "./hook-directory.ts";

/** How far ahead of us a sender's clock may be; a time further ahead would lengthen the signal's life. */
const MAX_CLOCK_LEAD_MS = 60_000;

export interface Refusal {
  /** HTTP status of the answer. */
  readonly status: 400 | 422;
  readonly code: string;
  readonly faults: readonly string[];
  readonly remedy: string;
}

export interface Judgement {
  readonly signalId: string;
  /** One of both is null. */
  readonly intent: Intent | null;
  readonly refusal: Refusal | null;
  /** For the receipt: fields as sent, secrets redacted; null when the body could not be read. */
  readonly fields: NamedFields | null;
  readonly format: SentBody["format"] | null;
}

/** The body as read, or why it cannot be: reading is tried once, before the sender is known. */
export type ReadBody = { readonly body: SentBody } | { readonly fault: SignalFault };

/** `knownSecrets`: values that the request uses as one; neither fields nor faults hold them. */
export function tryReadBody(text: string, knownSecrets: readonly string[]): ReadBody {
  try {
    return { body: readBody(text, knownSecrets) };
  } catch (error) {
    if (!(error instanceof SignalFault)) throw error;
    const { code, faults, remedy, cause } = error;
    const clean = faults.map((fault) => redactText(fault, knownSecrets));
    return { fault: new SignalFault(code, clean, remedy, { cause }) };
  }
}

export function judge(
  entry: HookEntry,
  sender: Sender,
  rawBody: Uint8Array,
  read: ReadBody,
  nowMs: number,
): Judgement {
  const { hookId } = entry.hook;
  if ("fault" in read) {
    const key = `bytes:${createHash("sha256").update(rawBody).digest("hex")}`;
    return refused(signalId(hookId, senderKey(sender, key)), read.fault, null, null);
  }
  const { body } = read;
  const fallbackId = signalId(hookId, senderKey(sender, `body:${bodyFingerprint(body)}`));
  let fields: NamedFields | null = null;
  try {
    fields = namedFields(body);
    const alert = readTradingViewAlert(fields.known);
    const signalledAtMs = signalTime(alert, sender);
    const id =
      alert.id === undefined
        ? fallbackId
        : signalId(hookId, senderKey(sender, `id:${alert.id}@${signalledAtMs}`));
    return judgeAlert(entry, id, alert, signalledAtMs, nowMs, fields, body.format);
  } catch (error) {
    if (error instanceof SignalFault) return refused(fallbackId, error, fields, body.format);
    throw error;
  }
}

/** A signed message is what its webhook-id says; other alerts are the same when they say the same. */
function senderKey(sender: Sender, ofBody: string): string {
  return sender.mode === "signed" ? `webhook:${sender.webhookId}` : ofBody;
}

/** When the alert fired. `time` is the bar's opening, and counts only where nothing better is there. */
function signalTime(alert: TradingViewAlert, sender: Sender): number {
  const atMs = alert.timenow ?? (sender.mode === "signed" ? sender.sentAtMs : alert.time);
  if (atMs !== undefined) return atMs;
  throw new SignalFault(
    "TIMESTAMP_MISSING",
    ["the alert does not say when it fired"],
    'Add "timenow": "{{timenow}}" to the alert\'s message',
  );
}

function judgeAlert(
  entry: HookEntry,
  id: string,
  alert: TradingViewAlert,
  signalledAtMs: number,
  nowMs: number,
  fields: NamedFields,
  format: SentBody["format"],
): Judgement {
  const meaning = interpretSignal(alert);
  const base = { signalId: id, fields, format };
  const { hook, config } = entry;
  if (config === null) return { ...base, intent: null, refusal: configUnusable(entry) };
  const maxAgeMs = Math.min(hook.maxSignalAgeMs, config.maxIntentAgeMs);
  const refusal = timeRefusal(signalledAtMs, nowMs, maxAgeMs, alert.timenow === undefined);
  if (refusal !== null) return { ...base, intent: null, refusal };
  const intent: Intent = {
    intentId: intentId(id),
    signalId: id,
    accountId: hook.accountId,
    strategyId: hook.strategyId,
    ...meaning,
    signalledAtMs,
    receivedAtMs: nowMs,
    expiresAtMs: signalledAtMs + config.maxIntentAgeMs,
  };
  return { ...base, intent, refusal: null };
}

function timeRefusal(
  signalledAtMs: number,
  nowMs: number,
  maxAgeMs: number,
  isBarTime: boolean,
): Refusal | null {
  const ageMs = nowMs - signalledAtMs;
  if (ageMs > maxAgeMs)
    return {
      status: 422,
      code: "SIGNAL_STALE",
      faults: [`The signal is ${ageMs} ms old, at most ${maxAgeMs} ms are allowed`],
      remedy: isBarTime
        ? 'Add "timenow": "{{timenow}}"; the field time is when the bar opened'
        : "Find out what delays the sender; a late signal is not traded",
    };
  if (ageMs < -MAX_CLOCK_LEAD_MS)
    return {
      status: 422,
      code: "SIGNAL_FROM_FUTURE",
      faults: [`The signal's time is ${-ageMs} ms ahead of the time here`],
      remedy: "Set the sender's clock; times are UTC",
    };
  return null;
}

function configUnusable(entry: HookEntry): Refusal {
  return {
    status: 422,
    code: "CONFIG_UNUSABLE",
    faults: [`Account ${entry.hook.accountId} has no usable config`],
    remedy: "Store a valid config for the account; then send a new signal",
  };
}

function refused(
  id: string,
  fault: SignalFault,
  fields: NamedFields | null,
  format: SentBody["format"] | null,
): Judgement {
  const { code, faults, remedy } = fault;
  return { signalId: id, intent: null, refusal: { status: 400, code, faults, remedy }, fields, format };
}
