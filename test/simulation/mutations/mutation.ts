// A mutation is the product with one guarantee taken away, by standing between a use case and its port: the proof that
// the invariants would notice. Nothing under functions/src knows of them.
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import type { Environment, VenueId } from "#domain/documents/account.ts";
import type { Ports } from "#functions/compose.ts";
import type { Bus } from "#ports/bus.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Venue } from "#ports/venue.ts";
import type { SimProcess } from "../engine/sim-process.ts";

export interface MutationContext {
  readonly process: SimProcess;
  /** The environment that the process is configured for. */
  readonly environment: Environment;
  /** Whether the process is of the next release, where two run side by side. */
  readonly isNext: boolean;
  /** True time of the run. */
  readonly nowMs: () => number;
}

/** The wrappers that a mutation puts around a run's ports. */
export interface Hooks {
  readonly documents?: (port: DocumentPort, context: MutationContext) => DocumentPort;
  readonly venue?: (venue: Venue, context: MutationContext) => Venue;
  /** The way to the venue, below the adapter that speaks to it. */
  readonly transport?: (transport: HttpTransport) => HttpTransport;
  readonly bus?: (bus: Bus) => Bus;
  readonly notifier?: (notifier: Notifier) => Notifier;
  /** All ports of one process; no mutation, but a look at what a function asks for. */
  readonly ports?: (ports: Ports, context: MutationContext) => Ports;
  /** Schedules that do nothing. */
  readonly idleSchedules?: ReadonlySet<string>;
}

export interface Mutation {
  /** As given on the command line and in the table of results. */
  readonly name: string;
  /** The guarantee that is taken away. */
  readonly says: string;
  /** The venue whose way the guarantee is about; absent: the first one, over which the others' seeds were found. */
  readonly venue?: VenueId;
  /** Anew for every run: what a hook remembers must not outlive it. */
  readonly hooks: () => Hooks;
}
