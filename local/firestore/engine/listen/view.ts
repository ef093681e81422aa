// The documents that one target selects. A view notes changes cheaply as they are committed; asked later, it
// lists the names that may look different to the client, and how each looks now.
import type { DocumentChange, StoredDocument } from "../document.ts";
import type { CompiledQuery } from "../query/compile.ts";
import { insertionIndex, sortedMatches, windowOf } from "../query/run.ts";
import type { Store } from "../store.ts";

export interface View {
  note(change: DocumentChange): void;
  /** Names whose state may have changed since the last call. */
  takeDirty(): Iterable<string>;
  /** The document if the target selects it now. */
  visible(name: string): StoredDocument | null;
}

/** A view whose membership depends on each document alone: named documents, and queries without a window. */
class SelectiveView implements View {
  readonly #store: Store;
  readonly #selects: (document: StoredDocument) => boolean;
  #dirty: Set<string>;

  constructor(store: Store, selects: (document: StoredDocument) => boolean, initial: Iterable<string>) {
    this.#store = store;
    this.#selects = selects;
    this.#dirty = new Set(initial);
  }

  note(change: DocumentChange): void {
    this.#dirty.add(change.name);
  }

  takeDirty(): Iterable<string> {
    const dirty = this.#dirty;
    if (dirty.size > 0) this.#dirty = new Set();
    return dirty;
  }

  visible(name: string): StoredDocument | null {
    const document = this.#store.get(name);
    return document !== null && this.#selects(document) ? document : null;
  }
}

/** A query with a limit or offset: keeps all matches in order, so that a document leaving lets the next one in. */
class WindowView implements View {
  readonly #query: CompiledQuery;
  readonly #sorted: StoredDocument[];
  #window = new Map<string, StoredDocument>();
  readonly #touched = new Set<string>();
  #moved = true;

  constructor(store: Store, query: CompiledQuery) {
    this.#query = query;
    this.#sorted = sortedMatches(store, query);
  }

  note({ before, after, name }: DocumentChange): void {
    const had = before !== null && this.#query.matches(before);
    const has = after !== null && this.#query.matches(after);
    if (!had && !has) return;
    if (had) this.#sorted.splice(insertionIndex(this.#sorted, before, this.#query.compare), 1);
    if (has) this.#sorted.splice(insertionIndex(this.#sorted, after, this.#query.compare), 0, after);
    this.#touched.add(name);
    this.#moved = true;
  }

  takeDirty(): Iterable<string> {
    if (!this.#moved) return [];
    this.#moved = false;
    const previous = this.#window;
    const shown = windowOf(this.#query, this.#sorted);
    this.#window = new Map(shown.map((document) => [document.name, document]));
    const dirty = new Set<string>();
    for (const [name, document] of previous) if (this.#window.get(name) !== document) dirty.add(name);
    for (const [name, document] of this.#window) if (previous.get(name) !== document) dirty.add(name);
    for (const name of this.#touched) dirty.add(name);
    this.#touched.clear();
    return dirty;
  }

  visible(name: string): StoredDocument | null {
    return this.#window.get(name) ?? null;
  }
}

export function documentsView(store: Store, names: readonly string[]): View {
  return new SelectiveView(store, () => true, names);
}

export function queryView(store: Store, query: CompiledQuery): View {
  if (query.limit !== undefined || query.offset > 0) return new WindowView(store, query);
  const initial = sortedMatches(store, query).map(({ name }) => name);
  return new SelectiveView(store, query.matches, initial);
}
