// Entries ordered by the moment they fall due, as a binary heap. Entries are never removed early: whoever
// pops one must check that it still holds.

interface Due<T> {
  readonly atMs: number;
  readonly value: T;
}

export class DueQueue<T> {
  readonly #heap: Due<T>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The moment the earliest entry falls due, if there is one. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  push(atMs: number, value: T): void {
    const heap = this.#heap;
    const added = { atMs, value };
    let hole = heap.length;
    heap.push(added);
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.atMs <= atMs) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = added;
  }

  /** Takes the earliest entry that is due at `nowMs`; undefined if none is. */
  popDue(nowMs: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first.value;
  }

  #sink(moved: Due<T>): void {
    const heap = this.#heap;
    let hole = 0;
    for (;;) {
      const left = heap[2 * hole + 1];
      const right = heap[2 * hole + 2];
      if (left === undefined) break;
      const useRight = right !== undefined && right.atMs < left.atMs;
      const child = useRight ? right : left;
      if (child.atMs >= moved.atMs) break;
      heap[hole] = child;
      hole = 2 * hole + (useRight ? 2 : 1);
    }
    heap[hole] = moved;
  }
}
