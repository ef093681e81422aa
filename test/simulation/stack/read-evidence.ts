// Reads the evidence of a healed run, with the SDK that the product uses and through the product's own schemas: a
// document that the product could not read is a fault here too.
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import type { z } from "zod";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { presentRelease, versionedDocuments } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { decode } from "#functions/app/documents/codec.ts";
import { LOCAL_HOST } from "#local/ports.ts";
import { ACCOUNT_ID, origin, PROJECT_ID } from "#local/stack/settings.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { controlStateSchema, groupSchema, orderSchema, overviewSchema } from "#schemas/books.ts";
import { navSchema, peakSchema } from "#schemas/nav.ts";
import { alertSchema, deadLetterSchema, journalEntrySchema, quarantinedSchema } from "#schemas/records.ts";
import { receiptSchema, storedIntentSchema } from "#schemas/signal.ts";
import type { Evidence, Stored, VenueState } from "./evidence.ts";
import type { SentSignal } from "./sender.ts";
import type { SimStack } from "./sim-stack.ts";
import { requireJson } from "./stack-http.ts";

/** A query's longest answer; no run of minutes leaves as many documents in one collection. */
const MOST_DOCUMENTS = 1_000;

/** The run's own eyes in Firestore; open for the length of a healing. */
export class Eyes {
  readonly #stack: SimStack;
  readonly #app;
  readonly #firestore: Firestore;
  readonly #documents: DocumentPort;

  constructor(stack: SimStack) {
    this.#stack = stack;
    const host = `${LOCAL_HOST}:${stack.ports.firestore}`;
    this.#app = initializeApp({ projectId: PROJECT_ID }, `sim-${host}`);
    this.#firestore = getFirestore(this.#app);
    this.#firestore.settings({ host, ssl: false });
    const stored = createFirestoreDocuments(() => this.#firestore);
    this.#documents = versionedDocuments(stored, presentRelease("all"));
  }

  /** Null when there is no such document. Throws UnusableDocumentError for one that the schema does not accept. */
  async one<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    const [snapshot] = await this.#documents.getAll([path]);
    return snapshot === undefined ? null : decode(schema, snapshot);
  }

  async all<T>(collection: string, schema: z.ZodType<T>): Promise<Stored<T>> {
    const found = await this.#documents.query({ collection, limit: MOST_DOCUMENTS });
    if (found.length === MOST_DOCUMENTS) throw new Error(`${collection} holds more than a run may leave`);
    const decoded = found.map((snapshot) => [snapshot.path, decode(schema, snapshot)] as const);
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
