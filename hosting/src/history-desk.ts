// Brings the past of the chosen account into the state, a page at each wish. An answer that comes after another account was
// chosen is dropped.
import type { Firestore } from "firebase/firestore";
import { readEnded, readJournal } from "./data/history-source.ts";
import { type History, noPages, type Page, type Pages, withPage } from "./model/history.ts";
import { knownValue } from "./model/watched.ts";
import type { Store } from "./store.ts";

export class HistoryDesk {
  readonly #db: Firestore;
  readonly #store: Store;

  constructor(db: Firestore, store: Store) {
    this.#db = db;
    this.#store = store;
  }

  async moreEnded(): Promise<void> {
    const { ended } = this.#store.state.history;
    await this.#more(
      ended,
      (accountId) => readEnded(this.#db, accountId, ended.before),
      (pages, history) => ({ ...history, ended: pages }),
    );
  }

  async moreJournal(groupId: string): Promise<void> {
    const { history, data } = this.#store.state;
    const journal = history.journals[groupId] ?? noPages();
    const newest = knownValue(data.control)?.journalSeq ?? null;
    const before = journal.before ?? (newest === null ? null : newest + 1);
    if (before === null) return;
    await this.#more(
      journal,
      (accountId) => readJournal(this.#db, accountId, groupId, before),
      (pages, now) => ({ ...now, journals: { ...now.journals, [groupId]: pages } }),
    );
  }

  /** Asked for again, it is read anew from the newest entry. */
  closeJournal(groupId: string): void {
    const { history } = this.#store.state;
    const { [groupId]: _closed, ...journals } = history.journals;
    this.#store.change({ history: { ...history, journals } });
  }

  async #more<Row>(
    pages: Pages<Row>,
    read: (accountId: string) => Promise<Page<Row>>,
    into: (pages: Pages<Row>, history: History) => History,
  ): Promise<void> {
    const { phase } = this.#store.state;
    if (phase.kind !== "account" || pages.phase !== "idle") return;
    const { accountId } = phase;
    const put = (next: Pages<Row>): void => {
      const now = this.#store.state;
      if (now.phase.kind !== "account" || now.phase.accountId !== accountId) return;
      this.#store.change({ history: into(next, now.history) });
    };
    put({ ...pages, phase: "loading", fault: null });
    try {
      put(withPage(pages, await read(accountId)));
    } catch (fault) {
      put({ ...pages, phase: "idle", fault: String(fault) });
    }
  }
}
