// The operator sees which stored documents are of which version, and leads older ones to the newest shape. A
// change that came between stays, and newer documents stay untouched.
import { expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import { pendingUpgrades, storedVersions } from "#functions/app/documents/stored-versions.ts";
import { versionedDocuments } from "#functions/app/documents/versioned-documents.ts";
import { PreconditionFailedError } from "#ports/documents.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";

const knowledge = {
  ...KNOWLEDGE,
  order: [],
  hook: [{ since: "0.3.0", up: (shape: object) => ({ ...shape, added: null }) }],
};
const [OLD, NEW, NEWER] = [paths.hook("old"), paths.hook("new"), paths.hook("newer")];

function given() {
  const stored = createMemoryDocuments(createFakeClock());
  stored.seed(OLD, { name: "old" });
  stored.seed(NEW, { name: "new", added: 1, schema: { version: 2, since: "0.3.0" } });
  stored.seed(NEWER, { name: "newer", schema: { version: 3, since: "0.9.0" } });
  stored.seed(paths.deadLetter("d-1"), { a: 1 });
  return { stored, documents: versionedDocuments(stored, { knowledge, stamps: "new" }) };
}

it("counts every kind by version, and says which release a newer one needs", async () => {
  const rows = await storedVersions(given().documents, knowledge);
  expect(rows).toEqual([
    { kind: "hook", version: 1, since: "0.1.0", known: 2, count: 1, isWhole: true },
    { kind: "hook", version: 2, since: "0.3.0", known: 2, count: 1, isWhole: true },
    { kind: "hook", version: 3, since: "0.9.0", known: 2, count: 1, isWhole: true },
    { kind: "deadLetter", version: 1, since: "0.1.0", known: 1, count: 1, isWhole: true },
  ]);
});

it("writes the older ones of the named kinds in the newest shape, and nothing else", async () => {
  const { stored, documents } = given();
  const before = stored.dump();
  expect(await pendingUpgrades(documents, knowledge, ["deadLetter"])).toEqual([]);
  for (const write of await pendingUpgrades(documents, knowledge, ["hook"])) await documents.commit([write]);
  expect(stored.dump()).toEqual({
    ...before,
    [OLD]: { name: "old", added: null, schema: { version: 2, since: "0.3.0" } },
  });
  expect(await pendingUpgrades(documents, knowledge, ["hook"])).toEqual([]);
});

it("does not write over a change that came between", async () => {
  const { documents } = given();
  const writes = await pendingUpgrades(documents, knowledge, ["hook"]);
  await documents.commit([{ op: "set", path: OLD, data: { name: "changed", added: 2 } }]);
  await expect(documents.commit(writes)).rejects.toBeInstanceOf(PreconditionFailedError);
});
