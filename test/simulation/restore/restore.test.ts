// A lost database comes back: exported under load, imported into an empty project, reconciled, and the books are the
// venue's. Runs over the local Firestore's own export and import.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { Firestore } from "@google-cloud/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import type { Restored } from "#test/simulation/world.ts";
import { HANG_LIMIT_MS } from "../hang-limit.ts";
import { disagreements } from "./agreement.ts";
import { restoredRun } from "./restored-run.ts";

const SEEDS = Array.from({ length: 10 }, (_, place) => place + 21);
const LOST = "demo-lost";
const EMPTY = "demo-empty";
/** Of what a batch may hold. */
const WRITES_AT_ONCE = 100;
const OLDER_MS = 90_000;

let server: FirestoreServer;
let lost: Firestore;
let empty: Firestore;

beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = "none";
  server = await startFirestoreServer();
  const client = (projectId: string) => new Firestore({ projectId, host: server.address, ssl: false });
  lost = client(LOST);
  empty = client(EMPTY);
});
afterAll(async () => {
  await Promise.all([lost.terminate(), empty.terminate()]);
  await server.stop();
});

async function ask(project: string, verb: string, body: object): Promise<void> {
  const answer = await fetch(`http://${server.address}/v1/projects/${project}/databases/(default):${verb}`, {
    method: "POST",
    headers: { authorization: "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

/** Stores them in one project, exports, loses that project, and imports into another one that is empty. */
async function exported(documents: Restored["documents"]): Promise<Restored["documents"]> {
  for (const project of [LOST, EMPTY]) server.clear(`projects/${project}/databases/(default)`);
  const before = createFirestoreDocuments(() => lost);
  for (let at = 0; at < documents.length; at += WRITES_AT_ONCE)
    await before.commit(
      documents
        .slice(at, at + WRITES_AT_ONCE)
        .map(({ path, data }) => ({ op: "create" as const, path, data })),
    );
  const folder = mkdtempSync(join(tmpdir(), "ballast-restore-"));
  try {
    await ask(LOST, "exportDocuments", { outputUriPrefix: pathToFileURL(folder).href });
    server.clear(`projects/${LOST}/databases/(default)`);
    await ask(EMPTY, "importDocuments", { inputUriPrefix: pathToFileURL(folder).href });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const found = await createFirestoreDocuments(() => empty).getAll(documents.map(({ path }) => path));
  const back = found.map(({ path, data, version }) => ({ path, data: data ?? {}, version: version ?? "" }));
  // The simulation stores by the place in this order, as it counts versions by itself.
  return back
    .toSorted((a, b) => (a.version < b.version || (a.version === b.version && a.path < b.path) ? -1 : 1))
    .map((each, place) => ({ ...each, version: String(place) }));
}

describe("a database restored from its last moment", () => {
  it(
    "agrees with the venue after one reconcile pass, and breaks no rule, although all that was on its way is gone",
    async () => {
      let documents = 0;
      for (const seed of SEEDS) {
        const run = await restoredRun({ seed, copy: exported, longestGapMs: 0 });
        expect(run.violation, `seed ${seed}`).toBeNull();
        expect(disagreements(run.world), `seed ${seed}`).toEqual([]);
        documents += run.documents.length;
      }
      expect(documents).toBeGreaterThan(SEEDS.length * 10);
    },
    HANG_LIMIT_MS,
  );
});

describe("a database restored from a copy that is older than the venue", () => {
  it(
    "ends with every position in a group or told to a person, the venue's NAV, and no entry taken twice",
    async () => {
      let ordersSince = 0;
      for (const seed of SEEDS) {
        const run = await restoredRun({ seed, copy: exported, longestGapMs: OLDER_MS });
        expect(disagreements(run.world), `seed ${seed}`).toEqual([]);
        ordersSince += run.ordersSince;
      }
      expect(ordersSince).toBeGreaterThan(0);
    },
    HANG_LIMIT_MS,
  );
});
