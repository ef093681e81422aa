// Guards the environment label: no process acts on a database that is unlabelled, unreadable or another environment's.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import {
  EnvironmentMismatchError,
  environmentGuard,
  labelledDocuments,
} from "#functions/app/documents/check-environment.ts";
import type { DocumentData } from "#ports/documents.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";

function database(label: DocumentData | null) {
  const documents = createMemoryDocuments(createFakeClock());
  if (label !== null) documents.seed(paths.environment, label);
  return documents;
}

describe("the environment guard", () => {
  it.each<[string, DocumentData | null, RegExp]>([
    ["is missing", null, /does not exist/],
    ["names another environment", { name: "prod" }, /configured for local.*says prod/],
    ["is unreadable", { name: "production" }, /unreadable/],
    ["has unknown fields", { name: "local", other: 1 }, /unreadable/],
  ])("refuses when the label %s", async (_name, label, message) => {
    const guard = environmentGuard(database(label), "local", { agreed: false });
    await expect(guard()).rejects.toThrow(EnvironmentMismatchError);
    await expect(guard()).rejects.toThrow(message);
  });

  it("asks until the label agrees once, and then no more", async () => {
    const documents = database(null);
    let reads = 0;
    documents.interceptor = {
      before: async () => {
        reads += 1;
        if (reads === 1) throw new DocumentUnavailableError("away", null);
      },
    };
    const guard = environmentGuard(documents, "local", { agreed: false });
    await expect(guard()).rejects.toThrow(DocumentUnavailableError);
    await expect(guard()).rejects.toThrow(EnvironmentMismatchError);
    documents.seed(paths.environment, { name: "local" });
    await guard();
    await Promise.all([guard(), guard()]);
    expect(reads).toBe(3);
  });
});

describe("documents that compare the label themselves", () => {
  const PATH = paths.control("main");
  const write = { op: "set", path: PATH, data: { accountId: "main" } } as const;

  it("bring the label along with their first read, and no other", async () => {
    const documents = database({ name: "local" });
    const asked: (readonly string[])[] = [];
    documents.interceptor = {
      before: async (call) => void (call.kind === "getAll" && asked.push(call.paths)),
    };
    const labelled = labelledDocuments(documents, "local", { agreed: false });
    expect(await labelled.getAll([PATH])).toMatchObject([{ path: PATH }]);
    expect(await labelled.getAll([PATH])).toMatchObject([{ path: PATH }]);
    expect(asked).toEqual([[PATH, paths.environment], [PATH]]);
  });

  it.each<[string, DocumentData | null]>([
    ["is missing", null],
    ["names another environment", { name: "prod" }],
  ])("answer nothing and write nothing while the label %s", async (_name, label) => {
    const documents = database(label);
    documents.seed(PATH, { accountId: "before" });
    const before = documents.dump();
    const labelled = labelledDocuments(documents, "local", { agreed: false });
    await expect(labelled.getAll([PATH])).rejects.toThrow(EnvironmentMismatchError);
    await expect(labelled.commit([write])).rejects.toThrow(EnvironmentMismatchError);
    await expect(labelled.query({ collection: "accounts", limit: 1 })).rejects.toThrow(
      EnvironmentMismatchError,
    );
    expect(documents.dump()).toEqual(before);
  });
});
