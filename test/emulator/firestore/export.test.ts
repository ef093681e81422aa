// An export is one moment of a database, whatever is written meanwhile, and comes back whole into another one or not at
// all. Proves: local/firestore/engine/export.ts, local/firestore/web/admin-handler.ts.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { Firestore, GeoPoint, Timestamp } from "@google-cloud/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const FROM = "demo-export";
const INTO = "demo-import";

let server: FirestoreServer;
let folder: string;
let from: Firestore;
let into: Firestore;

beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = "none";
  server = await startFirestoreServer();
  const client = (projectId: string) => new Firestore({ projectId, host: server.address, ssl: false });
  from = client(FROM);
  into = client(INTO);
});
beforeEach(() => {
  for (const project of [FROM, INTO]) server.clear(`projects/${project}/databases/(default)`);
  folder = mkdtempSync(join(tmpdir(), "firestore-export-"));
  return () => rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await Promise.all([from.terminate(), into.terminate()]);
  await server.stop();
});

const OWNER = { authorization: "Bearer owner" };

async function ask(project: string, verb: string, body: object, headers: object = OWNER): Promise<Response> {
  return await fetch(`http://${server.address}/v1/projects/${project}/databases/(default):${verb}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const exportAll = () => ask(FROM, "exportDocuments", { outputUriPrefix: pathToFileURL(folder).href });
const importAll = () => ask(INTO, "importDocuments", { inputUriPrefix: pathToFileURL(folder).href });

describe("an export", () => {
  it("brings every type of value and every depth into another project as it was", async () => {
    const data = {
      text: "ä€😀",
      none: null,
      yes: true,
      whole: 7,
      real: 0.1,
      odd: [Number.NaN, -0, Number.POSITIVE_INFINITY],
      at: Timestamp.fromMillis(1_700_000_000_123),
      bytes: Buffer.from([0, 255]),
      place: new GeoPoint(1, 2),
      map: { "a.b": { c: [] } },
    };
    await from.doc("accounts/a").set(data);
    await from.doc("accounts/a/orders/o").set({ n: 1 });
    await into.doc("accounts/other").set({ stays: true });
    expect(await (await exportAll()).json()).toMatchObject({ done: true, response: { documentCount: 2 } });
    expect(await (await importAll()).json()).toMatchObject({ done: true, response: { documentCount: 2 } });
    expect((await into.doc("accounts/a").get()).data()).toEqual(data);
    expect((await into.doc("accounts/a/orders/o").get()).data()).toEqual({ n: 1 });
    expect((await into.doc("accounts/other").get()).data()).toEqual({ stays: true });
  });

  it("holds one moment while commits go on", async () => {
    const halves = Array.from({ length: 40 }, (_, at) => from.doc(`halves/${at}`));
    let round = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        round += 1;
        const batch = from.batch();
        for (const half of halves) batch.set(half, { round });
        await batch.commit();
      }
    })();
    await expect.poll(() => round).toBeGreaterThan(3);
    const answer = await exportAll();
    const at = round;
    await expect.poll(() => round).toBeGreaterThan(at + 1);
    isOver = true;
    await writing;
    expect(answer.status).toBe(200);
    await importAll();
    const rounds = new Set((await into.collection("halves").get()).docs.map((half) => half.get("round")));
    expect([...rounds]).toHaveLength(1);
    expect([...rounds][0]).toBeLessThan(round);
  });

  it("that was cut off or touched is refused, and nothing of it is written", async () => {
    expect((await importAll()).status).toBe(404);
    await from.doc("accounts/a").set({ n: 1 });
    await exportAll();
    appendFileSync(join(folder, "documents.jsonl"), "[]\n");
    expect((await importAll()).status).toBe(400);
    expect((await into.collection("accounts").get()).size).toBe(0);
  });

  it("is for owners, and goes to a folder", async () => {
    const body = { outputUriPrefix: pathToFileURL(folder).href };
    expect((await ask(FROM, "exportDocuments", body, {})).status).toBe(403);
    expect((await ask(FROM, "exportDocuments", { outputUriPrefix: "gs://bucket/x" })).status).toBe(400);
  });
});
