// One collection's live documents, with their order by name kept until a document is added or removed.
import { compareNames } from "./compare.ts";
import type { StoredDocument } from "./document.ts";
import { lastSegment } from "./name.ts";

export class Collection {
  /** `…/documents/accounts/a/orders`. */
  readonly path: string;
  readonly id: string;
  readonly #documents = new Map<string, StoredDocument>();
  #sortedNames: readonly string[] | undefined;

  constructor(path: string) {
    this.path = path;
    this.id = lastSegment(path);
  }

  get size(): number {
    return this.#documents.size;
  }

  get(name: string): StoredDocument | undefined {
    return this.#documents.get(name);
  }

  put(document: StoredDocument): void {
    if (!this.#documents.has(document.name)) this.#sortedNames = undefined;
    this.#documents.set(document.name, document);
  }

  remove(name: string): void {
    if (this.#documents.delete(name)) this.#sortedNames = undefined;
  }

  values(): IterableIterator<StoredDocument> {
    return this.#documents.values();
  }

  /** Names in Firestore's order. Sorted once per change of membership, not per query. */
  sortedNames(): readonly string[] {
    this.#sortedNames ??= [...this.#documents.keys()].sort(compareNames);
    return this.#sortedNames;
  }
}
