// From an authenticated request to the documents it calls for: an intent, or a refusal. What the alert means is read by
// domain/signal/read-signal.ts; here its identity, its age and its account are judged. Pure: `nowMs` is an argument.
import { createHash } from "node:crypto";
import { intentId, signalId } from "#domain/documents/ids.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { bodyFingerprint, type SentBody } from "#domain/signal/body.ts";
import type { SignalFault } from "#domain/signal/fault.ts";
import type { NamedFields } from "#domain/signal/field-names.ts";
import { type OpenedBody, readSignal, type SignalReading } from "#domain/signal/read-signal.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";
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

/** A request whose sender has proved itself. */
interface ProvedRequest {
  readonly entry: HookEntry;
  readonly sender: Sender;
  readonly rawBody: Uint8Array;
  readonly opened: OpenedBody;
  readonly nowMs: number;
}

export function judge({ entry, sender, rawBody, opened, nowMs }: ProvedRequest): Judgement {
  const idOf = (ofBody: string): string => signalId(entry.hook.hookId, senderKey(sender, ofBody));
  if ("fault" in opened) {
    const sha256 = createHash("sha256").update(rawBody).digest("hex");
    return unreadable(idOf(`bytes:${sha256}`), opened.fault, { fields: null, format: null });
  }
  const { body } = opened;
  const sentAtMs = sender.mode === "signed" ? sender.sentAtMs : null;
  const reading = readSignal(body, readTradingViewAlert, sentAtMs);
  const said = { fields: reading.fields, format: body.format };
  const ofBody = `body:${bodyFingerprint(body)}`;
  if (reading.kind === "unreadable") return unreadable(idOf(ofBody), reading.fault, said);
  const { values, signalledAtMs } = reading;
  const id = idOf(values.id === undefined ? ofBody : `id:${values.id}@${signalledAtMs}`);
  return { signalId: id, ...intentOrRefusal(entry, id, reading, nowMs), ...said };
}

/** A signed message is what its webhook-id says; other alerts are the same when they say the same. */
function senderKey(sender: Sender, ofBody: string): string {
  return sender.mode === "signed" ? `webhook:${sender.webhookId}` : ofBody;
}

type Meant = Extract<SignalReading, { kind: "meant" }>;

function intentOrRefusal(
  entry: HookEntry,
  id: string,
  { values, signalledAtMs, meaning }: Meant,
  nowMs: number,
): Pick<Judgement, "intent" | "refusal"> {
  const { hook, config } = entry;
  if (config === null) return { intent: null, refusal: configUnusable(entry) };
  const maxAgeMs = Math.min(hook.maxSignalAgeMs, config.maxIntentAgeMs);
  const refusal = timeRefusal(nowMs - signalledAtMs, maxAgeMs, values.timenow === undefined);
  if (refusal !== null) return { intent: null, refusal };
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
  return { intent, refusal: null };
}

function timeRefusal(ageMs: number, maxAgeMs: number, isBarTime: boolean): Refusal | null {
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

function unreadable(id: string, fault: SignalFault, said: Pick<Judgement, "fields" | "format">): Judgement {
  const { code, faults, remedy } = fault;
  return { signalId: id, intent: null, refusal: { status: 400, code, faults, remedy }, ...said };
}
