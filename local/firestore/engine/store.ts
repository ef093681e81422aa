// The live documents, by collection: the latest version of each. Older versions are in History. A collection
// goes with its last document, so memory follows the documents stored now.
import { Collection } from "./collection.ts";
import type { DocumentChange, StoredDocument } from "./document.ts";
import { collectionOf, lastSegment } from "./name.ts";

export class Store {
  readonly #collections = new Map<string, Collection>();
  readonly #byId = new Map<string, Set<Collection>>();

  get(name: string): StoredDocument | null {
    return this.#collections.get(collectionOf(name))?.get(name) ?? null;
  }

  collection(path: string): Collection | undefined {
    return this.#collections.get(path);
  }

  /** Every collection with this id, under any parent and database. */
  collectionsById(id: string): Iterable<Collection> {
    return this.#byId.get(id) ?? [];
  }

  collections(): IterableIterator<Collection> {
    return this.#collections.values();
  }

  *documents(): Generator<StoredDocument> {
    for (const collection of this.#collections.values()) yield* collection.values();
  }

  apply(change: DocumentChange): void {
    const path = collectionOf(change.name);
    const collection = this.#collections.get(path);
    if (change.after !== null) {
      (collection ?? this.#addCollection(path)).put(change.after);
    } else if (collection !== undefined) {
      collection.remove(change.name);
      if (collection.size === 0) this.#dropCollection(collection);
    }
  }

  #addCollection(path: string): Collection {
    const collection = new Collection(path);
    this.#collections.set(path, collection);
    const id = lastSegment(path);
    const siblings = this.#byId.get(id);
    if (siblings === undefined) this.#byId.set(id, new Set([collection]));
    else siblings.add(collection);
    return collection;
  }

  #dropCollection(collection: Collection): void {
    this.#collections.delete(collection.path);
    const siblings = this.#byId.get(collection.id);
    siblings?.delete(collection);
    if (siblings?.size === 0) this.#byId.delete(collection.id);
  }
}
