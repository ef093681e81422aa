// Superseded versions, for reads at a past time and for read-only transactions. Bounded: a read older than what is
// kept is refused, never answered with something newer.
import type { DocumentChange, StoredDocument } from "./document.ts";
import { failedPrecondition } from "./status.ts";

/** How much is kept: by number, and by size because a document may have a mebibyte. */
interface Budget {
  readonly versions: number;
  readonly bytes: number;
}
/**
 * Versions kept for reads at a given time while no transaction pins them: minutes of a local stack's traffic.
 */
const UNPINNED: Budget = { versions: 2_000, bytes: 8 * 1024 * 1024 };
/** At most, while a read-only transaction pins its snapshot; beyond it that transaction fails. */
const PINNED: Budget = { versions: 50_000, bytes: 64 * 1024 * 1024 };
/** Cutting the front of the array once per this many versions keeps appending cheap. */
const TRIM_BATCH = 500;

interface Superseded {
  readonly name: string;
  /** The version that was live until `untilMicros` (exclusive); null when the document did not exist. */
  readonly document: StoredDocument | null;
  readonly untilMicros: number;
}

/** The documents that differ between a past time and now, as they were then. */
export type Overlay = ReadonlyMap<string, StoredDocument | null>;

export class History {
  #versions: Superseded[] = [];
  /** Reads at or after this time can be answered. */
  #completeFromMicros = 0;
  readonly #pins = new Map<object, number>();
  #bytes = 0;
  #sinceTrim = 0;

  record(changes: readonly DocumentChange[], commitMicros: number): void {
    for (const { name, before } of changes) {
      this.#versions.push({ name, document: before, untilMicros: commitMicros });
      this.#bytes += before?.sizeBytes ?? 0;
    }
    this.#sinceTrim += changes.length;
    if (this.#sinceTrim >= TRIM_BATCH || this.#bytes > 2 * UNPINNED.bytes) this.#trim();
  }

  /** Keeps what a snapshot at `micros` needs until unpin(). */
  pin(owner: object, micros: number): void {
    this.#pins.set(owner, micros);
  }

  unpin(owner: object): void {
    this.#pins.delete(owner);
  }

  /** Everything before this moment is gone, for instance because it was not replayed after a restart. */
  forgetBefore(micros: number): void {
    this.#versions = [];
    this.#bytes = 0;
    this.#completeFromMicros = micros;
  }

  /** How the documents changed since `micros` were at that time. Throws FAILED_PRECONDITION when it is too old. */
  overlayAt(micros: number): Overlay {
    if (micros < this.#completeFromMicros) {
      throw failedPrecondition("The requested snapshot version is too old.");
    }
    const overlay = new Map<string, StoredDocument | null>();
    for (let at = this.#versions.length - 1; at >= 0; at -= 1) {
      const version = this.#versions[at];
      if (version === undefined || version.untilMicros <= micros) break;
      overlay.set(version.name, version.document);
    }
    return overlay;
  }

  #trim(): void {
    this.#sinceTrim = 0;
    const oldestPin = Math.min(Number.POSITIVE_INFINITY, ...this.#pins.values());
    let cut = 0;
    for (; cut < this.#versions.length; cut += 1) {
      const oldest = this.#versions[cut];
      if (oldest === undefined) break;
      const budget = oldest.untilMicros > oldestPin ? PINNED : UNPINNED;
      if (this.#versions.length - cut <= budget.versions && this.#bytes <= budget.bytes) break;
      this.#bytes -= oldest.document?.sizeBytes ?? 0;
      this.#completeFromMicros = oldest.untilMicros;
    }
    if (cut > 0) this.#versions = this.#versions.slice(cut);
  }
}
