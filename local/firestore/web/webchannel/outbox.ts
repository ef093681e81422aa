// Arrays on their way to the browser. Each has a number and is kept until the browser acknowledges that number, so
// that a lost response loses nothing; the sum of what is kept is bounded.
interface OutgoingArray {
  readonly id: number;
  readonly json: string;
}

export class Outbox {
  #kept: OutgoingArray[] = [];
  #lastId: number;
  #bytes = 0;

  /** `lastId` is the number of the handshake array, which travels outside. */
  constructor(lastId: number) {
    this.#lastId = lastId;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Characters kept for redelivery. */
  get size(): number {
    return this.#bytes;
  }

  /** Adds an array's payload. */
  add(payload: string): void {
    this.#lastId += 1;
    const json = `[${this.#lastId},${payload}]`;
    this.#kept.push({ id: this.#lastId, json });
    this.#bytes += json.length;
  }

  /** Forgets every array up to and including `id`. */
  acknowledge(id: number): void {
    const open = this.#kept.findIndex((array) => array.id > id);
    const gone = this.#kept.splice(0, open === -1 ? this.#kept.length : open);
    for (const { json } of gone) this.#bytes -= json.length;
  }

  /** JSON of one chunk with all arrays after `id`, or undefined when there is none. */
  after(id: number): string | undefined {
    const open = this.#kept.filter((array) => array.id > id);
    return open.length === 0 ? undefined : `[${open.map(({ json }) => json).join(",")}]`;
  }
}
