// Compares the database's label with the process's own setting. A process configured for one environment
// never acts on another's data. Fails closed: a missing label stops the work.
import type { Environment } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { environmentLabelSchema } from "#schemas/config.ts";
import { decode, UnusableDocumentError } from "./codec.ts";

export class EnvironmentMismatchError extends Error {
  constructor(configured: Environment, found: string, options?: ErrorOptions) {
    super(
      `This process is configured for ${configured}, but the database's ${paths.environment} ${found}. Nothing was done. ` +
        "Correct BALLAST_ENVIRONMENT or the project; label a new database with its environment's name.",
      options,
    );
    this.name = "EnvironmentMismatchError";
  }
}

/** Whether this process has seen the label agree. */
export interface LabelMemory {
  agreed: boolean;
}

/** One read. Throws EnvironmentMismatchError; DocumentError when the store does not answer. */
async function checkEnvironment(documents: DocumentPort, configured: Environment): Promise<void> {
  const [snapshot] = await documents.getAll([paths.environment]);
  compareLabel(snapshot, configured);
}

function compareLabel(snapshot: DocumentSnapshot | undefined, configured: Environment): void {
  if (snapshot === undefined || snapshot.data === null)
    throw new EnvironmentMismatchError(configured, "does not exist");
  const label = readLabel(snapshot, configured);
  if (label !== configured) throw new EnvironmentMismatchError(configured, `says ${label}`);
}

function readLabel(snapshot: DocumentSnapshot, configured: Environment): string | undefined {
  try {
    return decode(environmentLabelSchema, snapshot)?.name;
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    throw new EnvironmentMismatchError(configured, "is unreadable", { cause: error });
  }
}

/**
 * A check that asks the store until it has agreed once, and then no more: a database does not change its environment
 * under a running process. Callers before that do not share a read: one that hangs must not hold up the others.
 */
export function environmentGuard(
  documents: DocumentPort,
  configured: Environment,
  label: LabelMemory,
): () => Promise<void> {
  return async () => {
    if (label.agreed) return;
    await checkEnvironment(documents, configured);
    label.agreed = true;
  };
}

/**
 * The same port for a duty that begins without the guard, to save its round trip: the first read brings the label along. No
 * answer is given and nothing is written before the label has agreed.
 */
export function labelledDocuments(
  documents: DocumentPort,
  configured: Environment,
  label: LabelMemory,
): DocumentPort {
  const guard = environmentGuard(documents, configured, label);
  return {
    async getAll(wanted) {
      if (label.agreed) return await documents.getAll(wanted);
      const snapshots = await documents.getAll([...wanted, paths.environment]);
      compareLabel(snapshots.at(-1), configured);
      label.agreed = true;
      return snapshots.slice(0, -1);
    },
    async commit(writes) {
      await guard();
      return await documents.commit(writes);
    },
    async query(query) {
      await guard();
      return await documents.query(query);
    },
  };
}
