// Stores a signal once. The receipt's creation is the memory of the signal: the request that creates it
// carries it on, every other has a duplicate. An unanswered commit is looked up before it is called a
// failure.

import { decode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { contentOf } from "#domain/signal/content.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import {
  DocumentConflictError,
  DocumentError,
  DocumentExistsError,
  type DocumentPort,
  type DocumentWrite,
} from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { keptContentSchema, receiptSchema } from "#schemas/signal.ts";
import type { Judgement } from "./judge-signal.ts";
import { type ReceivedSignal, signalWrites } from "./signal-records.ts";

/** Time for the commit, of the 2,500 ms that a request has: leaves the publication a fifth at the least. */
const COMMIT_LIMIT_MS = 1_700;
/**
 * Least time to find out what became of an unanswered commit, or to read the receipt of a duplicate; more when the
 * request has more left.
 */
const MIN_READ_LIMIT_MS = 300;
/** Identical alerts at once may contend for one document name; the loser then finds it taken. */
const MAX_CONFLICTS = 4;

export interface StoreDeps {
  readonly documents: DocumentPort;
  readonly deadline: Deadline;
  readonly logger: Logger;
}

export type StoreOutcome =
  | { readonly kind: "stored" }
  /** The receipt was there; null when it could not be read just now. */
  | { readonly kind: "exists"; readonly receipt: Receipt | null }
  | { readonly kind: "unavailable" };

/** Creates the signal's documents. `leftMs` is what remains of the request's time. */
export async function storeSignal(
  deps: StoreDeps,
  signal: ReceivedSignal,
  leftMs: () => number,
): Promise<StoreOutcome> {
  const readLimitMs = (): number => Math.max(MIN_READ_LIMIT_MS, leftMs());
  const writes = signalWrites(signal);
  const receiptPath = paths.receipt(signal.entry.hook.accountId, signal.judgement.signalId);
  try {
    const commit = commitOnce(deps.documents, writes);
    await deps.deadline.within(commit, Math.min(COMMIT_LIMIT_MS, leftMs()));
    return { kind: "stored" };
  } catch (error) {
    if (error instanceof DocumentExistsError)
      return { kind: "exists", receipt: await readReceipt(deps, receiptPath, readLimitMs()) };
    if (!(error instanceof DocumentError) && !(error instanceof DeadlineExceededError)) throw error;
    deps.logger.warn("A signal's commit was not confirmed; looking it up", {
      receiptPath,
      cause: error.message,
    });
    const receipt = await readReceipt(deps, receiptPath, readLimitMs());
    if (receipt === null) return { kind: "unavailable" };
    const ours = receipt.receivedAtMs === signal.receivedAtMs && saysTheSame(receipt, signal.judgement);
    return ours ? { kind: "stored" } : { kind: "exists", receipt };
  }
}

/** Whether the stored alert is this one. A receipt that does not tell (of an earlier release) is taken for this refusal. */
export function saysTheSame({ payload }: Receipt, { content, intent, idSaysAll }: Judgement): boolean {
  if (idSaysAll) return true;
  const kept = keptContentSchema.safeParse(payload);
  return kept.success ? contentOf(kept.data) === contentOf(content) : intent === null;
}

async function commitOnce(documents: DocumentPort, writes: readonly DocumentWrite[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await documents.commit(writes);
      return;
    } catch (error) {
      if (!(error instanceof DocumentConflictError) || attempt === MAX_CONFLICTS) throw error;
    }
  }
}

/** The receipt, or null when it is not there, not readable, or not answered in time. */
async function readReceipt(deps: StoreDeps, path: string, limitMs: number): Promise<Receipt | null> {
  try {
    const [snapshot] = await deps.deadline.within(deps.documents.getAll([path]), limitMs);
    return snapshot === undefined ? null : decode(receiptSchema, snapshot);
  } catch (error) {
    const expected =
      error instanceof DocumentError ||
      error instanceof DeadlineExceededError ||
      error instanceof UnusableDocumentError ||
      error instanceof NewerDocumentError;
    if (!expected) throw error;
    deps.logger.warn("A receipt could not be read", { path, cause: error.message });
    return null;
  }
}
