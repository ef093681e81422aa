// Rule 7 (nothing in silence) of docs/RULES.md after a run: every signal that was taken has one receipt, decided; every
// denial has a reason; nothing was dropped; and only books that an outsider had touched were corrected.
import { isFromSignal } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { Evidence } from "../evidence.ts";
import type { SentSignal } from "../sender.ts";
import type { Check } from "./check.ts";

/** The states in which a taken signal ends. */
const DECIDED = new Set(["ORDERED", "DENIED", "EXPIRED"]);
const TAKEN = new Set(["ACCEPTED", "DUPLICATE"]);

export const everySignalHasOneDecidedReceipt: Check = {
  name: "everySignalHasOneDecidedReceipt",
  says: "Every answered signal has exactly one receipt, and it is decided; nothing unproved left one, none appeared from nowhere.",
  violations(evidence) {
    const { accountId, receipts, signals } = evidence;
    const found = signals.flatMap((signal) => violationsOf(evidence, signal));
    const usable = new Set(
      signals
        .filter(({ alert }) => alert.isProved && alert.isUsable)
        .map(({ alert }) => paths.receipt(accountId, alert.signalId)),
    );
    const refusable = signals.filter(({ alert }) => alert.isProved && !alert.isUsable).length;
    const others = [...receipts].filter(([path]) => !usable.has(path));
    if (others.length > refusable)
      found.push(
        `${others.length} receipts are of no usable alert; only ${refusable} unusable ones were sent`,
      );
    for (const [path, { status }] of others)
      if (status !== "REFUSED") found.push(`${path} is ${status}, but no such alert was sent`);
    for (const [path, { status }] of receipts)
      if (status === "RECEIVED") found.push(`${path} was never decided`);
    return found;
  },
};

function violationsOf({ accountId, receipts }: Evidence, { alert, answers }: SentSignal): readonly string[] {
  const ids = new Set(answers.flatMap(({ receiptId }) => receiptId ?? []));
  const codes = answers.map(({ status, code }) => `${status} ${code}`).join(", ");
  if (!alert.isProved) {
    const taken = answers.some(({ status }) => status < 400);
    return taken || ids.size > 0 ? [`${alert.key} was not proved, and was answered ${codes}`] : [];
  }
  if (ids.size > 1) return [`${alert.key} left the receipts ${[...ids].join(", ")}`];
  const [id] = ids;
  if (id === undefined) return [];
  const receipt = receipts.get(paths.receipt(accountId, id));
  if (receipt === undefined) return [`${alert.key} was answered ${codes}, but has no receipt`];
  if (alert.isUsable && id !== alert.signalId) return [`${alert.key} has the receipt ${id} of another`];
  const taken = answers.some(({ code }) => TAKEN.has(code)) && receipt.status !== "REFUSED";
  return taken && !DECIDED.has(receipt.status)
    ? [`${alert.key} was answered ${codes}, and its receipt is ${receipt.status}`]
    : [];
}

export const receiptsTellWhatBecameOfTheOrder: Check = {
  name: "receiptsTellWhatBecameOfTheOrder",
  says: "A receipt is ORDERED exactly when its signal has orders, and names one of them; a denial has reasons; an intent is decided as its receipt says.",
  violations(evidence) {
    const { accountId, receipts, orders, intents } = evidence;
    const found = [...orders.values()].filter(isFromSignal).flatMap((order) => {
      const receipt = receipts.get(paths.receipt(accountId, order.signalId));
      const named = orders.get(paths.order(accountId, receipt?.clientOrderId ?? "none"));
      // A reversal has two orders under one signal: the receipt names the one that came last.
      return receipt?.status === "ORDERED" && named?.signalId === order.signalId
        ? []
        : [
            `the receipt of ${order.request.clientOrderId} is ${receipt?.status ?? "missing"} for ${receipt?.clientOrderId ?? "no order"}`,
          ];
    });
    for (const [path, receipt] of receipts) found.push(...receiptViolations(evidence, path, receipt));
    for (const [path, { status }] of intents) if (status === "INBOX") found.push(`${path} still waits`);
    return found;
  },
};

function receiptViolations(evidence: Evidence, path: string, receipt: Receipt): readonly string[] {
  const { accountId, orders, intents } = evidence;
  const { status, clientOrderId: id, denials, intent, refusalCode } = receipt;
  const found: string[] = [];
  if (status === "ORDERED" && (id === null || !orders.has(paths.order(accountId, id))))
    found.push(`${path} names the order ${id}, of which there is no record`);
  if (status === "DENIED" && denials.length === 0) found.push(`${path} is denied without a reason`);
  if (status === "REFUSED" && refusalCode === null) found.push(`${path} is refused without a reason`);
  if (intent === null) return found;
  const decision = intents.get(paths.intent(accountId, intent.intentId))?.status;
  const expected = status === "ORDERED" ? "DECIDED" : status;
  if (DECIDED.has(status) && decision !== expected)
    found.push(`${path} is ${status}, its intent ${decision ?? "nowhere"}`);
  return found;
}

export const nothingIsDroppedInSilence: Check = {
  name: "nothingIsDroppedInSilence",
  says: "Every message that was given up has an alert, and no usable one was quarantined.",
  violations({ deadLetters, quarantine, alerts }) {
    const told = [...alerts.values()].filter(({ code }) => code === "MESSAGE_DEAD_LETTERED");
    const silent = [...deadLetters.values()].filter(
      ({ deadLetterId }) => !told.some(({ remedy }) => remedy.includes(deadLetterId)),
    );
    // Alerts that cannot be used are quarantined too, by the webhook; messages are all of our own making.
    const quarantined = [...quarantine.values()].filter(({ source }) => source === "intents");
    return [
      ...silent.map(({ deadLetterId }) => `no person was told of the dead letter ${deadLetterId}`),
      ...quarantined.map(({ code, faults }) => `a message was quarantined: ${code} ${faults}`),
    ];
  },
};

export const nobodyHadToCorrectTheBooks: Check = {
  name: "nobodyHadToCorrectTheBooks",
  says: "Only Ballast traded, so no position was ever unknown and no group ever had to be set to the venue's quantity.",
  violations({ alerts, venue, orders, accountId }) {
    // A liquidation is an outsider's trade: the venue makes an order of its own for it.
    const outsiders = venue.orders.filter(({ clientOrderId: id }) => !orders.has(paths.order(accountId, id)));
    if (outsiders.length > 0) return [];
    return [...alerts.values()]
      .filter(({ code }) => code === "POSITION_ADJUSTED" || code === "POSITION_UNKNOWN")
      .map(({ code, message }) => `${code}: ${message}`);
  },
};
