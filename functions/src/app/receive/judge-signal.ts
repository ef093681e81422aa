// From an authenticated request to the documents it calls for: an intent, or a refusal. What the alert means is read by
// domain/signal/read-signal.ts; here its identity, its age and its account are judged. Pure: `nowMs` is an argument.
import { intentId, signalId } from "#domain/documents/ids.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { EXIT_VALID_MS } from "#domain/risk/freshness.ts";
import { bodyFingerprint, type SentBody } from "#domain/signal/body.ts";
import { contentOf, type KeptContent, sha256 } from "#domain/signal/content.ts";
import type { About } from "#domain/signal/exit.ts";
import type { SignalFault } from "#domain/signal/fault.ts";
import { type OpenedBody, readSignal, type SignalReading } from "#domain/signal/read-signal.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";
import type { Sender } from "./authenticate.ts";
import type { HookEntry } from "./hook-entry.ts";

/** How far ahead of us a sender's clock may be; a time further ahead would lengthen the signal's life. */
const MAX_CLOCK_LEAD_MS = 60_000;

export interface Refusal {
  /** HTTP status of the answer. */
  readonly status: 400 | 409 | 422;
  readonly code: string;
  readonly faults: readonly string[];
  readonly remedy: string;
}

export interface Judgement {
  readonly signalId: string;
  /** One of both is null. */
  readonly intent: Intent | null;
  readonly refusal: Refusal | null;
  readonly about: About;
  /** The parts that an exit is carried out without, in a sentence each. */
  readonly passedOver: readonly string[];
  /** Fields that an exit has no use for, in a sentence: told on the receipt alone. */
  readonly unused: readonly string[];
  /** Whether two alerts of one id say the same by the making of the id; else a sender's name decides, who may err. */
  readonly idSaysAll: boolean;
  /** Receipt of the other alert that came under this one's id; null for an alert that has its id for itself. */
  readonly conflictsWith: string | null;
  /** For the receipt: fields as sent, secrets redacted; they are null when the body could not be read. */
  readonly content: KeptContent;
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
  const bodySha256 = sha256(rawBody);
  const isNamed = sender.mode === "signed";
  const alone = { passedOver: [], unused: [], conflictsWith: null, idSaysAll: !isNamed };
  if ("fault" in opened) {
    const id = idOf(`bytes:${bodySha256}`);
    const content = { fields: null, bodySha256 };
    return { ...unreadable(id, opened.fault), ...alone, about: NOTHING_KNOWN, content, format: null };
  }
  const { body } = opened;
  const sentAtMs = sender.mode === "signed" ? sender.sentAtMs : null;
  const reading = readSignal(body, readTradingViewAlert, sentAtMs);
  const said = { content: { fields: reading.fields, bodySha256 }, format: body.format };
  const ofBody = `body:${bodyFingerprint(body)}`;
  if (reading.kind === "unreadable")
    return { ...unreadable(idOf(ofBody), reading.fault), ...alone, about: reading.about, ...said };
  const { values, signalledAtMs } = reading;
  const { symbol, action } = reading.meaning;
  const name = values.id === undefined ? ofBody : `id:${values.id}`;
  // Where the body does not tell one minute's alert from the next one's, the minute does.
  const at = signalledAtMs ?? `minute:${Math.floor(nowMs / MINUTE_MS)}`;
  const id = idOf(values.id === undefined && signalledAtMs !== null ? ofBody : `${name}@${at}`);
  const judged = intentOrRefusal(entry, id, reading, nowMs);
  const idSaysAll = !isNamed && values.id === undefined;
  return { signalId: id, ...alone, ...judged, idSaysAll, about: { symbol, action }, ...said };
}

const MINUTE_MS = 60_000;
const NOTHING_KNOWN: About = { symbol: null, action: null };

/**
 * The same alert under an id that another one has already, told apart by what it says. An entry may be a repetition that
 * somebody changed, and is refused. An exit is carried out.
 */
export function conflicting(judgement: Judgement, hookId: string): Judgement {
  const { intent, signalId: taken, content } = judgement;
  const id = signalId(hookId, `conflict:${taken}:${contentOf(content)}`);
  const apart = { ...judgement, signalId: id, conflictsWith: taken };
  if (intent === null) return apart;
  if (intent.action === "open") return { ...apart, intent: null, refusal: idReused(taken) };
  return { ...apart, intent: { ...intent, signalId: id, intentId: intentId(id) } };
}

function idReused(taken: string): Refusal {
  return {
    status: 409,
    code: "SIGNAL_ID_REUSED",
    faults: [`Another alert came under this id before, with the receipt ${taken}`],
    remedy: "Give each alert an id of its own, or none: then what it says tells it from others",
  };
}

/** A signed message is what its webhook-id says; other alerts are the same when they say the same. */
function senderKey(sender: Sender, ofBody: string): string {
  return sender.mode === "signed" ? `webhook:${sender.webhookId}` : ofBody;
}

type Meant = Extract<SignalReading, { kind: "meant" }>;

type Judged = Pick<Judgement, "intent" | "refusal" | "passedOver" | "unused">;

/** Age and config are an entry's to pass. What is clear about an exit is carried out, however late it comes. */
function intentOrRefusal(entry: HookEntry, id: string, reading: Meant, nowMs: number): Judged {
  const { values, signalledAtMs, meaning, exitHalf, passedOver, unused } = reading;
  const exit = meaning.action === "open" ? null : meaning;
  const ageMs = nowMs - (signalledAtMs ?? nowMs);
  const refusal = entryRefusal(entry, ageMs, values.timenow === undefined);
  const ofEntry = exit === null ? refusal : null;
  if (ofEntry !== null && exitHalf === null) return { intent: null, refusal: ofEntry, passedOver, unused };
  const carriedOut = exit ?? (ofEntry === null ? meaning : (exitHalf ?? meaning));
  const late = refusal === null ? [] : [lateExit(refusal, exit === null)];
  return {
    intent: intentOf(entry, id, { ...reading, meaning: carriedOut }, nowMs),
    refusal: null,
    passedOver: [...passedOver, ...late],
    unused,
  };
}

function lateExit({ faults }: Refusal, wasReversal: boolean): string {
  const what = wasReversal ? "the entry of this reversal is refused" : "an entry would be refused";
  return `${what}: ${faults.join("; ")}`;
}

function entryRefusal(
  { hook, config, configFault }: HookEntry,
  ageMs: number,
  isBarTime: boolean,
): Refusal | null {
  if (config === null) return configUnusable({ hook, config, configFault });
  return timeRefusal(ageMs, Math.min(hook.maxSignalAgeMs, config.maxIntentAgeMs), isBarTime);
}

function intentOf(
  { hook, config }: HookEntry,
  id: string,
  { signalledAtMs, meaning }: Meant,
  nowMs: number,
): Intent {
  const isExit = meaning.action !== "open";
  const saidAtMs = signalledAtMs ?? nowMs;
  return {
    intentId: intentId(id),
    signalId: id,
    accountId: hook.accountId,
    strategyId: hook.strategyId,
    ...meaning,
    // A time ahead of ours by more than clocks differ would make it newer than entries that are yet to come.
    signalledAtMs: saidAtMs - nowMs > MAX_CLOCK_LEAD_MS ? nowMs : saidAtMs,
    receivedAtMs: nowMs,
    expiresAtMs: isExit || config === null ? nowMs + EXIT_VALID_MS : saidAtMs + config.maxIntentAgeMs,
  };
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

function unreadable(
  id: string,
  { code, faults, remedy }: SignalFault,
): Pick<Judgement, "signalId" | "intent" | "refusal"> {
  return { signalId: id, intent: null, refusal: { status: 400, code, faults, remedy } };
}
