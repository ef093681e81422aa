// Watches the chosen account for the page: puts what arrives into the state, tells its news, and moves to the next
// UTC day when it begins.
import type { Firestore } from "firebase/firestore";
import { watchAccount, watchSeries } from "./data/account-source.ts";
import { utcDay, utcDays } from "./model/age.ts";
import { commandNews } from "./model/command-words.ts";
import { SERIES_DAYS } from "./model/equity.ts";
import { NO_HISTORY } from "./model/history.ts";
import { orderNews } from "./model/order-words.ts";
import { receiptNews } from "./model/receipts.ts";
import { type AccountData, nothingYet } from "./model/state.ts";
import { knownValue } from "./model/watched.ts";
import type { Store } from "./store.ts";

function newsOf(before: AccountData, change: Partial<AccountData>): string[] {
  const overview = change.overview && knownValue(change.overview);
  const receipts = change.receipts && knownValue(change.receipts);
  const commands = change.commands && knownValue(change.commands);
  return [
    ...(overview ? orderNews(knownValue(before.overview)?.orders ?? null, overview.orders) : []),
    ...(commands ? commandNews(knownValue(before.commands)?.rows ?? null, commands.rows) : []),
    ...(receipts ? receiptNews(knownValue(before.receipts)?.rows ?? null, receipts.rows) : []),
  ];
}

export class AccountWatch {
  readonly #db: Firestore;
  readonly #store: Store;
  #accountId: string | null = null;
  #day = "";
  #stopDocuments: (() => void) | null = null;
  #stopSeries: (() => void) | null = null;

  constructor(db: Firestore, store: Store) {
    this.#db = db;
    this.#store = store;
  }

  /** Watches this account from now on; null watches none. Asking for the one already watched changes nothing. */
  select(accountId: string | null): void {
    if (accountId === this.#accountId) return;
    this.stop();
    this.#accountId = accountId;
    this.#store.change({
      data: nothingYet(),
      event: null,
      expanded: new Set(),
      acknowledging: new Map(),
      history: NO_HISTORY,
    });
    if (accountId === null) return;
    this.#stopDocuments = watchAccount(this.#db, accountId, (change) => this.#take(change));
    this.followDay(Date.now());
  }

  /** Reads the days of the curve that end with today; to be called as time passes. */
  followDay(nowMs: number): void {
    const today = utcDay(nowMs);
    if (this.#accountId === null || this.#day === today) return;
    this.#stopSeries?.();
    this.#day = today;
    const days = utcDays(nowMs, SERIES_DAYS);
    this.#stopSeries = watchSeries(this.#db, this.#accountId, days, (series) => this.#take({ series }));
  }

  stop(): void {
    this.#stopDocuments?.();
    this.#stopSeries?.();
    this.#accountId = null;
    this.#day = "";
  }

  #take(change: Partial<AccountData>): void {
    const before = this.#store.state.data;
    const news = newsOf(before, change);
    this.#store.change({
      data: { ...before, ...change },
      ...(news.length > 0 ? { event: { atMs: Date.now(), text: news.join(". ") } } : {}),
    });
  }
}
