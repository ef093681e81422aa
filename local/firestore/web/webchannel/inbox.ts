// Puts the browser's messages back into order: each counts once, in the order of its ordinal, however often and in
// whatever order the requests that carry it arrive.

/** Messages that may wait for a missing one; a channel that needs more is broken. */
const MAX_WAITING = 1000;

export class Inbox {
  readonly #deliver: (data: string) => void;
  readonly #waiting = new Map<number, string>();
  #next = 0;

  constructor(deliver: (data: string) => void) {
    this.#deliver = deliver;
  }

  /** Takes a message; delivers it and all that waited for it. Returns false when too many are waiting. */
  accept(ordinal: number, data: string): boolean {
    if (ordinal < this.#next) return true;
    this.#waiting.set(ordinal, data);
    for (;;) {
      const due = this.#waiting.get(this.#next);
      if (due === undefined) return this.#waiting.size <= MAX_WAITING;
      this.#waiting.delete(this.#next);
      this.#next += 1;
      this.#deliver(due);
    }
  }
}
