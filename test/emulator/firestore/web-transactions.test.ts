// Transactions of the web SDKs: optimistic, and with verified reads that write nothing. The SDK of Node sends them by
// gRPC, firebase/firestore/lite by REST.
import { randomUUID } from "node:crypto";
import { compileRules, type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { Firestore } from "@google-cloud/firestore";
import { deleteApp, type FirebaseApp, initializeApp } from "firebase/app";
import * as full from "firebase/firestore";
import * as lite from "firebase/firestore/lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

full.setLogLevel("silent");
lite.setLogLevel("silent");
const PROJECT = "demo-verify";
const OPEN = `service cloud.firestore {
  match /databases/{database}/documents { match /{document=**} { allow read, write; } }
}`;

let server: FirestoreServer;
let admin: Firestore;
let app: FirebaseApp;

beforeAll(async () => {
  server = await startFirestoreServer({ authorizer: compileRules(`rules_version = '2';\n${OPEN}`) });
  admin = new Firestore({ projectId: PROJECT, host: server.address, ssl: false });
  app = initializeApp({ projectId: PROJECT, apiKey: "local" });
  full.connectFirestoreEmulator(full.getFirestore(app), "127.0.0.1", server.port);
  lite.connectFirestoreEmulator(lite.getFirestore(app), "127.0.0.1", server.port);
});
afterAll(async () => {
  await deleteApp(app);
  await admin.terminate();
  await server.stop();
});

interface Tries {
  readonly tries: number;
  readonly outcome: unknown;
}

/** Reads a document in a transaction, and lets the admin change it during the first try. */
type Run = (path: string, meanwhile: () => Promise<unknown>) => Promise<Tries>;

function counting(run: (count: () => number) => Promise<unknown>): Promise<Tries> {
  let tries = 0;
  const count = (): number => {
    tries += 1;
    return tries;
  };
  return run(count).then(
    (outcome) => ({ tries, outcome }),
    ({ code }: { code: unknown }) => ({ tries, outcome: code }),
  );
}

const SDKS: readonly [string, Run][] = [
  [
    "over gRPC",
    (path, meanwhile) =>
      counting((count) =>
        full.runTransaction(full.getFirestore(app), async (transaction) => {
          const found = await transaction.get(full.doc(full.getFirestore(app), path));
          if (count() === 1) await meanwhile();
          return found.data();
        }),
      ),
  ],
  [
    "over REST",
    (path, meanwhile) =>
      counting((count) =>
        lite.runTransaction(lite.getFirestore(app), async (transaction) => {
          const found = await transaction.get(lite.doc(lite.getFirestore(app), path));
          if (count() === 1) await meanwhile();
          return found.data();
        }),
      ),
  ],
];

describe.each(SDKS)("a transaction that reads without writing, %s", (_, run) => {
  it.each([{ n: 1 }, undefined])("succeeds where nothing changed: %j", async (data) => {
    const path = `read/${randomUUID()}`;
    if (data !== undefined) await admin.doc(path).set(data);
    expect(await run(path, async () => undefined)).toEqual({ tries: 1, outcome: data });
  });

  it("is repeated when the document changed under it", async () => {
    const path = `read/${randomUUID()}`;
    await admin.doc(path).set({ n: 1 });
    expect(await run(path, () => admin.doc(path).set({ n: 2 }))).toEqual({ tries: 2, outcome: { n: 2 } });
  });

  it("is repeated when the document was deleted under it", async () => {
    const path = `read/${randomUUID()}`;
    await admin.doc(path).set({ n: 1 });
    expect(await run(path, () => admin.doc(path).delete())).toEqual({ tries: 2, outcome: undefined });
  });
});

describe("a web client's transaction", () => {
  it("that deletes a document and then updates it ends with invalid-argument", async () => {
    const db = full.getFirestore(app);
    const ref = full.doc(db, `both/${randomUUID()}`);
    await full.setDoc(ref, { n: 1 });
    const outcome = await counting(() =>
      full.runTransaction(db, async (transaction) => {
        transaction.delete(ref).update(ref, { n: 2 });
      }),
    );
    expect(outcome.outcome).toBe("invalid-argument");
  });
});
