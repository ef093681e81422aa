// Every refusal that is kept in test/recorded/venue, as the answer to a new order: which of the port's five kinds it is, by
// which code, and until when the venue wants silence.
// Proves: adapters/ccxt/binance-errors.ts, adapters/ccxt/binance-codes.ts
import { describe, expect, it } from "vitest";
import type { VenueErrorKind } from "#ports/venue.ts";
import { refusalNames, refusalOf } from "#test/recorded/venue/answers.ts";
import { failureOf, orderRequest, scriptedVenue, send } from "./binance-wire.ts";

/** Kind, code, and how long the venue is to be left alone; "until" is a time that it names itself. */
const EXPECTED: Readonly<Record<string, readonly [VenueErrorKind, string, (number | { until: number })?]>> = {
  // Nothing but the venue's evidence can tell what became of the order.
  unknownError: ["unknown", "-1000"],
  unexpectedResponse: ["unknown", "-1006"],
  backendTimeout: ["unknown", "-1007"],
  duplicateId: ["unknown", "-4116"],
  unknown503: ["unknown", "-1000"],
  gateway502: ["unknown", "HTTP_502"],
  gateway504: ["unknown", "HTTP_504"],
  emptyBody: ["unknown", "UNREADABLE"],
  emptyError: ["unknown", "HTTP_500"],
  truncatedJson: ["unknown", "UNREADABLE"],
  pageInPlaceOfJson: ["unknown", "UNREADABLE"],
  codeOfNoList: ["unknown", "-9876"],
  // Not processed, and worth another try.
  disconnected: ["retryable", "-1001"],
  tooManyRequests: ["retryable", "-1003", 27_000],
  throttled: ["retryable", "-1008"],
  tooManyOrders: ["retryable", "-1015", 8_000],
  shuttingDown: ["retryable", "-1016"],
  matchingEngineWindow: ["retryable", "-5028"],
  unavailable503: ["retryable", "HTTP_503"],
  limited429Html: ["retryable", "HTTP_429", 12_000],
  // Not processed, and silence is wanted.
  banned: ["banned", "-1003", { until: 1_767_323_405_678 }],
  banned418Html: ["banned", "HTTP_418", 180_000],
  firewall403: ["banned", "HTTP_403", 300_000],
  region451: ["banned", "HTTP_451", 300_000],
  timestamp: ["clock", "-1021"],
  // Refused, and refused again.
  unauthorized: ["rejected", "-1002"],
  signature: ["rejected", "-1022"],
  mandatoryParameter: ["rejected", "-1102"],
  precision: ["rejected", "-1111"],
  symbol: ["rejected", "-1121"],
  unknownCancel: ["rejected", "-2011"],
  noSuchOrder: ["rejected", "-2013"],
  keyFormat: ["rejected", "-2014"],
  keyRejected: ["rejected", "-2015"],
  marginInsufficient: ["rejected", "-2019"],
  unableToFill: ["rejected", "-2020"],
  wouldTrigger: ["rejected", "-2021"],
  reduceOnlyRejected: ["rejected", "-2022"],
  maxPosition: ["rejected", "-2027"],
  qtyAboveMax: ["rejected", "-4005"],
  priceOffTick: ["rejected", "-4014"],
  positionSideMismatch: ["rejected", "-4061"],
  useAlgoOrder: ["rejected", "-4120"],
  percentPrice: ["rejected", "-4131"],
  symbolClosed: ["rejected", "-4140"],
  minNotional: ["rejected", "-4164"],
  reduceOnlyMode: ["rejected", "-4400"],
  complianceRestricted: ["rejected", "-4402"],
  stopWithoutPosition: ["rejected", "-4509"],
  postOnlyRejected: ["rejected", "-5022"],
  notFound: ["rejected", "HTTP_404"],
};

describe("a refusal of a new order", () => {
  it.each(Object.entries(EXPECTED))("is %s: of its kind, code and time", async (name, [kind, code, wait]) => {
    const scripted = scriptedVenue(refusalOf(name));
    const startMs = scripted.clock.nowMs();
    const failure = await failureOf(send(scripted, orderRequest()));
    const untilMs = wait === undefined ? null : typeof wait === "number" ? startMs + wait : wait.until;
    expect([failure.kind, failure.code, failure.retryAtMs]).toEqual([kind, code, untilMs]);
    expect(failure.message).not.toContain("<html>".repeat(2));
    expect(failure.message.length).toBeLessThan(400);
  });

  it("covers every refusal on disk", () => {
    expect(Object.keys(EXPECTED).toSorted()).toEqual(refusalNames().toSorted());
  });
});
