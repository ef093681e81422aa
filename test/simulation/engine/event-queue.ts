// Virtual time: a queue of events by time, then by order of their making. An event runs only when all that
// earlier events set going has come to rest, so that a run depends on its events alone.

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
}

/**
 * Resolves when every promise waits for a further event: the tick queue runs after the microtasks are done.
 */
function comeToRest(): Promise<void> {
  return new Promise<void>((resolve) => process.nextTick(resolve));
}

export class EventQueue {
  nowMs: number;
  steps = 0;
  #sequence = 0;
  readonly #heap: Event[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Runs `run` at a time, or now if that has passed. */
  at(atMs: number, run: () => void): void {
    this.#sequence += 1;
    this.#push({ atMs: Math.max(atMs, this.nowMs), sequence: this.#sequence, run });
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.nowMs + delayMs, run);
  }

  /** Runs events up to a time, that time included, or until `stop` says so after one of them. */
  async runUntil(untilMs: number, stop: () => boolean): Promise<void> {
    await comeToRest();
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= untilMs; next = this.#heap[0]) {
      this.#pop();
      this.nowMs = next.atMs;
      this.steps += 1;
      next.run();
      await comeToRest();
      if (stop()) return;
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    heap.push(event);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const leftEvent = heap[left];
      if (leftEvent === undefined) break;
      const rightEvent = heap[left + 1];
      const child = rightEvent !== undefined && isBefore(rightEvent, leftEvent) ? left + 1 : left;
      const childEvent = child === left ? leftEvent : rightEvent;
      if (childEvent === undefined || isBefore(last, childEvent)) break;
      heap[index] = childEvent;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs === b.atMs ? a.sequence < b.sequence : a.atMs < b.atMs;
}
