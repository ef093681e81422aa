// One turn at an account: the intents that it took from this process's mailbox, and the work of a schedule. A turn that fails
// gives back what it took for others, each to go by itself: one intent that cannot be decided must not stop them.

import type { Books, ExecutionDeps, Letter } from "#app/books";
import type { Intent } from "#domain/documents/signal.ts";
import { EntryTouch } from "./entry-touch.ts";

/** Work under the lease beside intents, such as reconciling; returns the books as it leaves them. */
export type AccountWork = (books: Books) => Promise<Books>;

/** One function instance takes at most 40 messages at once (entry/options.ts). */
const LETTERS_AT_ONCE = 40;

/** An intent that came straight from the bus. */
export interface OwnIntent {
  readonly intent: Intent;
  readonly touch: EntryTouch;
}

export class Turn {
  readonly accountId: string;
  readonly actor: string;
  readonly work: AccountWork | null;
  /** Not yet decided, and not in the inbox. */
  own: readonly OwnIntent[] = [];
  /** Intents that this try has looked at. */
  readonly tried = new Set<string>();
  /** Of those, the ones that wait for something. */
  readonly waiting = new Set<string>();
  /** Queued entries that this try has looked at, and how many of them it has decided. */
  readonly passedOver = new Set<string>();
  promoted = 0;
  readonly #deps: ExecutionDeps;
  readonly #letter: Letter | null;
  /** Of other messages. */
  #others: readonly Letter[] = [];

  constructor(deps: ExecutionDeps, accountId: string, actor: string, by: TurnCause) {
    this.#deps = deps;
    this.accountId = accountId;
    this.actor = actor;
    this.work = by.work;
    this.#letter = by.letter;
    if (by.letter === null) return;
    deps.mailbox.remove(by.letter);
    this.#takeUp([by.letter]);
  }

  /** Takes the intents that wait in this process at this moment. */
  takeWaiting(): void {
    if (this.#letter === null || this.#letter.isAlone) return;
    const known = new Set([...this.tried, ...this.#all().map(({ intent }) => intent.intentId)]);
    const letters = this.#deps.mailbox.take(this.accountId, known, LETTERS_AT_ONCE - this.own.length);
    this.#others = [...this.#others, ...letters];
    this.#takeUp(letters);
  }

  /** For another try on fresh books. */
  begin(): void {
    this.tried.clear();
    this.waiting.clear();
    this.passedOver.clear();
    this.promoted = 0;
    for (const { touch } of this.own) touch.begin(this.#deps.cache.get(this.accountId));
  }

  succeeded(): void {
    for (const letter of this.#all()) letter.isAnswered = true;
  }

  failed(): void {
    for (const letter of this.#others) this.#deps.mailbox.putBack(letter);
  }

  #all(): readonly Letter[] {
    return this.#letter === null ? this.#others : [this.#letter, ...this.#others];
  }

  #takeUp(letters: readonly Letter[]): void {
    const own = letters.map(({ intent }) => ({ intent, touch: new EntryTouch(this.#deps, intent) }));
    this.own = [...this.own, ...own];
  }
}

/** Either is null where the other is the cause. */
export interface TurnCause {
  readonly letter: Letter | null;
  readonly work: AccountWork | null;
}
