// From a request to its proved sender and all that its signal is judged by. Strangers are refused from memory; only for a
// sender that proved itself are hook and config read.

import { NewerDocumentError } from "#app/documents";
import type { Clock } from "#ports/clock.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import { DocumentError, type DocumentPort } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import {
  type AuthenticationDeps,
  authenticate,
  type Proof,
  type Refused,
  type Sender,
  unknownHook,
} from "./authenticate.ts";
import { HookDirectory, type HookDirectoryDeps } from "./hook-directory.ts";
import { type HookEntry, type HookEntryDeps, hookEntry, isSameHook } from "./hook-entry.ts";
import { RefusalReports, type ReportDeps } from "./report.ts";
import { type Answer, releaseNeeded, storeUnavailable } from "./signal-answer.ts";

/** Time to load hook and config and to check the environment: leaves 900 ms for storing and publishing. */
const LOAD_LIMIT_MS = 1_600;

export interface ProveDeps {
  /** Rejects with EnvironmentMismatchError while this process must not act; that is handed on to the caller. */
  readonly guard: () => Promise<void>;
  readonly receiveMemory: HookDirectoryDeps["receiveMemory"] &
    HookEntryDeps["receiveMemory"] &
    ReportDeps["receiveMemory"];
  readonly documents: DocumentPort;
  readonly secrets: AuthenticationDeps["secrets"];
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly logger: Logger;
}

interface Proved {
  readonly sender: Sender;
  readonly entry: HookEntry;
}
interface Answered {
  readonly answer: Answer;
}

/** The sender and its hook's entry, or the answer to a request that gets no further. */
export async function proveSender(deps: ProveDeps, proof: Proof): Promise<Proved | Answered> {
  const listed = await loaded(deps, proof, async () => {
    // At once, and within the request's time: a cold instance pays one round trip for both.
    const [found] = await Promise.all([new HookDirectory(deps).find(proof.request.hookId), deps.guard()]);
    return found;
  });
  if ("answer" in listed) return listed;
  const first = await authenticate(deps, listed.hook, proof);
  if (first.kind === "refused") return await refused(deps, first, proof);
  const { hook, sender } = first;
  const now = await loaded(deps, proof, async () => ({
    entry: await hookEntry(deps, hook, listed.listedAtMs),
  }));
  if ("answer" in now) return now;
  const { entry } = now;
  if (entry === null) return await refused(deps, unknownHook(), proof);
  if (isSameHook(entry.hook, hook)) return { sender, entry };
  // The hook has changed since it was listed: only the present one counts.
  const again = await authenticate(deps, entry.hook, proof);
  return again.kind === "refused" ? await refused(deps, again, proof) : { sender: again.sender, entry };
}

async function refused(
  deps: ProveDeps,
  { reason, foreignTo, answer }: Refused,
  { request }: Proof,
): Promise<Answered> {
  deps.logger.warn("A webhook request was refused", { reason, address: request.sourceAddress });
  if (foreignTo !== null) await new RefusalReports(deps).foreignSource(foreignTo, request.sourceAddress);
  return { answer };
}

/** The work's result, or the answer while the store does not answer or holds documents of a later release. */
async function loaded<Result extends object>(
  deps: ProveDeps,
  { nowMs: receivedAtMs }: Proof,
  work: () => Promise<Result>,
): Promise<Result | Answered> {
  try {
    return await deps.deadline.within(work(), receivedAtMs + LOAD_LIMIT_MS - deps.clock.nowMs());
  } catch (error) {
    if (error instanceof NewerDocumentError) {
      await new RefusalReports(deps).newer(error);
      return { answer: releaseNeeded() };
    }
    if (!(error instanceof DocumentError) && !(error instanceof DeadlineExceededError)) throw error;
    deps.logger.error("A hook could not be read", { cause: error.message });
    return { answer: storeUnavailable() };
  }
}
