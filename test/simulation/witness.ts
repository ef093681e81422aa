// Sees everything that crosses a border in a run, hands it to the invariants, and remembers the first rule that broke.
// Keeps its own copy of the documents, so that an invariant can compare before with after.
import type { Environment } from "#domain/documents/account.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import type { DocumentData, DocumentPort, DocumentWrite } from "#ports/documents.ts";
import type { Disturbances } from "./disturbances.ts";
import type { EventQueue } from "./engine/event-queue.ts";
import type { SimProcess } from "./engine/sim-process.ts";
import { INVARIANTS } from "./invariants/all.ts";
import type { Change, Evidence, Unreadable, Watch } from "./invariants/invariant.ts";
import type { TransportSetup } from "./ports/venue-transport.ts";
import type { RunSetup } from "./workload/setup.ts";

export interface Violation {
  /** Name of the invariant, or `program` for a fault of the program itself. */
  readonly invariant: string;
  readonly says: string;
  readonly message: string;
  readonly atMs: number;
}

export interface WitnessSetup {
  readonly queue: EventQueue;
  readonly store: DocumentPort;
  readonly exchange: Exchange;
  readonly setup: RunSetup;
  readonly disturbances: Disturbances | null;
  /** A stored document in the shape of the present code; null where all are. */
  readonly presentOf: ((path: string, data: DocumentData) => DocumentData) | null;
}

export class Witness {
  violation: Violation | null = null;
  /** Since when no schedule fires by itself any more. */
  schedulesEndedAtMs: number | null = null;
  readonly strayMessages: unknown[] = [];
  /** Documents that cannot be read at the moment, by path. */
  readonly unreadable = new Map<string, Unreadable>();
  readonly #setup: WitnessSetup;
  readonly #documents = new Map<string, DocumentData>();
  /** As they are stored; kept only where that may differ from the present shape. */
  readonly #stored = new Map<string, DocumentData>();
  readonly #watches: readonly Watch[];

  constructor(setup: WitnessSetup) {
    this.#setup = setup;
    this.#watches = INVARIANTS.map(({ name, says, watch }) => watch(this.#evidenceFor(name, says)));
  }

  /** Documents that exist before the run begins, and what the operator stores beside every port. */
  async landed(
    process: SimProcess | null,
    environment: Environment,
    writes: readonly DocumentWrite[],
  ): Promise<void> {
    const snapshots = await this.#setup.store.getAll(writes.map(({ path }) => path));
    const { presentOf } = this.#setup;
    const changes = snapshots.map(({ path, data }) =>
      changed(this.#documents, path, data === null ? null : (presentOf?.(path, data) ?? data)),
    );
    const stored =
      presentOf === null
        ? {}
        : { stored: snapshots.map(({ path, data }) => changed(this.#stored, path, data)) };
    for (const watch of this.#watches) watch.landed?.({ process, environment, changes, writes, ...stored });
    for (const { op, path } of writes) if (op === "set") this.#readableAgain(path);
  }

  /** A process that had read the document before it broke has stored all of it again. */
  #readableAgain(path: string): void {
    const kept = this.unreadable.get(path);
    if (kept === undefined) return;
    const { queue, disturbances } = this.#setup;
    this.unreadable.delete(path);
    disturbances?.add("unreadable", kept.sinceMs, queue.nowMs - kept.sinceMs);
  }

  /** Documents of a stopped run: they were there before anybody watched. */
  async found(paths: readonly string[]): Promise<void> {
    const snapshots = await this.#setup.store.getAll(paths);
    const documents = snapshots.map(({ path, data }): Change => {
      if (data === null) throw new Error(`${path} is not there`);
      if (this.#setup.presentOf !== null) this.#stored.set(path, data);
      return changed(this.#documents, path, this.#setup.presentOf?.(path, data) ?? data);
    });
    for (const watch of this.#watches) watch.found?.(documents);
  }

  tell<
    Event extends
      | "left"
      | "handled"
      | "received"
      | "answered"
      | "commandAnswered"
      | "notified"
      | "endured"
      | "healed",
  >(event: Event, ...evidence: Parameters<NonNullable<Watch[Event]>>): void {
    for (const watch of this.#watches) {
      const heard = watch[event] as ((...all: typeof evidence) => void) | undefined;
      heard?.(...evidence);
    }
  }

  /** Ears for a process of that environment on its wire to the venue. */
  wire(environment: Environment): Pick<TransportSetup, "left" | "handled" | "received"> {
    return {
      left: (request) => this.tell("left", request, environment),
      handled: (request, response) => {
        this.#setup.disturbances?.addAnswer(response, this.#setup.queue.nowMs);
        this.tell("handled", request, response);
      },
      received: (request, response) => this.tell("received", request, response),
    };
  }

  /** The program did what no program should: an error that no port throws. */
  programFault(message: string): void {
    this.#fail("program", "No use case fails with an error that is not a port's.", message);
  }

  stillBusy(message: string): void {
    this.#fail("program", "After faults have ended, everything comes to its end.", message);
  }

  #fail(invariant: string, says: string, message: string): undefined {
    this.violation ??= { invariant, says, message, atMs: this.#setup.queue.nowMs };
  }

  #evidenceFor(name: string, says: string): Evidence {
    const { queue, exchange, setup, disturbances } = this.#setup;
    return {
      setup,
      disturbances,
      exchange,
      nowMs: () => queue.nowMs,
      scheduledUntilMs: () => this.schedulesEndedAtMs ?? queue.nowMs,
      read: <T>(path: string) => (this.#documents.get(path) ?? null) as T | null,
      below: <T>(prefix: string) =>
        [...this.#documents]
          .filter(([path]) => path.startsWith(prefix))
          .map(([path, data]) => [path, data as T] as const),
      strayMessages: this.strayMessages,
      unreadable: this.unreadable,
      fail: (message) => this.#fail(name, says, message),
    };
  }
}

/** Remembers a document, and says what it was. */
function changed(documents: Map<string, DocumentData>, path: string, after: DocumentData | null): Change {
  const before = documents.get(path) ?? null;
  if (after === null) documents.delete(path);
  else documents.set(path, after);
  return { path, accountId: accountOf(path), before, after };
}

function accountOf(path: string): string | null {
  return path.startsWith("accounts/") ? (path.split("/")[1] ?? null) : null;
}
