// Who counts as an owner, on every protocol: `Bearer owner` and nothing else, as in Google's emulator. The web SDK of
// Node speaks gRPC, and is under the rules like a browser.
import { compileRules, type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { Firestore, v1 } from "@google-cloud/firestore";
import { credentials } from "@grpc/grpc-js";
import { deleteApp, type FirebaseApp, initializeApp } from "firebase/app";
import {
  connectFirestoreEmulator,
  doc,
  getDocFromServer,
  getFirestore,
  onSnapshot,
  runTransaction,
  setDoc,
  setLogLevel,
  type Firestore as WebFirestore,
} from "firebase/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ManualClock } from "../manual-clock.ts";

setLogLevel("silent");

const PROJECT = "demo-who";
const ROOT = `projects/${PROJECT}/databases/(default)`;
const START_MS = 1_750_000_000_000;
const RULES = `rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /private/{id} { allow read, write: if request.auth.uid == 'ann'; }
  }
}`;

let server: FirestoreServer;
let admin: Firestore;
let raw: InstanceType<typeof v1.FirestoreClient>;
const clock = new ManualClock(START_MS);
const apps: FirebaseApp[] = [];

beforeAll(async () => {
  server = await startFirestoreServer({ authorizer: compileRules(RULES), clock });
  admin = new Firestore({ projectId: PROJECT, host: server.address, ssl: false });
  raw = new v1.FirestoreClient({
    projectId: PROJECT,
    servicePath: "127.0.0.1",
    port: server.port,
    sslCreds: credentials.createInsecure(),
  });
  await admin.doc("private/a").set({ owner: "ann" });
});
afterAll(async () => {
  await Promise.all(apps.map(deleteApp));
  await admin.terminate();
  await raw.close();
  await server.stop();
});

/** The web SDK with a user's token; absent: signed out. */
function webAs(mockUserToken?: { sub: string } | "owner"): WebFirestore {
  const app = initializeApp({ projectId: PROJECT, apiKey: "local" }, `who-${apps.length}`);
  apps.push(app);
  const db = getFirestore(app);
  connectFirestoreEmulator(db, "127.0.0.1", server.port, mockUserToken && { mockUserToken });
  return db;
}

const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "allowed",
    ({ code }: { code: unknown }) => code,
  );

/** How each kind of access ends, by what the client is told. */
async function outcomes(db: WebFirestore): Promise<unknown[]> {
  const ref = doc(db, "private/a");
  const listened = codeOf(
    new Promise((resolve, reject) => {
      const stop = onSnapshot(
        ref,
        (snapshot) => {
          if (snapshot.metadata.fromCache) return;
          stop();
          resolve(snapshot);
        },
        reject,
      );
    }),
  );
  return [
    await codeOf(getDocFromServer(ref)),
    await listened,
    await codeOf(setDoc(ref, { owner: "ann" })),
    await codeOf(
      runTransaction(db, async (transaction) => {
        await transaction.get(ref);
        transaction.set(ref, { owner: "ann" });
      }),
    ),
  ];
}

const all = (outcome: string): string[] => [outcome, outcome, outcome, outcome];
const callAs = (authorization?: string): object => ({
  otherArgs: {
    headers: {
      "google-cloud-resource-prefix": ROOT,
      ...(authorization === undefined ? {} : { authorization }),
    },
  },
});
const token = (claims: object, header: object = { alg: "none" }): string => {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `Bearer ${encode(header)}.${encode({ sub: "ann", aud: PROJECT, exp: START_MS / 1000 + 3600, ...claims })}.`;
};

describe("the web SDK over gRPC", () => {
  it("is under the rules when it is signed out", async () => {
    expect(await outcomes(webAs())).toEqual(all("permission-denied"));
    expect((await admin.doc("private/a").get()).data()).toEqual({ owner: "ann" });
  });

  it("is under the rules as the user whose token it sends", async () => {
    expect(await outcomes(webAs({ sub: "ann" }))).toEqual(all("allowed"));
    expect(await outcomes(webAs({ sub: "bob" }))).toEqual(all("permission-denied"));
  });

  it("passes the rules by with the token `owner`, as withSecurityRulesDisabled does", async () => {
    expect(await outcomes(webAs("owner"))).toEqual(all("allowed"));
  });
});

describe("a gRPC call", () => {
  const get = (authorization?: string): Promise<unknown> =>
    codeOf(raw.getDocument({ name: `${ROOT}/documents/private/a` }, callAs(authorization)));
  const list = (authorization?: string): Promise<unknown> =>
    codeOf(raw.listCollectionIds({ parent: `${ROOT}/documents` }, callAs(authorization)));

  it.each([
    ["no credential", undefined, 7],
    ["the owner's", "Bearer owner", "allowed"],
    ["a user's whom the rules allow", token({}), "allowed"],
    ["a user's whom they do not", token({ sub: "bob" }), 7],
    ["one for another project", token({ aud: "another" }), 16],
    ["one that has expired", token({ exp: START_MS / 1000 }), 16],
    ["a signed one, which cannot be checked here", token({}, { alg: "RS256" }), 16],
    ["an access token of Google's", "Bearer ya29.something", 16],
    ["a word", "owner", 16],
  ])("with %s", async (_, authorization, outcome) => {
    expect(await get(authorization)).toBe(outcome);
  });

  it("for the names of collections is an owner's alone", async () => {
    expect(await list("Bearer owner")).toBe("allowed");
    expect(await list(token({}))).toBe(7);
    expect(await list()).toBe(7);
  });

  it("for a batch of independent writes is an owner's alone", async () => {
    const write = { update: { name: `${ROOT}/documents/private/b`, fields: {} } };
    const batch = (authorization: string): Promise<unknown> =>
      codeOf(raw.batchWrite({ database: ROOT, writes: [write] }, callAs(authorization)));
    expect(await batch(token({}))).toBe(7);
    expect(await batch("Bearer owner")).toBe("allowed");
  });

  it("that listens ends with UNAUTHENTICATED when its token expires", async () => {
    const stream = raw.listen(callAs(token({ exp: clock.nowMs() / 1000 + 60 })));
    const ended = new Promise<unknown>((resolve) =>
      stream.once("error", (error) => resolve((error as { code?: unknown }).code)),
    );
    const current = new Promise<void>((resolve) => {
      stream.on("data", ({ targetChange }) => {
        if (targetChange?.targetChangeType === "CURRENT") resolve();
      });
    });
    stream.write({
      database: ROOT,
      addTarget: { targetId: 2, documents: { documents: [`${ROOT}/documents/private/a`] } },
    });
    await current;
    clock.advance(61_000);
    expect(await ended).toBe(16);
  });
});

describe("the SDK of servers", () => {
  it("is an owner by itself where FIRESTORE_EMULATOR_HOST is set", async () => {
    process.env.FIRESTORE_EMULATOR_HOST = server.address;
    const db = new Firestore({ projectId: PROJECT });
    expect(await codeOf(db.doc("private/c").set({}))).toBe("allowed");
    expect(await codeOf(db.listCollections())).toBe("allowed");
    await db.terminate();
    delete process.env.FIRESTORE_EMULATOR_HOST;
  });
});
