// The page reads the functions' documents whole. A document with a missing field, or one of another type, is
// refused with that field's name; an additional field is passed over.
import { describe, expect, it } from "vitest";
import { configReader } from "#hosting/data/config-reader.ts";
import { controlReader } from "#hosting/data/control-reader.ts";
import {
  alertReader,
  messageReader,
  navReader,
  overviewReader,
  peakReader,
  profileReader,
  receiptReader,
  seriesReader,
} from "#hosting/data/documents.ts";
import type { Reader } from "#hosting/data/shape.ts";
import { accountsOf } from "#hosting/model/claims.ts";
import { accountDocuments } from "#test/e2e/dashboard/account-documents.ts";
import { untoldMessages } from "#test/e2e/dashboard/outbox-documents.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const documents = { ...accountDocuments(NOW_MS), ...untoldMessages(NOW_MS) };
const READERS: Readonly<Record<string, Reader<unknown>>> = {
  "": profileReader,
  "config/current": configReader,
  "control/state": controlReader,
  "control/nav": navReader,
  "control/peak": peakReader,
  "views/overview": overviewReader,
  "receipts/s-2": receiptReader,
  "alerts/a-1": alertReader,
  "outbox/m-1": messageReader,
  "navSeries/2026-11-20": seriesReader,
};

describe.each(Object.entries(READERS))("the reader of %j", (path, reader) => {
  const written = documents[path] ?? {};

  it("accepts what the functions' schema accepts, and one field more", () => {
    expect(() => reader({ ...written, addedLater: true }, "")).not.toThrow();
  });

  it("refuses it with any field it shows gone or of another type, naming the field", () => {
    for (const field of Object.keys(reader(written, "") as object)) {
      for (const broken of [undefined, Symbol("other")]) {
        expect(() => reader({ ...written, [field]: broken }, "")).toThrow(new RegExp(`^${field}`));
      }
    }
  });
});

describe("amounts", () => {
  it("must be decimal strings: a number has passed through a float", () => {
    expect(() => navReader({ ...documents["control/nav"], navUsd: 10342.19 }, "")).toThrow(
      "navUsd is not a decimal number",
    );
  });
});

describe("the accounts claim", () => {
  it.each([
    [{ accounts: ["main", "", 7, "b"] }, ["main", "b"]],
    [{ accounts: "main" }, []],
    [{}, []],
  ])("of %j names %j", (claims, accounts) => {
    expect(accountsOf(claims)).toEqual(accounts);
  });
});
