// One at a time per key inside this process. The lease keeps processes apart; this keeps one process's own
// invocations apart, so that they can share cached books.
export class Serial {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` after every earlier work of this key has ended, however it ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const tail = result.then(
      () => undefined,
      () => undefined, // the caller of `run` gets the error; the next in line only waits
    );
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }
}
