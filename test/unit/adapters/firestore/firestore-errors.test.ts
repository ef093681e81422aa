// Firestore's statuses in the port's errors: refused, contended and unknown are never mixed up.
import type { Firestore } from "firebase-admin/firestore";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { documentError } from "#adapters/firestore/firestore-errors.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import {
  DocumentConflictError,
  DocumentExistsError,
  DocumentNotFoundError,
  DocumentRefusedError,
  DocumentUnavailableError,
  PreconditionFailedError,
} from "#ports/documents.ts";

const status = (code: number, message = "status") => Object.assign(new Error(message), { code });
const CREATE: DocumentWrite = { op: "create", path: "accounts/a/orders/o", data: {} };
const VERSIONED: DocumentWrite = {
  op: "set",
  path: "accounts/a/control/state",
  data: {},
  version: "1.000000000",
};
const UPDATE: DocumentWrite = { op: "update", path: "accounts/a", changes: { n: 1 } };

describe("errors of a Firestore commit", () => {
  it.each([
    [6, DocumentExistsError],
    [9, PreconditionFailedError],
    [5, DocumentNotFoundError],
    [10, DocumentConflictError],
    [4, DocumentUnavailableError],
    [8, DocumentUnavailableError],
    [13, DocumentUnavailableError],
    [14, DocumentUnavailableError],
    [2, DocumentUnavailableError],
    [3, DocumentRefusedError],
    [7, DocumentRefusedError],
    [12, DocumentRefusedError],
    [16, DocumentRefusedError],
  ])("status %i", (code, expected) => {
    expect(documentError(status(code), [CREATE, UPDATE])).toBeInstanceOf(expected);
  });

  it("treat a failure without a status as unknown, with its cause", () => {
    const cause = new Error("socket hang up");
    expect(documentError(cause, [CREATE])).toMatchObject({ name: "DocumentUnavailableError", cause });
  });

  it("name the document that the status names", () => {
    const text = `Document already exists: projects/p/databases/(default)/documents/${CREATE.path}`;
    expect(documentError(status(6, text), [VERSIONED, CREATE])).toMatchObject({ path: CREATE.path });
  });

  it("name the only guarded document when the status names none, and none of several", () => {
    expect(documentError(status(9), [VERSIONED])).toMatchObject({ path: VERSIONED.path });
    expect(documentError(status(9), [VERSIONED, CREATE])).toMatchObject({ path: null });
  });

  it("call a version of a document that is gone stale", () => {
    const versioned: DocumentWrite = { ...UPDATE, version: "1.000000000" };
    expect(documentError(status(5), [versioned])).toBeInstanceOf(PreconditionFailedError);
    expect(documentError(status(5), [UPDATE])).toBeInstanceOf(DocumentNotFoundError);
  });

  it("point to the indexes when a query is refused", () => {
    const error = documentError(status(9, "The query requires an index"), []);
    expect(error).toBeInstanceOf(DocumentRefusedError);
    expect(error.message).toContain("firestore.indexes.json");
  });
});

describe("a Firestore that does not answer", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is unavailable after a bound, whatever the SDK goes on trying", async () => {
    vi.useFakeTimers();
    const silent = { doc: () => ({}), getAll: () => new Promise(() => undefined) } as unknown as Firestore;
    const read = createFirestoreDocuments(() => silent).getAll(["accounts/a"]);
    const outcome = expect(read).rejects.toBeInstanceOf(DocumentUnavailableError);
    await vi.advanceTimersByTimeAsync(15_000);
    await outcome;
  });
});

describe("a version of the SDK that builds batches otherwise", () => {
  it("is noticed before a precondition is lost", async () => {
    const batch = { set: () => batch };
    const other = { doc: () => ({}), batch: () => batch } as unknown as Firestore;
    await expect(createFirestoreDocuments(() => other).commit([VERSIONED])).rejects.toThrow(
      "firestore-batch.ts",
    );
  });
});
