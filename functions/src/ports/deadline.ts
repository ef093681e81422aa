// A limit on waiting. The work itself cannot be stopped; its outcome is then unknown.
export interface Deadline {
  /** The work's result, or DeadlineExceededError after `limitMs` (at once when that is not above zero). */
  within<T>(work: Promise<T>, limitMs: number): Promise<T>;
}

export class DeadlineExceededError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs} ms`);
    this.name = "DeadlineExceededError";
  }
}
