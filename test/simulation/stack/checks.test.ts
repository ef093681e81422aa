// The invariants that judge a fault run of the real stack, each shown to fail: healthy evidence passes them all, and
// every way of breaking a promise that is listed here is found by the invariant that protects it.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, DeadLetter, Quarantined } from "#domain/documents/records.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { ACCOUNT } from "#test/support/world.ts";
import { CHECKS, violationsIn } from "./checks/all.ts";
import type { Evidence, VenueOrderState } from "./evidence.ts";
import { DENIED_PATH, GROUP_PATH, healthyEvidence, ORDER_PATH, RECEIPT_PATH } from "./healthy-evidence.ts";

type Damage = (evidence: Evidence) => Partial<Evidence>;
type Documents = "orders" | "groups" | "receipts" | "intents" | "journal";

/** One stored document with other fields. */
function changed(evidence: Evidence, collection: Documents, path: string, fields: object): Partial<Evidence> {
  const before = new Map<string, object>(evidence[collection]);
  const document = before.get(path);
  if (document === undefined) throw new Error(`The healthy evidence has no ${path}`);
  return { [collection]: before.set(path, { ...document, ...fields }) };
}

function without(evidence: Evidence, collection: Documents, path: string): Partial<Evidence> {
  const documents = new Map<string, object>(evidence[collection]);
  if (!documents.delete(path)) throw new Error(`The healthy evidence has no ${path}`);
  return { [collection]: documents };
}

function atVenue({ venue }: Evidence, fields: Partial<VenueOrderState>): Partial<Evidence> {
  return { venue: { ...venue, orders: venue.orders.map((order) => ({ ...order, ...fields })) } };
}

function withControl({ control }: Evidence, fields: Partial<Evidence["control"]>): Partial<Evidence> {
  return { control: { ...control, ...fields } };
}

function alert(code: string): ReadonlyMap<string, Alert> {
  const about = { alertId: "a1", accountId: ACCOUNT, severity: "critical", code } as const;
  const words = { message: "what happened", remedy: "what to do", dedupeKey: "key", atMs: NOW_MS };
  const open = { acknowledgedAtMs: null, acknowledgedBy: null };
  return new Map([[paths.alert(ACCOUNT, "a1"), { ...about, ...words, ...open }]]);
}

function answeredWith(evidence: Evidence, index: number, change: object): Partial<Evidence> {
  const signals = evidence.signals.map((signal, at) =>
    at === index ? { ...signal, alert: { ...signal.alert, ...change } } : signal,
  );
  return { signals };
}

const letter: DeadLetter = {
  deadLetterId: "d1",
  topic: "intents",
  accountId: ACCOUNT,
  payload: {},
  reason: "failed 8 times",
  publishedAtMs: NOW_MS,
  atMs: NOW_MS,
  replayedAtMs: null,
};
const quarantined: Quarantined = {
  quarantineId: "q1",
  source: "intents",
  accountId: null,
  code: "MESSAGE_UNUSABLE",
  faults: ["no intent"],
  body: "{}",
  atMs: NOW_MS,
};

const DAMAGES: readonly (readonly [check: string, what: string, damage: Damage])[] = [
  ["ordersAreStoredOnce", "an order without a record", (all) => without(all, "orders", ORDER_PATH)],
  [
    "ordersAreStoredOnce",
    "the same order twice at the venue",
    ({ venue }) => ({ venue: { ...venue, orders: [...venue.orders, ...venue.orders] } }),
  ],
  ["ordersAreStoredOnce", "another side at the venue", (all) => atVenue(all, { side: "SELL" })],
  [
    "ordersAreStoredOnce",
    "an id that is not derived",
    (all) => changed(all, "orders", ORDER_PATH, { step: 1 }),
  ],
  ["acceptedIsWithinPlan", "more than planned", (all) => atVenue(all, { origQty: "1.001" })],
  ["ordersAgreeWithTheVenue", "a fill that is not booked", (all) => atVenue(all, { executedQty: "0.500" })],
  [
    "ordersAgreeWithTheVenue",
    "an order in doubt",
    (all) => changed(all, "orders", ORDER_PATH, { status: "SUBMIT_UNKNOWN" }),
  ],
  [
    "ordersAgreeWithTheVenue",
    "a fill that the venue does not know",
    ({ venue }) => ({ venue: { ...venue, orders: [] } }),
  ],
  [
    "groupsAreTheVenuesPositions",
    "a position that is not booked",
    ({ venue }) => ({
      venue: { ...venue, accounts: venue.accounts.map((each) => ({ ...each, positions: [] })) },
    }),
  ],
  [
    "groupsAreTheVenuesPositions",
    "a group that holds more than its fills",
    (all) => changed(all, "orders", ORDER_PATH, { filledQtyBase: "0.5" }),
  ],
  ["slotsAreTheOpenGroups", "a slot that was not freed", (all) => without(all, "groups", GROUP_PATH)],
  ["slotsAreTheOpenGroups", "an open group without a slot", (all) => withControl(all, { slots: {} })],
  [
    "slotsAreTheOpenGroups",
    "an empty group left open",
    (all) => changed(all, "groups", GROUP_PATH, { qtyBase: "0" }),
  ],
  ["slotsAreTheOpenGroups", "a first screen without the group", () => ({ overview: null })],
  [
    "nothingIsReserved",
    "an intent left in the inbox",
    (all) => withControl(all, { inbox: { storedCount: 2, takenCount: 1 } }),
  ],
  ["nothingIsReserved", "a live order", (all) => changed(all, "orders", ORDER_PATH, { status: "ACCEPTED" })],
  ["journalFoldsToTheBooks", "a gap", (all) => without(all, "journal", paths.journal(ACCOUNT, 1))],
  [
    "journalFoldsToTheBooks",
    "an old fence after a new one",
    (all) => changed(all, "journal", paths.journal(ACCOUNT, 1), { fence: 3 }),
  ],
  [
    "journalFoldsToTheBooks",
    "a change that is not in the journal",
    (all) => changed(all, "groups", GROUP_PATH, { realizedPnlUsd: "1" }),
  ],
  ["navIsTheVenues", "no NAV", () => ({ nav: null })],
  [
    "navIsTheVenues",
    "a NAV that is off by the last unit",
    ({ nav }) => ({ nav: nav && { ...nav, navUsd: "99990.00000001" } }),
  ],
  ["navIsTheVenues", "a stale NAV", ({ nav }) => ({ nav: nav && { ...nav, stale: true } })],
  ["navIsTheVenues", "a peak below NAV", ({ peak }) => ({ peak: peak && { ...peak, peakUsd: "5" } })],
  [
    "everySignalHasOneDecidedReceipt",
    "an undecided signal",
    (all) => changed(all, "receipts", RECEIPT_PATH, { status: "RECEIVED" }),
  ],
  [
    "everySignalHasOneDecidedReceipt",
    "an accepted signal without a receipt",
    (all) => without(all, "receipts", DENIED_PATH),
  ],
  [
    "everySignalHasOneDecidedReceipt",
    "an unproved signal",
    (all) => answeredWith(all, 0, { isProved: false }),
  ],
  [
    "everySignalHasOneDecidedReceipt",
    "another's receipt",
    (all) => answeredWith(all, 0, { signalId: "signal-9" }),
  ],
  [
    "receiptsTellWhatBecameOfTheOrder",
    "an order whose receipt says nothing of it",
    (all) => changed(all, "receipts", RECEIPT_PATH, { clientOrderId: null }),
  ],
  [
    "receiptsTellWhatBecameOfTheOrder",
    "a denial without a reason",
    (all) => changed(all, "receipts", DENIED_PATH, { denials: [] }),
  ],
  [
    "receiptsTellWhatBecameOfTheOrder",
    "an intent that was decided otherwise",
    (all) => changed(all, "intents", paths.intent(ACCOUNT, "intent-2"), { status: "DECIDED" }),
  ],
  [
    "nothingIsDroppedInSilence",
    "a dead letter without an alert",
    () => ({ deadLetters: new Map([[paths.deadLetter("d1"), letter]]) }),
  ],
  [
    "nothingIsDroppedInSilence",
    "a message of ours in quarantine",
    () => ({ quarantine: new Map([[paths.quarantine("q1"), quarantined]]) }),
  ],
  ["nobodyHadToCorrectTheBooks", "a corrected group", () => ({ alerts: alert("POSITION_ADJUSTED") })],
];

describe("the invariants over the evidence of a fault run", () => {
  it("find nothing in healthy evidence", () => {
    expect(violationsIn(healthyEvidence())).toEqual([]);
  });

  it.each(DAMAGES)("%s finds %s", (check, _what, damage) => {
    const healthy = healthyEvidence();
    const found = violationsIn({ ...healthy, ...damage(healthy) });
    expect(found.filter((each) => each.startsWith(`${check}: `))).not.toEqual([]);
  });

  it("are each shown to fail", () => {
    const shown = new Set(DAMAGES.map(([check]) => check));
    expect(CHECKS.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
