// After the faults: lets the stack mend itself by the schedules alone, until nothing is under way any more. Waits on
// conditions, and says after a generous time what is still open. Must not mend anything itself.
import { setTimeout as sleep } from "node:timers/promises";
import { isHeldByOther } from "#domain/books/lease.ts";
import { POSITION_SETTLE_MS } from "#domain/books/positions.ts";
import { paths } from "#domain/documents/paths.ts";
import { ACCOUNT_ID, origin } from "#local/stack/settings.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { receiptSchema } from "#schemas/signal.ts";
import type { Eyes } from "./read-evidence.ts";
import type { SimStack } from "./sim-stack.ts";
import { request, requestJson, requireJson, UnexpectedAnswerError } from "./stack-http.ts";

/**
 * Leases run out after 30 s, forgotten signals are published again after 30 s but not in every fifth minute, messages
 * come back after seconds, and an order that never arrived is believed absent after five minutes: with room for a loaded
 * machine.
 */
const HEAL_TIMEOUT_MS = 540_000;
const LOOK_AGAIN_MS = 1_000;
/** Healing does the work of the reconcile schedule at this distance instead of every minute. */
const RECONCILE_EVERY_MS = 5_000;
/**
 * A run may have to wait for one whose process was killed while it started: firebase-tools never answers for that, and
 * the scheduler gives it up a little after the function's own timeout, and tries once more.
 */
const SCHEDULE_TIMEOUT_MS = 240_000;
/** A name apart from every holder's, so that any lease belongs to another. */
const NOBODY = "observer";

interface SubscriptionDepth {
  readonly name: string;
  readonly functionId?: string;
  readonly unacknowledged: number;
}

/**
 * The work that is still under way, in words; empty when the stack is quiet. Waiting tasks are left out: each
 * is a look at work that is counted here.
 */
async function openEnds(stack: SimStack, eyes: Eyes): Promise<readonly string[]> {
  const { ports } = stack;
  const [subscriptions, control, receipts] = await Promise.all([
    requestJson<readonly SubscriptionDepth[]>("GET", `${origin(ports, "pubsub")}/subscriptions`),
    eyes.one(paths.control(ACCOUNT_ID), controlStateSchema),
    eyes.all(paths.receipts(ACCOUNT_ID), receiptSchema),
  ]);
  if (subscriptions === null || control === null) return ["Pub/Sub or the control document does not answer"];
  const messages = subscriptions.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0);
  const undecided = [...receipts.values()].filter(({ status }) => status === "RECEIVED").length;
  const nowMs = Date.now();
  const ends: readonly (readonly [boolean, string])[] = [
    [messages > 0, `${messages} messages`],
    [undecided > 0, `${undecided} signals without a decision`],
    [Object.keys(control.reservations).length > 0, `orders ${Object.keys(control.reservations).join(", ")}`],
    [control.inbox.storedCount !== control.inbox.takenCount, "intents in the inbox"],
    [isHeldByOther(control.lease, NOBODY, nowMs), `the lease of ${control.lease.holderId}`],
    [nowMs - control.updatedAtMs <= POSITION_SETTLE_MS, "books that moved just now"],
  ];
  return ends.filter(([isOpen]) => isOpen).map(([, words]) => words);
}

/** Resolves with what is still open: nothing when the stack has come to rest. */
export async function waitUntilQuiet(
  stack: SimStack,
  eyes: Eyes,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const deadlineMs = performance.now() + HEAL_TIMEOUT_MS;
  let reconciledMs = Number.NEGATIVE_INFINITY;
  let said = "";
  for (;;) {
    stack.requireWhole();
    if (performance.now() - reconciledMs >= RECONCILE_EVERY_MS) {
      reconciledMs = performance.now();
      await tryToFire(stack, "reconcileEveryMinute", say);
    }
    const ends = await openEnds(stack, eyes);
    if (ends.length === 0 || performance.now() > deadlineMs) return ends;
    const words = `healing: ${ends.join("; ")}`;
    if (words !== said) say(words);
    said = words;
    await sleep(LOOK_AGAIN_MS);
  }
}

/** A schedule that fails while healing is tried again at the next look, as its next minute would. */
async function tryToFire(stack: SimStack, name: string, say: (text: string) => void): Promise<void> {
  try {
    await fire(stack, name);
  } catch (error) {
    if (!(error instanceof UnexpectedAnswerError)) throw error;
    say(`healing: ${error.message}`);
  }
}

/** Runs a schedule and resolves when it has succeeded. Throws UnexpectedAnswerError holding its report. */
async function fire(stack: SimStack, name: string): Promise<void> {
  const url = `${origin(stack.ports, "scheduler")}/fire/${name}`;
  const answer = await request("POST", url, { headers: {}, timeoutMs: SCHEDULE_TIMEOUT_MS });
  if (answer?.status !== 200)
    throw new UnexpectedAnswerError(`The schedule ${name} failed: ${answer?.text ?? "no answer"}`);
}

/** The last look, with prices standing still: one NAV, one reconcile pass. Rejects when either fails. */
export async function lastPass(stack: SimStack): Promise<void> {
  await requireJson("POST", `${origin(stack.ports, "exchange")}/admin/pause`);
  await fire(stack, "reconcileEveryMinute");
  await fire(stack, "navEveryMinute");
}
