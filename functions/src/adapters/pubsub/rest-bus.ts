// The bus over Cloud Pub/Sub's JSON API. A message is confirmed within a bound; otherwise the caller gets an error.
// An unconfirmed message may still arrive: consumers must bear it twice.
import type { GoogleRest } from "#adapters/google/google-rest.ts";
import type { Bus } from "#ports/bus.ts";
import { BusError } from "#ports/bus.ts";

/** The webhook answers its sender within three seconds in all but this case, and says 503 then. */
const PUBLISH_TIMEOUT_MS = 5_000;
/** One attempt: short enough for a second one inside the bound. */
export const PUBLISH_ATTEMPT_MS = 2_000;
/** DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE: a second message does no harm. */
const RETRIED: ReadonlySet<number> = new Set([4, 8, 10, 13, 14]);

export function createRestBus({
  projectId,
  rest,
}: {
  readonly projectId: string;
  readonly rest: GoogleRest;
}): Bus {
  return {
    async publish(topic, payload, attributes) {
      const data = Buffer.from(JSON.stringify(payload)).toString("base64");
      const path = `/v1/projects/${projectId}/topics/${topic}:publish`;
      const body = { messages: [{ data, attributes }] };
      try {
        await rest({ method: "POST", path, body, retried: RETRIED, limitMs: PUBLISH_TIMEOUT_MS });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BusError(`Pub/Sub did not confirm a message on ${topic}: ${reason}`, { cause: error });
      }
    },
  };
}
