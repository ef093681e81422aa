// Google's @firebase/rules-unit-testing, unmodified, over the local Firestore: it uploads rules, signs users in, passes
// the rules by and clears the database; the project's own rules are tested through it too. Its clients speak gRPC.
import { readFileSync } from "node:fs";
import { type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import {
  assertFails,
  assertSucceeds,
  initializeTestEnvironment,
  type RulesTestEnvironment,
} from "@firebase/rules-unit-testing";
import {
  collection,
  deleteDoc,
  doc,
  getDoc,
  getDocs,
  onSnapshot,
  query,
  runTransaction,
  setDoc,
  setLogLevel,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DOCUMENT_READERS, USERS, type User } from "./project-users.ts";

setLogLevel("silent");

/** Users own their notes; a member of the notes' team may read them, and an owner never changes. */
const NOTES = `service cloud.firestore {
  match /databases/{database}/documents {
    function mine() { return resource.data.owner == request.auth.uid; }
    match /notes/{id} {
      allow read: if mine() || exists(/databases/$(database)/documents/members/$(request.auth.uid));
      allow create: if request.resource.data.keys().hasOnly(['owner', 'text'])
        && request.resource.data.owner == request.auth.uid;
      allow update: if mine() && request.resource.data.diff(resource.data).affectedKeys().hasOnly(['text']);
      allow delete: if mine() && request.resource == null;
    }
  }
}`;

let server: FirestoreServer;
let notes: RulesTestEnvironment;
let project: RulesTestEnvironment;

beforeAll(async () => {
  server = await startFirestoreServer();
  process.env.FIRESTORE_EMULATOR_HOST = server.address;
  notes = await initializeTestEnvironment({
    projectId: "demo-notes",
    firestore: { rules: `rules_version = '2';\n${NOTES}` },
  });
  project = await initializeTestEnvironment({
    projectId: "demo-project",
    firestore: { rules: readFileSync(new URL("../../firestore.rules", import.meta.url), "utf8") },
  });
});
afterAll(async () => {
  await notes.cleanup();
  await project.cleanup();
  await server.stop();
  delete process.env.FIRESTORE_EMULATOR_HOST;
});
afterEach(() => notes.clearFirestore());

const as = (uid: string) => notes.authenticatedContext(uid).firestore();
const asNobody = () => notes.unauthenticatedContext().firestore();
const seed = (path: string, data: object): Promise<void> =>
  notes.withSecurityRulesDisabled((context) => setDoc(doc(context.firestore(), path), data));

describe("uploaded rules", () => {
  it("are in force for reads", async () => {
    await seed("notes/a", { owner: "ann", text: "x" });
    await assertSucceeds(getDoc(doc(as("ann"), "notes/a")));
    await assertFails(getDoc(doc(as("bob"), "notes/a")));
    await assertFails(getDoc(doc(asNobody(), "notes/a")));
    await seed("members/bob", {});
    await assertSucceeds(getDoc(doc(as("bob"), "notes/a")));
  });

  it("are in force for lists, which are proved from the query", async () => {
    const mine = (uid: string) => query(collection(as("ann"), "notes"), where("owner", "==", uid));
    await assertSucceeds(getDocs(mine("ann")));
    await assertFails(getDocs(mine("bob")));
    await assertFails(getDocs(collection(as("ann"), "notes")));
  });

  it("are in force for listeners", async () => {
    await seed("notes/a", { owner: "ann", text: "x" });
    const outcome = (uid: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const stop = onSnapshot(
          doc(as(uid), "notes/a"),
          (snapshot) => {
            stop();
            resolve(snapshot.data());
          },
          reject,
        );
      });
    expect(await assertSucceeds(outcome("ann"))).toEqual({ owner: "ann", text: "x" });
    await assertFails(outcome("bob"));
  });

  it("are in force for writes, batches and transactions", async () => {
    const ann = as("ann");
    await assertSucceeds(setDoc(doc(ann, "notes/a"), { owner: "ann", text: "x" }));
    await assertFails(setDoc(doc(ann, "notes/b"), { owner: "bob", text: "x" }));
    await assertFails(setDoc(doc(ann, "notes/b"), { owner: "ann", text: "x", more: 1 }));
    await assertSucceeds(updateDoc(doc(ann, "notes/a"), { text: "y" }));
    await assertFails(updateDoc(doc(ann, "notes/a"), { owner: "bob" }));
    await assertFails(updateDoc(doc(as("bob"), "notes/a"), { text: "z" }));
    const mixed = writeBatch(ann)
      .set(doc(ann, "notes/c"), { owner: "ann", text: "x" })
      .set(doc(ann, "notes/d"), { owner: "bob", text: "x" });
    await assertFails(mixed.commit());
    await assertSucceeds(runTransaction(ann, (transaction) => transaction.get(doc(ann, "notes/a"))));
    await assertFails(deleteDoc(doc(as("bob"), "notes/a")));
    await assertSucceeds(deleteDoc(doc(ann, "notes/a")));
  });

  it("see the claims of a token", async () => {
    const path = "accounts/a/orders/o1";
    const read = (claims: Record<string, unknown>) =>
      getDoc(doc(project.authenticatedContext("u", claims).firestore(), path));
    await assertSucceeds(read({ role: "operator" }));
    await assertFails(read({ accounts: ["b"] }));
  });

  it("are those of their project alone, and of the latest upload", async () => {
    await assertFails(getDoc(doc(project.authenticatedContext("ann").firestore(), "notes/a")));
    const again = (rules: string) =>
      initializeTestEnvironment({ projectId: "demo-again", firestore: { rules } });
    const frame = (condition: string): string =>
      `service cloud.firestore { match /databases/{db}/documents { match /a/{b} { allow get: if ${condition}; } } }`;
    const first = await again(frame("true"));
    await assertSucceeds(getDoc(doc(first.unauthenticatedContext().firestore(), "a/b")));
    const second = await again(frame("false"));
    await assertFails(getDoc(doc(second.unauthenticatedContext().firestore(), "a/b")));
    await first.cleanup();
    await second.cleanup();
  });

  it("that do not load are refused with their place, and leave the others in force", async () => {
    const broken = { projectId: "demo-notes", firestore: { rules: "service cloud.firestore { nonsense }" } };
    await expect(initializeTestEnvironment(broken)).rejects.toThrow(/firestore\.rules:1:27: expected match/);
    await assertFails(getDoc(doc(asNobody(), "notes/a")));
  });
});

describe("the library", () => {
  it("clears the database", async () => {
    await seed("notes/a", { owner: "ann", text: "x" });
    await notes.clearFirestore();
    await notes.withSecurityRulesDisabled(async (context) => {
      expect((await getDoc(doc(context.firestore(), "notes/a"))).exists()).toBe(false);
    });
  });

  it("finds the server by an address, and by the hub's list of emulators", async () => {
    const [host = "", port = ""] = server.address.split(":");
    const given = await initializeTestEnvironment({
      projectId: "demo-notes",
      firestore: { host, port: Number(port) },
    });
    expect(given.emulators.firestore).toEqual({ host, port: Number(port) });
    const discovered = await initializeTestEnvironment({
      projectId: "demo-notes",
      hub: { host, port: Number(port) },
    });
    expect(discovered.emulators.firestore).toEqual({ host, port: Number(port) });
    await Promise.all([given.cleanup(), discovered.cleanup()]);
  });
});

describe("the project's rules, through the library", () => {
  it.each(Object.keys(USERS) as User[])(
    "give %s exactly the documents of the table, and no write",
    async (user) => {
      const identity = USERS[user];
      const context =
        identity === null
          ? project.unauthenticatedContext()
          : project.authenticatedContext(identity.uid, identity.token as Record<string, unknown>);
      const db = context.firestore();
      for (const [path, readers] of Object.entries(DOCUMENT_READERS)) {
        const read = getDoc(doc(db, path));
        await (readers.includes(user) ? assertSucceeds(read) : assertFails(read));
      }
      await assertFails(setDoc(doc(db, "accounts/a/control/state"), {}));
      await assertFails(deleteDoc(doc(db, "accounts/a/control/state")));
    },
  );
});
