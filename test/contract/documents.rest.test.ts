// The document contract over the adapter that deployed functions use: Firestore's JSON API against a Firestore server.
// Proves: adapters/firestore/rest-documents.ts, adapters/firestore/rest-values.ts, adapters/firestore/rest-write.ts, adapters/firestore/rest-query.ts
import { type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createRestDocuments, DOCUMENT_ATTEMPT_MS } from "#adapters/firestore/rest-documents.ts";
import { emulatorOwner } from "#adapters/google/access-token.ts";
import { googleRestTo } from "#adapters/google/google-rest.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { type DocumentPort, DocumentUnavailableError } from "#ports/documents.ts";
import { describeDocumentPort } from "./documents.ts";

const PROJECT = "demo-contract-rest";
const app = initializeApp({ projectId: PROJECT }, "document-contract-rest");
const firestore = getFirestore(app);
let server: FirestoreServer;
let stores = 0;

const restAt = (port: number): DocumentPort =>
  createRestDocuments({
    projectId: PROJECT,
    rest: googleRestTo("firestore.googleapis.com", {
      emulator: `127.0.0.1:${port}`,
      attemptMs: DOCUMENT_ATTEMPT_MS,
      accessToken: emulatorOwner,
      clock: createSystemClock(),
    }),
  });

beforeAll(async () => {
  server = await startFirestoreServer();
  firestore.settings({ host: `127.0.0.1:${server.port}`, ssl: false });
});

afterAll(async () => {
  await deleteApp(app);
  await server.stop();
});

describeDocumentPort("Firestore's JSON API", async () => {
  stores += 1;
  return { port: restAt(server.port), prefix: `contract/store${stores}` };
});

describe("documents over Firestore's JSON API", () => {
  it("are those that Google's own client reads, version and all", async () => {
    const data = { at: new Date(1_767_323_045_678), whole: 12, part: 0.1, list: [{ "odd name": -0 }] };
    const path = "beside/ü 1%2F";
    const [version] = await restAt(server.port).commit([{ op: "create", path, data }]);
    const [seen] = await createFirestoreDocuments(() => firestore).getAll([path]);
    expect(seen).toEqual({ path, data, version });
    expect(await restAt(server.port).getAll([path])).toEqual([seen]);
  });

  it("hold no value that a schema cannot know", async () => {
    await firestore.doc("foreign/a").set({ bytes: Buffer.from("x") });
    await firestore.doc("foreign/b").set({ number: Number.NaN });
    await expect(restAt(server.port).getAll(["foreign/a"])).rejects.toBeInstanceOf(TypeError);
    await expect(restAt(server.port).getAll(["foreign/b"])).rejects.toBeInstanceOf(TypeError);
  });

  it("are out of reach within the bound when nothing listens", async () => {
    await expect(restAt(1).getAll(["a/b"])).rejects.toBeInstanceOf(DocumentUnavailableError);
  }, 20_000);
});
