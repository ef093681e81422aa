// Where intents wait inside one process for its turn at their account, so that one turn can take all that wait at that
// moment. Holds nothing that is not delivered again: each letter is answered before its message is acknowledged.
import type { Intent } from "#domain/documents/signal.ts";

/** An intent with its message's wait for it. */
export class Letter {
  readonly intent: Intent;
  /** Taken together with others in a turn that failed; it may be the cause, so now it goes by itself. */
  isAlone = false;
  /** By the turn that took it, once its intent is decided or stored in the inbox. */
  isAnswered = false;

  constructor(intent: Intent) {
    this.intent = intent;
  }
}

export class Mailbox {
  readonly #waiting = new Map<string, readonly Letter[]>();

  put(intent: Intent): Letter {
    const letter = new Letter(intent);
    this.#add(letter);
    return letter;
  }

  /** At most `limit` of those that may go together, in the order in which they came, one for each intent and none of `but`. */
  take(accountId: string, but: ReadonlySet<string>, limit: number): readonly Letter[] {
    const taken: Letter[] = [];
    const ids = new Set(but);
    for (const letter of this.#of(accountId)) {
      const { intentId } = letter.intent;
      if (letter.isAlone || ids.has(intentId) || taken.length >= limit) continue;
      ids.add(intentId);
      taken.push(letter);
    }
    for (const letter of taken) this.remove(letter);
    return taken;
  }

  /** Whether an intent waits for this process's next turn at the account. */
  hasWaiting(accountId: string): boolean {
    return this.#of(accountId).length > 0;
  }

  remove(letter: Letter): void {
    const { accountId } = letter.intent;
    const left = this.#of(accountId).filter((each) => each !== letter);
    if (left.length === 0) this.#waiting.delete(accountId);
    else this.#waiting.set(accountId, left);
  }

  /** Back into its place, to go by itself. */
  putBack(letter: Letter): void {
    letter.isAlone = true;
    this.#add(letter);
  }

  #of(accountId: string): readonly Letter[] {
    return this.#waiting.get(accountId) ?? [];
  }

  #add(letter: Letter): void {
    const { accountId } = letter.intent;
    this.#waiting.set(accountId, [...this.#of(accountId), letter]);
  }
}
