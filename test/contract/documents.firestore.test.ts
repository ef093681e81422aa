// The document contract over the real adapter: firebase-admin's own SDK against a Firestore server.
// Proves: adapters/firestore/
import { type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countDocuments } from "#adapters/firestore/count-documents.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { describeDocumentPort } from "./documents.ts";

const app = initializeApp({ projectId: "demo-contract" }, "document-contract");
const firestore = getFirestore(app);
/** Another server to hold to the contract, such as Google's emulator. */
const external = process.env.BALLAST_CONFORMANCE_FIRESTORE_HOST;
let server: FirestoreServer | undefined;
let stores = 0;

beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = "none";
  if (external === undefined) server = await startFirestoreServer();
  firestore.settings({ host: external ?? server?.address ?? "", ssl: false });
});

afterAll(async () => {
  await deleteApp(app);
  await server?.stop();
});

describeDocumentPort("Firestore", async () => {
  stores += 1;
  return { port: createFirestoreDocuments(() => firestore), prefix: `contract/store${stores}` };
});

describe("documents in Firestore", () => {
  it("are counted as they are billed", async () => {
    const counted = countDocuments(createFirestoreDocuments(() => firestore));
    const { documents } = counted;
    await documents.commit([
      { op: "create", path: "counted/a", data: {} },
      { op: "set", path: "counted/b", data: {} },
    ]);
    await documents.getAll(["counted/a", "counted/missing"]);
    await documents.query({ collection: "nothing", limit: 5 });
    await expect(documents.commit([{ op: "create", path: "counted/a", data: {} }])).rejects.toThrow();
    expect(counted.counts).toEqual({ roundTrips: 4, commits: 2, reads: 3, writes: 2 });
    counted.reset();
    expect(counted.counts.roundTrips).toBe(0);
  });

  it("hold no value that a schema cannot know", async () => {
    await firestore.doc("foreign/a").set({ bytes: Buffer.from("x") });
    await expect(createFirestoreDocuments(() => firestore).getAll(["foreign/a"])).rejects.toBeInstanceOf(
      TypeError,
    );
  });
});
