// A signal comes in: load the hook, verify the sender, parse, judge, store one receipt, publish the intent, answer.
// The same signal takes effect once. Only a proved signal is stored, each leaves a receipt, and once it is stored the
// answer is never a 5xx.

import type { Intent, Receipt } from "#domain/documents/signal.ts";
import { openBody } from "#domain/signal/read-signal.ts";
import { type RequestBucket, takeRequest } from "#domain/signal/request-rate.ts";
import type { Bus } from "#ports/bus.ts";
import { type HookMemory, newHookMemory } from "./hook-directory.ts";
import type { EntryMemory, HookEntry } from "./hook-entry.ts";
import { conflicting, judge, type Refusal } from "./judge-signal.ts";
import { type ProveDeps, proveSender } from "./prove-sender.ts";
import { publishIntent } from "./publish-intent.ts";
import { RefusalReports, type ReportedHours } from "./report.ts";
import type { SignalRequest } from "./request.ts";
import { type Answer, accepted, answer, duplicate, rateLimited, storeUnavailable } from "./signal-answer.ts";
import type { ReceivedSignal } from "./signal-records.ts";
import { type StoreOutcome, saysTheSame, storeSignal } from "./store-signal.ts";

/** TradingView gives up after 3 s; the rest is for the network, and for an alert about a failed publication. */
const TOTAL_LIMIT_MS = 2_500;
/** A duplicate of a signal that is undecided after this time is published again: its message may be lost. */
export const REPUBLISH_AFTER_MS = 5_000;

export interface ReceiveDeps extends ProveDeps {
  readonly bus: Bus;
  readonly receiveMemory: ReceiveMemory;
}

export type ReceiveSignal = (request: SignalRequest) => Promise<Answer>;

/** The memory of an instance between requests; all of it may be lost at any time. */
export interface ReceiveMemory {
  /** For seconds. */
  readonly hooks: HookMemory;
  /** For seconds: of hooks whose senders proved themselves. */
  readonly entries: EntryMemory;
  /** How many requests each hook still may send. */
  readonly buckets: Map<string, RequestBucket>;
  readonly reported: ReportedHours;
}

export function newReceiveMemory(): ReceiveMemory {
  return { hooks: newHookMemory(), entries: new Map(), buckets: new Map(), reported: new Map() };
}

export async function receiveSignal(deps: ReceiveDeps, request: SignalRequest): Promise<Answer> {
  const receivedAtMs = deps.clock.nowMs();
  const leftMs = (): number => receivedAtMs + TOTAL_LIMIT_MS - deps.clock.nowMs();
  const { rawBody, addressToken } = request;
  const opened = openBody(rawBody, addressToken === null ? [] : [addressToken]);
  const bodyToken = "body" in opened ? opened.body.token : null;
  const proof = { request, bodyToken, nowMs: receivedAtMs };
  const proved = await proveSender(deps, proof);
  if ("answer" in proved) return proved.answer;
  const { sender, entry } = proved;
  const retryAfterMs = shedAfter(deps.receiveMemory.buckets, entry, receivedAtMs);
  if (retryAfterMs !== null) {
    await new RefusalReports(deps).shed(entry.hook);
    return rateLimited(retryAfterMs);
  }
  const judgement = judge({ entry, sender, rawBody, opened, nowMs: receivedAtMs });
  const secrets = [addressToken, bodyToken].filter((secret) => secret !== null);
  return storeAndPublish(deps, { entry, sender, request, judgement, receivedAtMs, secrets }, leftMs);
}

/** Takes a request from the hook's bucket; when it is empty, how long until it is not. */
function shedAfter(buckets: Map<string, RequestBucket>, { hook }: HookEntry, nowMs: number): number | null {
  const rate = takeRequest(buckets.get(hook.hookId) ?? null, hook.maxRequestsPerMinute, nowMs);
  buckets.set(hook.hookId, rate.bucket);
  return rate.allowed ? null : rate.retryAfterMs;
}

async function storeAndPublish(
  deps: ReceiveDeps,
  arrived: ReceivedSignal,
  leftMs: () => number,
): Promise<Answer> {
  const { signal, outcome } = await storeOnce(deps, arrived, leftMs);
  const { signalId, intent, refusal } = signal.judgement;
  deps.logger.info("A signal was received", {
    hookId: signal.entry.hook.hookId,
    accountId: signal.entry.hook.accountId,
    signalId,
    outcome: outcome.kind,
    refusal: refusal?.code ?? null,
    tookMs: deps.clock.nowMs() - signal.receivedAtMs,
  });
  if (outcome.kind === "unavailable") return storeUnavailable();
  const receipt = outcome.kind === "exists" ? outcome.receipt : null;
  // A refusal is the same whenever it is asked for, unless the signal was taken when it first came.
  if (refusal !== null && (outcome.kind === "stored" || receipt?.refusalCode === refusal.code))
    return refusedAnswer(refusal, signalId);
  if (outcome.kind === "exists") {
    if (isOverdue(receipt, deps.clock.nowMs())) await publishIntent(deps, receipt.intent, leftMs());
    return duplicate(signalId, receipt?.status ?? null);
  }
  if (intent !== null) await publishIntent(deps, intent, leftMs());
  return accepted(signalId);
}

/** The signal as it was stored: under its id, or apart where another alert has that id. */
async function storeOnce(
  deps: ReceiveDeps,
  signal: ReceivedSignal,
  leftMs: () => number,
): Promise<{ readonly signal: ReceivedSignal; readonly outcome: StoreOutcome }> {
  const outcome = await storeSignal(deps, signal, leftMs);
  if (outcome.kind !== "exists" || signal.judgement.idSaysAll) return { signal, outcome };
  // Whether it is a repetition cannot be told without the first one's receipt.
  if (outcome.receipt === null) return { signal, outcome: { kind: "unavailable" } };
  if (saysTheSame(outcome.receipt, signal.judgement)) return { signal, outcome };
  const apart = { ...signal, judgement: conflicting(signal.judgement, signal.entry.hook.hookId) };
  return { signal: apart, outcome: await storeSignal(deps, apart, leftMs) };
}

/** Stored long enough ago to have been decided, and not decided: its message may never have been published. */
function isOverdue(receipt: Receipt | null, nowMs: number): receipt is Receipt & { readonly intent: Intent } {
  return (
    receipt?.status === "RECEIVED" &&
    receipt.intent !== null &&
    nowMs - receipt.receivedAtMs > REPUBLISH_AFTER_MS &&
    nowMs < receipt.intent.expiresAtMs
  );
}

function refusedAnswer(refusal: Refusal, receiptId: string): Answer {
  const { status, code, faults, remedy } = refusal;
  return answer(status, { code, message: faults.join("; "), remedy, receiptId, status: "REFUSED" });
}
