// What the tests keep on the page: the connected database and what its listeners saw, by a name of the test's.
import type { DocumentData, Firestore } from "firebase/firestore";
import type { Page } from "playwright-core";

interface Sighting {
  /** Document data by path, after the latest snapshot. */
  documents: Record<string, DocumentData>;
  /** Snapshots so far, and whether the latest came from the cache only. */
  snapshots: number;
  fromCache: boolean;
  /** Code of the error that ended the listener. */
  error: string | null;
}

declare global {
  var database: Firestore;
  var sightings: Record<string, Sighting>;
}

export interface ConnectOptions {
  /** The ID token; absent for a user who is not signed in. */
  readonly token?: string | undefined;
  readonly longPolling?: boolean;
}

/** Connects the page's SDK as a new app. */
export async function connect(
  page: Page,
  { port, projectId }: { readonly port: number; readonly projectId: string },
  options: ConnectOptions = {},
): Promise<void> {
  await page.evaluate(
    ({ port, projectId, token, longPolling }) => {
      const app = firebaseApp.initializeApp({ projectId, apiKey: "local" }, `app-${performance.now()}`);
      globalThis.database = firestoreSdk.initializeFirestore(app, {
        experimentalForceLongPolling: longPolling === true,
      });
      globalThis.sightings = {};
      const settings = token === undefined ? {} : { mockUserToken: token };
      firestoreSdk.connectFirestoreEmulator(globalThis.database, "127.0.0.1", port, settings);
    },
    { port, projectId, ...options },
  );
}

/** Listens to one document, or to a collection when the path has an odd number of segments. */
export async function watch(page: Page, path: string): Promise<void> {
  await page.evaluate((watched) => {
    const sighting: Sighting = { documents: {}, snapshots: 0, fromCache: true, error: null };
    sightings[watched] = sighting;
    const fail = ({ code }: { code: string }) => {
      sighting.error = code;
    };
    const saw = (fromCache: boolean, documents: Sighting["documents"]) => {
      sighting.fromCache = fromCache;
      sighting.documents = documents;
      sighting.snapshots += 1;
    };
    // Without it a snapshot that only turns from cached to current is not reported.
    const options = { includeMetadataChanges: true };
    if (watched.split("/").length % 2 === 0) {
      const target = firestoreSdk.doc(database, watched);
      firestoreSdk.onSnapshot(
        target,
        options,
        (snapshot) => {
          const data = snapshot.data();
          saw(snapshot.metadata.fromCache, data === undefined ? {} : { [watched]: data });
        },
        fail,
      );
      return;
    }
    firestoreSdk.onSnapshot(
      firestoreSdk.collection(database, watched),
      options,
      (snapshot) =>
        saw(
          snapshot.metadata.fromCache,
          Object.fromEntries(snapshot.docs.map((doc) => [doc.ref.path, doc.data()])),
        ),
      fail,
    );
  }, path);
}

/** Waits until the page saw, from the server, that `path` holds exactly this JSON (undefined: does not exist). */
export async function untilSeen(page: Page, path: string, data: unknown, watched = path): Promise<void> {
  await page.waitForFunction(
    ([at, key, json]) => {
      const sighting = sightings[key];
      if (sighting?.error != null) throw new Error(`the listener on ${key} ended: ${sighting.error}`);
      return sighting?.fromCache === false && JSON.stringify(sighting.documents[at]) === json;
    },
    [path, watched, JSON.stringify(data)] as [string, string, string],
    { polling: "raf" },
  );
}
