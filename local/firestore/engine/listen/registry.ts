// Which open targets a write concerns: an index by document name, collection and collection id, so that a commit
// costs what it touches and not what is being listened to.
import type { DocumentChange } from "../document.ts";
import { collectionOf, lastSegment } from "../name.ts";
import type { CompiledQuery } from "../query/compile.ts";

/** A target that wants to hear of changes. */
export interface Subscriber {
  readonly note: (change: DocumentChange) => void;
}

type Index = Map<string, Set<Subscriber>>;

function add(index: Index, key: string, subscriber: Subscriber): void {
  const present = index.get(key);
  if (present === undefined) index.set(key, new Set([subscriber]));
  else present.add(subscriber);
}

function remove(index: Index, key: string, subscriber: Subscriber): void {
  const present = index.get(key);
  present?.delete(subscriber);
  if (present?.size === 0) index.delete(key);
}

export class ListenerRegistry {
  readonly #byName: Index = new Map();
  readonly #byCollection: Index = new Map();
  readonly #byCollectionId: Index = new Map();
  readonly #scopes = new Map<Subscriber, CompiledQuery>();
  /** Queries over collections of any id. */
  readonly #kindless = new Set<Subscriber>();

  /** Returns the function that unsubscribes. */
  subscribeNames(names: readonly string[], subscriber: Subscriber): () => void {
    for (const name of names) add(this.#byName, name, subscriber);
    return () => {
      for (const name of names) remove(this.#byName, name, subscriber);
    };
  }

  /** Returns the function that unsubscribes. */
  subscribeQuery(query: CompiledQuery, subscriber: Subscriber): () => void {
    this.#scopes.set(subscriber, query);
    if (query.collectionId === undefined) {
      this.#kindless.add(subscriber);
      return () => {
        this.#kindless.delete(subscriber);
        this.#scopes.delete(subscriber);
      };
    }
    const index = query.allDescendants ? this.#byCollectionId : this.#byCollection;
    const key = query.allDescendants ? query.collectionId : `${query.parent}/${query.collectionId}`;
    add(index, key, subscriber);
    return () => {
      remove(index, key, subscriber);
      this.#scopes.delete(subscriber);
    };
  }

  notify(changes: readonly DocumentChange[]): void {
    for (const change of changes) {
      for (const subscriber of this.#byName.get(change.name) ?? []) subscriber.note(change);
      const path = collectionOf(change.name);
      for (const subscriber of this.#byCollection.get(path) ?? []) subscriber.note(change);
      this.#notifyScoped(this.#byCollectionId.get(lastSegment(path)), path, change);
      this.#notifyScoped(this.#kindless, path, change);
    }
  }

  #notifyScoped(subscribers: Iterable<Subscriber> | undefined, path: string, change: DocumentChange): void {
    for (const subscriber of subscribers ?? []) {
      if (this.#scopes.get(subscriber)?.inScope(path) === true) subscriber.note(change);
    }
  }
}
