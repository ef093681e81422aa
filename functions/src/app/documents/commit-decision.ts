// The one loop of a decision that is committed under the version of the documents it was made on: load,
// decide, commit; after a commit by another in between, wait and begin again. A lost race ends in a decision
// on fresher documents or in an error that says how often it was lost. Must only be given attempts that write
// all or nothing.
import type { Clock } from "#ports/clock.ts";
import {
  DocumentConflictError,
  DocumentError,
  DocumentExistsError,
  PreconditionFailedError,
} from "#ports/documents.ts";
import type { Identity } from "#ports/identity.ts";

interface Race {
  /** Every loss means that somebody else committed; so many in a row mean that something else is wrong. */
  readonly maxTries: number;
  /** Mean wait before the next try; each wait is drawn, so that those who met once do not meet again. */
  readonly meanWaitMs: number;
  /** Whether a document that is there already is the winner's work. Elsewhere it is a fault, which is thrown. */
  readonly isLostToCreation: boolean;
}

export const RACES = {
  /** Beside the lease: fifty alerts at once are the most that is met in practice, and each counts up the inbox. */
  control: { maxTries: 60, meanWaitMs: 20, isLostToCreation: false },
  /** For an account as a whole. Orders, intents and commands are created by the first writer. */
  account: { maxTries: 60, meanWaitMs: 20, isLostToCreation: true },
  /** By the holder of the lease, of what the venue said: only those who write beside the lease come between. */
  outcome: { maxTries: 12, meanWaitMs: 25, isLostToCreation: false },
  /** Putting a command in sequence: only commands of the same account meet here. */
  sequence: { maxTries: 20, meanWaitMs: 20, isLostToCreation: true },
  /** Of the record that a schedule keeps of its last run: runs that overlap, rarely more than two. */
  record: { maxTries: 20, meanWaitMs: 20, isLostToCreation: true },
} as const satisfies Readonly<Record<string, Race>>;

/** The race was lost as often as it may be; `cause` is the last loss. Nothing of the decision was written. */
export class ContentionError extends DocumentError {}

interface Decided<Result> {
  /** Names what is written, for the error: `The control document of main`. */
  readonly subject: string;
  /** Loads, decides and commits once; `isFirst` allows documents that were loaded before. */
  readonly attempt: (isFirst: boolean) => Promise<Result>;
  /** After a loss and before the wait. */
  readonly onLost?: () => Promise<void>;
}

/**
 * Result of the attempt that won. Throws ContentionError, and every error of an attempt that is not a lost
 * race.
 */
export async function commitDecision<Result>(
  deps: { readonly clock: Clock; readonly identity: Identity },
  race: Race,
  { subject, attempt, onLost }: Decided<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(tries === 1);
    } catch (error) {
      if (!isLost(error, race)) throw error;
      if (tries === race.maxTries) {
        const message = `${subject} was written by others ${tries} times in a row; giving way`;
        throw new ContentionError(message, error.path, { cause: error });
      }
    }
    await onLost?.();
    await deps.clock.sleep(jitteredMs(deps.identity, race.meanWaitMs));
  }
}

function isLost(error: unknown, { isLostToCreation }: Race): error is DocumentError {
  if (error instanceof DocumentExistsError) return isLostToCreation;
  return error instanceof PreconditionFailedError || error instanceof DocumentConflictError;
}

/** Full jitter: whole milliseconds between 0 and twice `meanMs`. */
function jitteredMs(identity: Identity, meanMs: number): number {
  return Math.round(2 * meanMs * identity.random());
}
