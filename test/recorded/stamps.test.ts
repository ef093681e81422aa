// Guards a rollout: a kind that no release has changed since 0.1.0 is written as 0.1.0 wrote it, without a stamp and without
// a field that its instances do not know; a kind that was changed always says so by its stamp.
// Proves: app/documents/versioned-documents.ts
import { expect, it } from "vitest";
import { type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import { KNOWLEDGE, stampOf } from "#domain/documents/versions.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { Mutation } from "#test/simulation/mutations/mutation.ts";
import { simulate } from "#test/simulation/simulate.ts";
import { recordings, YOUNGER_KINDS } from "./resume.ts";

const SEEDS = 12;

it("stamps what a release has changed, and writes nothing else that the recordings of 0.1.0 lack", async () => {
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
    if (kind === null) return;
    looked += 1;
    const { version } = stampOf(KNOWLEDGE, kind);
    if (version > 1) expect(data.schema, path).toMatchObject({ version });
    else if (!YOUNGER_KINDS.has(kind))
      for (const field of Object.keys(data))
        if (known.get(kind)?.has(field) !== true) added.add(`${kind}.${field}`);
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
