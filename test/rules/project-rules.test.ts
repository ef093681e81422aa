// The project's firestore.rules: every document path of the product against every kind of user. No client writes
// anything.
import { readFileSync } from "node:fs";
import type { AccessRequest } from "@ballast/local-firestore";
import { compileRules } from "@ballast/local-firestore";
import { describe, expect, it } from "vitest";
import { COLLECTION_READERS, DOCUMENT_READERS, USERS, type User } from "./project-users.ts";

const source = readFileSync(new URL("../../firestore.rules", import.meta.url), "utf8");
const rules = compileRules(source);
const users = Object.keys(USERS) as User[];

function usersAllowed(request: Pick<AccessRequest, "operation" | "path"> & Partial<AccessRequest>): User[] {
  return users.filter((user) =>
    rules.allows({
      before: {},
      after: null,
      timeMs: 0,
      caller: { kind: "client", auth: USERS[user] },
      ...request,
    }),
  );
}

describe("get", () => {
  it.each(Object.entries(DOCUMENT_READERS))("%s is read by %j only", (path, readers) => {
    expect(usersAllowed({ operation: "get", path })).toEqual(readers);
    expect(usersAllowed({ operation: "get", path, before: null })).toEqual(readers);
  });
});

describe("list", () => {
  it.each(Object.entries(COLLECTION_READERS))("%s is listed by %j only", (path, readers) => {
    expect(usersAllowed({ operation: "list", path, before: null })).toEqual(readers);
  });

  it.each(["orders", "accounts", "secrets"])("the collection group %s by nobody", (path) => {
    expect(usersAllowed({ operation: "list", path, collectionGroup: true, before: null })).toEqual([]);
  });
});

describe("write", () => {
  it.each(Object.keys(DOCUMENT_READERS))("%s is written by nobody", (path) => {
    for (const operation of ["create", "update", "delete"] as const) {
      expect(usersAllowed({ operation, path, after: operation === "delete" ? null : {} })).toEqual([]);
    }
  });
});
