// Reads the evidence of a healed run, with the SDK that the product uses and through the product's own schemas: a
// document that the product could not read is a fault here too.
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore, Timestamp } from "firebase-admin/firestore";
import type { z } from "zod";
import { paths } from "#domain/documents/paths.ts";
import { decode } from "#functions/app/documents/codec.ts";
import { LOCAL_HOST } from "#local/ports.ts";
import { ACCOUNT_ID, origin, PROJECT_ID } from "#local/stack/settings.ts";
import type { DocumentData } from "#ports/documents.ts";
import { controlStateSchema, groupSchema, orderSchema, overviewSchema } from "#schemas/books.ts";
import { navSchema, peakSchema } from "#schemas/nav.ts";
import { alertSchema, deadLetterSchema, journalEntrySchema, quarantinedSchema } from "#schemas/records.ts";
import { receiptSchema, storedIntentSchema } from "#schemas/signal.ts";
import type { Evidence, Stored, VenueState } from "./evidence.ts";
import type { SentSignal } from "./sender.ts";
import type { SimStack } from "./sim-stack.ts";
import { requireJson } from "./stack-http.ts";

/** The run's own eyes in Firestore; open for the length of a healing. */
export class Eyes {
  readonly #stack: SimStack;
  readonly #app;
  readonly #firestore: Firestore;

  constructor(stack: SimStack) {
    this.#stack = stack;
    const host = `${LOCAL_HOST}:${stack.ports.firestore}`;
    this.#app = initializeApp({ projectId: PROJECT_ID }, `sim-${host}`);
    this.#firestore = getFirestore(this.#app);
    this.#firestore.settings({ host, ssl: false });
  }

  /** Null when there is no such document. Throws UnusableDocumentError for one that the schema does not accept. */
  async one<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    const snapshot = await this.#firestore.doc(path).get();
    return decode(schema, { path, data: plain(snapshot.data()), version: null });
  }

  async all<T>(collection: string, schema: z.ZodType<T>): Promise<Stored<T>> {
    const { docs } = await this.#firestore.collection(collection).get();
    const decoded = docs.map((doc) => {
      const { path } = doc.ref;
      const value = decode(schema, { path, data: plain(doc.data()), version: null });
      return [path, value] as const;
    });
    return new Map(decoded.flatMap(([path, value]) => (value === null ? [] : [[path, value] as const])));
  }

  venue(): Promise<VenueState> {
    const url = `${origin(this.#stack.ports, "exchange")}/admin/state`;
    return requireJson<VenueState>("GET", url);
  }

  async evidence(signals: readonly SentSignal[]): Promise<Evidence> {
    const account = paths.account(ACCOUNT_ID);
    const control = await this.one(paths.control(ACCOUNT_ID), controlStateSchema);
    if (control === null) throw new Error("The control document is gone");
    return {
      accountId: ACCOUNT_ID,
      control,
      nav: await this.one(paths.nav(ACCOUNT_ID), navSchema),
      peak: await this.one(paths.peak(ACCOUNT_ID), peakSchema),
      overview: await this.one(paths.overview(ACCOUNT_ID), overviewSchema),
      orders: await this.all(paths.orders(ACCOUNT_ID), orderSchema),
      groups: await this.all(paths.groups(ACCOUNT_ID), groupSchema),
      receipts: await this.all(paths.receipts(ACCOUNT_ID), receiptSchema),
      intents: await this.all(paths.intents(ACCOUNT_ID), storedIntentSchema),
      journal: await this.all(`${account}/journal`, journalEntrySchema),
      alerts: await this.all(`${account}/alerts`, alertSchema),
      quarantine: await this.all("quarantine", quarantinedSchema),
      deadLetters: await this.all("deadLetters", deadLetterSchema),
      venue: await this.venue(),
      signals,
    };
  }

  async close(): Promise<void> {
    await this.#firestore.terminate();
    await deleteApp(this.#app);
  }
}

/** Times as the product's document port gives them. */
function plain(data: Readonly<Record<string, unknown>> | undefined): DocumentData | null {
  if (data === undefined) return null;
  const entries = Object.entries(data).map(
    ([name, value]) => [name, value instanceof Timestamp ? value.toDate() : value] as const,
  );
  return Object.fromEntries(entries) as DocumentData;
}
