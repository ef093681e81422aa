// Records every call of the adapter at a venue and compares it with the known answers. Gives back what to say and what to
// keep; writes nothing.
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import type { Venue } from "#ports/venue.ts";
import { shapeFaults } from "./compare-shapes.ts";
import { type HeardAnswer, listen } from "./listen.ts";
import { redacted } from "./redact.ts";
import { type TourParts, tour } from "./tour.ts";

/** Known answers by call. */
export type KnownAnswers = ReadonlyMap<string, readonly unknown[]>;

export interface Recording {
  readonly call: string;
  /** Redacted. */
  readonly answers: readonly unknown[];
  /** Differences from the known answers; null when the call is not known. */
  readonly faults: readonly string[] | null;
}

export interface RecorderParts extends Omit<TourParts, "venue"> {
  readonly transport: HttpTransport;
  readonly openVenue: (transport: HttpTransport) => Venue;
}

/** Also records what was heard before the tour failed: the fault is thrown after `keep` has everything. */
export async function recordVenue(
  parts: RecorderParts,
  known: KnownAnswers,
  keep: (recordings: readonly Recording[]) => void,
): Promise<void> {
  const { transport, heard } = listen(parts.transport);
  try {
    await tour({ ...parts, venue: parts.openVenue(transport) });
  } finally {
    keep(recordingsOf(heard, known));
  }
}

function recordingsOf(heard: readonly HeardAnswer[], known: KnownAnswers): readonly Recording[] {
  const byCall = Map.groupBy(
    heard.filter(({ status }) => status === 200),
    ({ call }) => call,
  );
  return [...byCall].map(([call, answers]) => {
    const bodies = answers.map(({ body }) => JSON.parse(body) as unknown);
    const kept = known.get(call);
    const faults =
      kept === undefined ? null : [...new Set(bodies.flatMap((body) => shapeFaults(body, kept)))];
    return { call, answers: bodies.map((body) => redacted(body)), faults };
  });
}
