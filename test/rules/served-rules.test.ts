// The project's rules as clients meet them: firebase/firestore/lite with ID tokens against the real local server, every
// kind of user on every document path of the product.
import { deleteApp, initializeApp } from "firebase/app";
import {
  collection,
  connectFirestoreEmulator,
  doc,
  type Firestore,
  getDoc,
  getDocs,
  getFirestore,
  setDoc,
  setLogLevel,
} from "firebase/firestore/lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalFirestore, startRuledFirestore } from "#test/support/local-firestore.ts";
import { COLLECTION_READERS, DOCUMENT_READERS, USERS, type User } from "./project-users.ts";

// Every denial would be printed: hundreds are expected here.
setLogLevel("silent");

const users = Object.keys(USERS) as User[];
let firestore: Omit<LocalFirestore, "restart">;
const apps: ReturnType<typeof initializeApp>[] = [];

beforeAll(async () => {
  firestore = await startRuledFirestore();
  await Promise.all(Object.keys(DOCUMENT_READERS).map((path) => firestore.admin.doc(path).set({ path })));
});
afterAll(async () => {
  await Promise.all(apps.map(deleteApp));
  await firestore[Symbol.asyncDispose]();
});

function liteAs(user: User): Firestore {
  const app = initializeApp({ projectId: firestore.projectId, apiKey: "local" }, `lite-${apps.length}`);
  apps.push(app);
  const database = getFirestore(app);
  const identity = USERS[user];
  const options = identity && { mockUserToken: firestore.token({ sub: identity.uid, ...identity.token }) };
  connectFirestoreEmulator(database, "127.0.0.1", firestore.port, options ?? {});
  return database;
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "allowed",
    ({ code }: { code: string }) => code,
  );
}

describe.each(users)("%s", (user) => {
  it("gets exactly the documents, and lists exactly the collections, that the project's rules grant", async () => {
    const database = liteAs(user);
    const expected = (readers: readonly User[]) => (readers.includes(user) ? "allowed" : "permission-denied");
    for (const [path, readers] of Object.entries(DOCUMENT_READERS)) {
      expect(`${path} ${await codeOf(getDoc(doc(database, path)))}`).toBe(`${path} ${expected(readers)}`);
    }
    for (const [path, readers] of Object.entries(COLLECTION_READERS)) {
      const asked = codeOf(getDocs(collection(database, path)));
      expect(`${path} ${await asked}`).toBe(`${path} ${expected(readers)}`);
    }
  });

  it("writes nothing", async () => {
    const database = liteAs(user);
    for (const path of [
      "accounts/a/commands/new",
      "accounts/a/control/state",
      "meta/environment",
      "free/form",
    ]) {
      expect(`${path} ${await codeOf(setDoc(doc(database, path), { x: 1 }))}`).toBe(
        `${path} permission-denied`,
      );
    }
  });
});
