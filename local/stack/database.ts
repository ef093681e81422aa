// The supervisor's own eyes and hands in Firestore: writes the seed where nothing is yet, and waits for a document to
// say something. Must never overwrite what a run has stored.
import { deleteApp, initializeApp } from "firebase-admin/app";
import {
  type DocumentData,
  type DocumentReference,
  type Firestore,
  getFirestore,
} from "firebase-admin/firestore";
import { presentRelease, stampedAs } from "#app/documents";
import { PROJECT_ID } from "./settings.ts";

/** gRPC's code of a document that exists already. */
const ALREADY_EXISTS = 6;

class WaitError extends Error {
  override readonly name = "WaitError";
}

export interface Database {
  /** Creates the documents that do not exist, stamped with this release; resolves with how many those were. */
  createMissing(documents: ReadonlyMap<string, object>): Promise<number>;
  /** Resolves with what `found` returns for the document as soon as that is not null. Rejects with WaitError, or what `found` throws. */
  waitFor<T>(
    path: string,
    what: string,
    timeoutMs: number,
    found: (data: DocumentData) => T | null,
  ): Promise<T>;
  /** All documents of a collection. */
  documents(collection: string): Promise<readonly DocumentData[]>;
  close(): Promise<void>;
}

async function createOne(firestore: Firestore, path: string, data: object): Promise<number> {
  try {
    await firestore.doc(path).create(stampedAs(presentRelease("new"), path, data as DocumentData));
    return 1;
  } catch (error) {
    if ((error as { code?: unknown }).code === ALREADY_EXISTS) return 0;
    throw error;
  }
}

function waitFor<T>(
  watched: DocumentReference,
  what: string,
  timeoutMs: number,
  found: (data: DocumentData) => T | null,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let last: DocumentData | undefined;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      settle();
    };
    const timer = setTimeout(() => {
      const seen = last === undefined ? "there is no such document" : `it is ${JSON.stringify(last)}`;
      end(() => reject(new WaitError(`No ${what} in ${watched.path} after ${timeoutMs / 1000} s: ${seen}`)));
    }, timeoutMs);
    const unsubscribe = watched.onSnapshot(
      (snapshot) => {
        last = snapshot.data();
        try {
          const value = last === undefined ? null : found(last);
          if (value !== null) end(() => resolve(value));
        } catch (error) {
          end(() => reject(error));
        }
      },
      (cause) =>
        end(() => reject(new WaitError(`${watched.path} cannot be watched: ${cause.message}`, { cause }))),
    );
  });
}

/** Connects to the stack's Firestore, whose address is in FIRESTORE_EMULATOR_HOST of this process. */
export function openDatabase(host: string): Database {
  // This process speaks to this machine alone: Google's client would look for a cloud machine's metadata server.
  process.env.METADATA_SERVER_DETECTION = "none";
  const app = initializeApp({ projectId: PROJECT_ID }, `stack-${host}`);
  const firestore = getFirestore(app);
  firestore.settings({ host, ssl: false });
  return {
    async createMissing(documents) {
      const created = await Promise.all(
        [...documents].map(([path, data]) => createOne(firestore, path, data)),
      );
      return created.reduce((sum, count) => sum + count, 0);
    },
    waitFor: (path, what, timeoutMs, found) => waitFor(firestore.doc(path), what, timeoutMs, found),
    async documents(collection) {
      const { docs } = await firestore.collection(collection).get();
      return docs.map((document) => document.data());
    },
    async close() {
      await firestore.terminate();
      await deleteApp(app);
    },
  };
}
