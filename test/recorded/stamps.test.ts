// Guards the first half of a rollout: while instances of release 0.1.0 may still be there, this release writes no stamp, and
// no field that they do not know.
// Proves: app/documents/versioned-documents.ts
import { expect, it } from "vitest";
import { type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { Mutation } from "#test/simulation/mutations/mutation.ts";
import { simulate } from "#test/simulation/simulate.ts";
import { recordings } from "./resume.ts";

const SEEDS = 12;

it("writes no stamp and no field that the recordings of 0.1.0 lack", async () => {
  const known = new Map<DocumentKind, Set<string>>();
  for (const { release, documents } of recordings()) {
    if (release !== "0.1.0") continue;
    for (const { path, data } of documents) {
      const kind = kindOf(path);
      if (kind === null) throw new Error(`${path} is of no kind`);
      const fields = known.get(kind) ?? new Set();
      known.set(kind, fields);
      for (const field of Object.keys(data as object)) fields.add(field);
    }
  }
  const added = new Set<string>();
  let looked = 0;
  const look = (path: string, data: DocumentData): void => {
    const kind = kindOf(path);
    looked += 1;
    for (const field of Object.keys(data))
      if (kind !== null && known.get(kind)?.has(field) !== true) added.add(`${kind}.${field}`);
  };
  const watching: Mutation = {
    name: "watching",
    says: "Nothing is taken away; what is written is looked at.",
    hooks: () => ({
      documents: (port) => ({
        getAll: (paths) => port.getAll(paths),
        query: (query) => port.query(query),
        commit: (writes) => {
          for (const write of writes)
            if (write.op === "set" || write.op === "create") look(write.path, write.data);
          return port.commit(writes);
        },
      }),
    }),
  };
  for (let seed = 1; seed <= SEEDS; seed += 1) await simulate({ seed, mutation: watching });
  expect(looked).toBeGreaterThan(SEEDS);
  expect([...added]).toEqual([]);
});
