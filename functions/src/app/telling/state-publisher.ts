// Documents for people over the document port, behind a circuit breaker for each account: what the store refuses again
// and again is tried only now and then, and everybody can ask how it stands.
import { type Circuit, CLOSED, failed, mayTry, tried } from "#domain/telling/circuit.ts";
import type { Clock } from "#ports/clock.ts";
import { DocumentError, type DocumentPort, type DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import type { PeopleDocument, StatePublisher } from "#ports/state-publisher.ts";

interface PublisherParts {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lines: PublisherLines;
}

interface Line {
  readonly circuit: Circuit;
  readonly storedAtMs: number | null;
}

/** How storing went so far in this process, by account. */
export type PublisherLines = Map<string, Line>;

const FRESH: Line = { circuit: CLOSED, storedAtMs: null };

export function createStatePublisher({ documents, clock, logger, lines }: PublisherParts): StatePublisher {
  const lineOf = (accountId: string): Line => lines.get(accountId) ?? FRESH;
  const begin = ({ accountId, path, data }: PeopleDocument): DocumentWrite | null => {
    const line = lineOf(accountId);
    if (!mayTry(line.circuit, clock.nowMs())) return null;
    lines.set(accountId, { ...line, circuit: tried(line.circuit, clock.nowMs()) });
    return { op: "set", path, data };
  };
  const stored = (accountId: string): void => {
    lines.set(accountId, { circuit: CLOSED, storedAtMs: clock.nowMs() });
  };
  const refused = (accountId: string, reason: string): void => {
    const line = lineOf(accountId);
    const circuit = failed(line.circuit, reason, clock.nowMs());
    lines.set(accountId, { ...line, circuit });
    logger.error("A document for people was not stored", { accountId, reason, failures: circuit.failures });
  };
  return {
    forBatch: begin,
    stored,
    refused,
    async publish(document) {
      const write = begin(document);
      if (write === null) return false;
      try {
        await documents.commit([write]);
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        refused(document.accountId, error.message);
        return false;
      }
      stored(document.accountId);
      return true;
    },
    health(accountId) {
      const { circuit, storedAtMs } = lineOf(accountId);
      const { failures, lastError, openedAtMs } = circuit;
      return { circuit: openedAtMs === null ? "CLOSED" : "OPEN", failures, lastError, storedAtMs };
    },
  };
}
