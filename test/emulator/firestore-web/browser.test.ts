// The real web SDK in a real browser against the local Firestore, over WebChannel and REST, under the project's
// own rules.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { launchBrowser } from "#test/support/browser.ts";
import { type SdkPage, serveSdkPage } from "#test/support/firestore-page.ts";
import { type LocalFirestore, startFirestore } from "#test/support/local-firestore.ts";
import { startProxy } from "./breakable-proxy.ts";
import { connect, untilSeen, watch } from "./sdk-globals.ts";

const LONGEST_RETRY_MS = 15_000;
/** How long a loaded machine may take until a writer whose connection died has a new one. */
const RECONNECTS_IN = { timeout: 15_000 };
const OPEN_TO_ALL = `rules_version = '2';
service cloud.firestore { match /databases/{database}/documents { match /{any=**} { allow read, write; } } }`;

let browser: Browser;
let sdk: SdkPage;
let page: Page;
let handshakes: string[];

beforeAll(async () => {
  [browser, sdk] = await Promise.all([launchBrowser(), serveSdkPage()]);
});
afterAll(async () => {
  await browser.close();
  await sdk[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await browser.newPage();
  handshakes = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("CVER=")) handshakes.push(request.url());
  });
  await page.goto(sdk.url);
});
afterEach(() => page.close());

async function operatorPage(firestore: LocalFirestore): Promise<void> {
  await connect(page, firestore, { token: firestore.token({ role: "operator" }) });
}

describe("onSnapshot", () => {
  it("sees what firebase-admin writes: creation, changes, beyond-ASCII text, deletion", async () => {
    await using firestore = await startFirestore();
    await operatorPage(firestore);
    await watch(page, "universe/current");
    await untilSeen(page, "universe/current", undefined);
    const document = firestore.admin.doc("universe/current");
    await document.set({ version: 1, note: "𝄞 größer 取引" });
    await untilSeen(page, "universe/current", { version: 1, note: "𝄞 größer 取引" });
    await document.update({ version: 2 });
    await untilSeen(page, "universe/current", { version: 2, note: "𝄞 größer 取引" });
    await document.delete();
    await untilSeen(page, "universe/current", undefined);
  });

  it("follows many targets on one stream, and each sees its own changes", async () => {
    await using firestore = await startFirestore();
    await operatorPage(firestore);
    const orders = Array.from({ length: 25 }, (_, i) => `accounts/a/orders/o${i}`);
    for (const path of ["accounts/a/orders", ...orders]) await watch(page, path);
    await Promise.all(orders.map((path, i) => firestore.admin.doc(path).set({ i })));
    for (const [i, path] of orders.entries()) {
      await untilSeen(page, path, { i });
      await untilSeen(page, path, { i }, "accounts/a/orders");
    }
    await firestore.admin.doc("accounts/a/orders/o7").delete();
    await untilSeen(page, "accounts/a/orders/o7", undefined);
    await untilSeen(page, "accounts/a/orders/o7", undefined, "accounts/a/orders");
    expect(handshakes).toHaveLength(1);
  });

  it("goes on after the server restarted, with what was written in between", async () => {
    await using firestore = await startFirestore();
    await operatorPage(firestore);
    await firestore.admin.doc("universe/current").set({ version: 1 });
    await watch(page, "universe/current");
    await untilSeen(page, "universe/current", { version: 1 });
    await firestore.restart();
    // The admin client may still have to notice that its connection is gone.
    await vi.waitFor(() => firestore.admin.doc("universe/current").set({ version: 2 }), RECONNECTS_IN);
    await untilSeen(page, "universe/current", { version: 2 });
  });

  it("goes on after the server was killed without a word", async () => {
    await using firestore = await startFirestore();
    await page.clock.install();
    await operatorPage(firestore);
    await firestore.admin.doc("universe/current").set({ version: 1 });
    await watch(page, "universe/current");
    await untilSeen(page, "universe/current", { version: 1 });
    await firestore.restart("killed");
    await vi.waitFor(() => firestore.admin.doc("universe/current").set({ version: 2 }), RECONNECTS_IN);
    // The SDK tries a lost channel again after 5 to 15 s.
    await page.clock.fastForward(LONGEST_RETRY_MS);
    await untilSeen(page, "universe/current", { version: 2 });
  });

  it("misses nothing and keeps its session when connections break again and again", async () => {
    await using firestore = await startFirestore();
    await using proxy = await startProxy(firestore.port);
    const { projectId } = firestore;
    await connect(page, { port: proxy.port, projectId }, { token: firestore.token({ role: "operator" }) });
    await watch(page, "accounts/a/orders");
    for (let n = 1; n <= 10; n += 1) {
      const path = `accounts/a/orders/o${n}`;
      if (n % 2 === 0) proxy.breakAll();
      await firestore.admin.doc(path).set({ n });
      await untilSeen(page, path, { n }, "accounts/a/orders");
    }
    expect(handshakes).toHaveLength(1);
  });

  it("works by long polling, for browsers behind a buffering proxy", async () => {
    await using firestore = await startFirestore();
    await connect(page, firestore, { token: firestore.token({ role: "operator" }), longPolling: true });
    await watch(page, "doctor/latest");
    for (let version = 1; version <= 5; version += 1) {
      await firestore.admin.doc("doctor/latest").set({ version });
      await untilSeen(page, "doctor/latest", { version });
    }
  });
});

describe("the project's rules in the browser", () => {
  const denied = async (path: string, firestore: LocalFirestore, token?: string) => {
    await connect(page, firestore, { token });
    await watch(page, path);
    await page.waitForFunction((watched) => sightings[watched]?.error !== null, path);
    return page.evaluate((watched) => sightings[watched]?.error, path);
  };

  it("end a listener with permission-denied for a user without the claim, and only that listener", async () => {
    await using firestore = await startFirestore();
    await firestore.admin.doc("accounts/b").set({ name: "B" });
    expect(await denied("accounts/a", firestore, firestore.token({ accounts: ["b"] }))).toBe(
      "permission-denied",
    );
    await watch(page, "accounts/b");
    await untilSeen(page, "accounts/b", { name: "B" });
    expect(await denied("accounts/a/orders", firestore, firestore.token({}))).toBe("permission-denied");
    expect(await denied("universe/current", firestore)).toBe("permission-denied");
  });

  it("deny every write, also an operator's, and the page's view returns to the stored document", async () => {
    await using firestore = await startFirestore();
    await firestore.admin.doc("accounts/a/control/state").set({ tradingState: "ACTIVE" });
    await operatorPage(firestore);
    await watch(page, "accounts/a/control/state");
    await untilSeen(page, "accounts/a/control/state", { tradingState: "ACTIVE" });
    const codes = await page.evaluate(async () => {
      const { doc, setDoc, updateDoc, deleteDoc, addDoc, collection } = firestoreSdk;
      const state = doc(database, "accounts/a/control/state");
      const attempts = [
        setDoc(state, { tradingState: "HALTED" }),
        updateDoc(state, { tradingState: "HALTED" }),
        deleteDoc(state),
        addDoc(collection(database, "accounts/a/commands"), { kind: "flatten" }),
      ];
      return Promise.all(
        attempts.map((attempt) =>
          attempt.then(
            () => "done",
            ({ code }) => code as string,
          ),
        ),
      );
    });
    expect(codes).toEqual(Array(4).fill("permission-denied"));
    await untilSeen(page, "accounts/a/control/state", { tradingState: "ACTIVE" });
    expect((await firestore.admin.doc("accounts/a/control/state").get()).data()).toEqual({
      tradingState: "ACTIVE",
    });
  });
});

describe("the rest of the SDK, where rules allow it", () => {
  it("writes over the Write stream, reads, queries, counts and runs transactions", async () => {
    await using firestore = await startFirestore({ rules: OPEN_TO_ALL });
    await connect(page, firestore);
    const result = await page.evaluate(async () => {
      const sdk = firestoreSdk;
      const things = sdk.collection(database, "things");
      const batch = sdk.writeBatch(database);
      for (let n = 1; n <= 5; n += 1) batch.set(sdk.doc(things, `t${n}`), { n, at: sdk.serverTimestamp() });
      await batch.commit();
      await sdk.updateDoc(sdk.doc(things, "t1"), { n: sdk.increment(10), tags: sdk.arrayUnion("x") });
      await sdk.runTransaction(database, async (transaction) => {
        const second = await transaction.get(sdk.doc(things, "t2"));
        transaction.update(second.ref, { n: Number(second.get("n")) + 100 });
      });
      const query = sdk.query(things, sdk.where("n", ">", 4), sdk.orderBy("n", "desc"), sdk.limit(2));
      const found = await sdk.getDocs(query);
      const all = await sdk.getCountFromServer(things);
      return { found: found.docs.map((found) => [found.id, found.get("n")]), count: all.data().count };
    });
    expect(result).toEqual({
      found: [
        ["t2", 102],
        ["t1", 11],
      ],
      count: 5,
    });
    const stored = await firestore.admin.doc("things/t1").get();
    expect(stored.get("tags")).toEqual(["x"]);
    expect(stored.get("at").toMillis()).toBeGreaterThan(0);
  });
});
