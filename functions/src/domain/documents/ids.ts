// Derived ids: the same input gives the same id, in every process and for ever, so a repeated signal is the
// same intent and the same order. They are protocol: changing one would let an order be sent twice.
import { createHash } from "node:crypto";

/**
 * Characters kept of the hash: 30 of 5 bits each, 150 bits. With the one-letter prefix an id has 31 characters, inside
 * the 36 that Binance (`newClientOrderId`) and Bybit (`orderLinkId`) allow.
 */
const HASH_CHARACTERS = 30;
/** RFC 4648 base32, lower case: no character that a venue, a document path or a task name refuses. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const BITS_PER_CHARACTER = 5;

/** Base32 text of the first 150 bits of SHA-256 over the kind and the parts. JSON frames them: no two lists collide. */
function hashText(kind: string, parts: readonly string[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(["ballast", kind, ...parts]), "utf8")
    .digest();
  let text = "";
  let pending = 0;
  let pendingBits = 0;
  for (const byte of digest) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= BITS_PER_CHARACTER && text.length < HASH_CHARACTERS) {
      pendingBits -= BITS_PER_CHARACTER;
      text += BASE32.charAt((pending >> pendingBits) & 31);
    }
    pending &= (1 << pendingBits) - 1;
  }
  return text;
}

/** Id of a signal: the hook it came in by and what its sender calls it. The receipt under it is the memory of it. */
export function signalId(hookId: string, senderKey: string): string {
  return `s${hashText("signal", [hookId, senderKey])}`;
}

/** Id of the intent that a signal means. One signal, one intent. */
export function intentId(ofSignalId: string): string {
  return `i${hashText("intent", [ofSignalId])}`;
}

/**
 * The id under which an order is stored, then sent. `step` counts the orders that one intent needs, from 0. 31
 * characters of `[a-z2-7]`. Throws RangeError for a step that is not a whole number from 0.
 */
export function clientOrderId(accountId: string, ofIntentId: string, step: number): string {
  if (!Number.isSafeInteger(step) || step < 0)
    throw new RangeError(`Step must be a whole number from 0, not ${step}`);
  return `b${hashText("order", [accountId, ofIntentId, String(step)])}`;
}

/** The form of an id of `clientOrderId`, so that an order of ours is told from one that was placed by hand. */
export const CLIENT_ORDER_ID = /^b[a-z2-7]{30}$/;

/** The form of an id of `clientStopId`, so that a stop of ours is told from one that was placed by hand. */
export const CLIENT_STOP_ID = /^p[a-z2-7]{30}$/;

/** The id under which a group's protective stop is stored, then sent. `step` counts the group's stops from 0. */
export function clientStopId(accountId: string, ofGroupId: string, step: number): string {
  if (!Number.isSafeInteger(step) || step < 0)
    throw new RangeError(`Step must be a whole number from 0, not ${step}`);
  return `p${hashText("stop", [accountId, ofGroupId, String(step)])}`;
}

/** Id of the position group that an opening intent starts. */
export function groupId(accountId: string, ofIntentId: string): string {
  return `g${hashText("group", [accountId, ofIntentId])}`;
}

/** Id of the intent of a group's safety entry: the same leg is the same intent, so it is sent at most once. */
export function legIntentId(accountId: string, ofGroupId: string, place: number): string {
  return `e${hashText("leg", [accountId, ofGroupId, String(place)])}`;
}

/**
 * Id of an ordered flatten. The journal's sequence at that moment is used up by the commit that stores it, so no two
 * flattens share an id, and none shares an id with a signal's intent.
 */
export function flattenId(accountId: string, journalSeq: number): string {
  return `f${hashText("flatten", [accountId, String(journalSeq)])}`;
}

/** Id of a command: who posted it for which account, and what they call it. The same again is the same command. */
export function commandId(accountId: string, actor: string, key: string): string {
  return `k${hashText("command", [accountId, actor, key])}`;
}

/**
 * Id of a wish to shrink a group: of the watchdog's by the group, of a signal's by its intent. The orders under it count
 * from 0, apart from the intent's own.
 */
export function closingId(accountId: string, of: string): string {
  return `w${hashText("closing", [accountId, of])}`;
}

/** Id of an offset plan. Like a flatten's, by the journal's sequence that the commit of the plan uses up. */
export function offsetId(accountId: string, journalSeq: number): string {
  return `o${hashText("offset", [accountId, String(journalSeq)])}`;
}

/** The cause of a plan's closes of one group: the orders under it count from 0. */
export function offsetCloseId(ofOffsetId: string, ofGroupId: string): string {
  return `o${hashText("offsetClose", [ofOffsetId, ofGroupId])}`;
}

/**
 * Name of a task: equal parts are one task. Evenly spread, as Cloud Tasks wants: it slows down on names that share a
 * prefix.
 */
export function taskName(...parts: readonly (string | number)[]): string {
  if (parts.length === 0) throw new RangeError("A task name needs at least one part");
  return `t${hashText("task", parts.map(String))}`;
}

/** Id of an alert. A condition that repeats under the same key is one alert, not a flood. */
export function alertId(accountId: string, code: string, dedupeKey: string): string {
  return `a${hashText("alert", [accountId, code, dedupeKey])}`;
}

/** Id of a message for people. What is written twice under the same subject is one message. */
export function outboxId(accountId: string, kind: string, subject: string): string {
  return `n${hashText("outbox", [accountId, kind, subject])}`;
}

/** Id of an input that no retry can help. */
export function quarantineId(source: string, dedupeKey: string): string {
  return `q${hashText("quarantine", [source, dedupeKey])}`;
}

/** Id of a message that was given up: `messageKey` is the intent id where there is one, else the bus's message id. */
export function deadLetterId(topic: string, messageKey: string): string {
  return `d${hashText("deadLetter", [topic, messageKey])}`;
}
