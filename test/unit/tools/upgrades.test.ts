// Guards the tool that counts and raises versions: it writes whole documents in the present shape with their expiry, and
// never over one of a later release or one of the books.
import { describe, expect, it } from "vitest";
import { versionedDocuments } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { countVersions, RAISED_KINDS, raiseVersions } from "#tools/operate/upgrades.ts";

const HOOK = paths.hook("h");
const CONFIG = paths.config("main");
const ORDER = paths.order("main", "o");
const release = {
  knowledge: { ...KNOWLEDGE, hook: [{ since: "0.3.0", up: (shape: object) => ({ ...shape, led: true }) }] },
  stamps: "new",
} as const;

function stored() {
  const raw = createMemoryDocuments(createFakeClock());
  raw.seed(paths.account("main"), { name: "Main" });
  raw.seed(HOOK, { hookId: "h", expireAt: new Date(1) });
  raw.seed(CONFIG, { version: 1, schema: { version: 2, since: "0.4.0" } });
  raw.seed(ORDER, { qty: "1" });
  return { raw, documents: versionedDocuments(raw, release) };
}

describe("versions", () => {
  it("are counted by kind, with the release that reads them", async () => {
    const { documents } = stored();
    expect(await countVersions(documents, release)).toEqual([
      { kind: "account", version: null, count: 1, since: "0.1.0", isNewer: false },
      { kind: "config", version: 2, count: 1, since: "0.4.0", isNewer: true },
      { kind: "hook", version: 1, count: 1, since: "0.1.0", isNewer: false },
      { kind: "order", version: null, count: 1, since: "0.1.0", isNewer: false },
    ]);
  });

  it("are raised where nobody rewrites, once, and nowhere else", async () => {
    const { raw, documents } = stored();
    const before = raw.dump();
    expect(await raiseVersions(documents, release, RAISED_KINDS)).toBe(2);
    expect(raw.dump()).toEqual({
      ...before,
      [paths.account("main")]: { name: "Main", schema: { version: 1, since: "0.1.0" } },
      [HOOK]: { hookId: "h", expireAt: new Date(1), led: true, schema: { version: 2, since: "0.3.0" } },
    });
    expect(await raiseVersions(documents, release, RAISED_KINDS)).toBe(0);
  });
});
