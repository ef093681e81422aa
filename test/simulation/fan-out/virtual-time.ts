// Time of a simulated fan-out: sleepers are woken in the order of time, and time jumps from one to the next.
import { setImmediate as nextTurn } from "node:timers/promises";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export class VirtualTime {
  nowMs: number;
  readonly #sleepers: Sleeper[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#push({ atMs: this.nowMs + ms, wake }));
  }

  /** Resolves at `untilMs`, with everything done that was due. */
  async advanceTo(untilMs: number): Promise<void> {
    await nextTurn();
    for (let next = this.#sleepers[0]; next !== undefined && next.atMs <= untilMs; next = this.#sleepers[0]) {
      this.nowMs = next.atMs;
      // All of one moment at once: what they start comes to its first wait before time goes on.
      while (this.#sleepers[0] !== undefined && this.#sleepers[0].atMs <= this.nowMs) this.#pop()?.wake();
      await nextTurn();
    }
    this.nowMs = untilMs;
  }

  /** A binary heap by time. */
  #push(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let place = heap.push(sleeper) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (at(heap, parent).atMs <= sleeper.atMs) break;
      heap[place] = at(heap, parent);
      place = parent;
    }
    heap[place] = sleeper;
  }

  #pop(): Sleeper | undefined {
    const heap = this.#sleepers;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && at(heap, child + 1).atMs < at(heap, child).atMs) child += 1;
      if (at(heap, child).atMs >= last.atMs) break;
      heap[place] = at(heap, child);
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function at(heap: readonly Sleeper[], place: number): Sleeper {
  const sleeper = heap[place];
  if (sleeper === undefined) throw new RangeError(`The heap has no place ${place}`);
  return sleeper;
}
