// The label on the database against the process's own setting. Keeps true that a process configured for one
// environment never acts on another's data. Fails closed: no label, no work.
import type { Environment } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentPort } from "#ports/documents.ts";
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
  if (snapshot === undefined || snapshot.data === null)
    throw new EnvironmentMismatchError(configured, "does not exist");
  const label = readLabel(snapshot, configured);
  if (label !== configured) throw new EnvironmentMismatchError(configured, `says ${label}`);
}

function readLabel(snapshot: Parameters<typeof decode>[1], configured: Environment): string | undefined {
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
