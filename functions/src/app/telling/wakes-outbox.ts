// Documents whose commits wake the outbox: whoever stores a message for people has it sent within seconds, and an idle
// account pays nothing for it. A wake-up that fails is logged only: the sweep is the floor under it.
import { taskName } from "#domain/documents/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort, DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { TaskError, type Tasks } from "#ports/tasks.ts";

export interface WakeDeps {
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SECOND_MS = 1_000;
const OUTBOX_ITEM = /^accounts\/[^/]+\/outbox\/[^/]+$/;

export function wakesOutbox(documents: DocumentPort, deps: WakeDeps): DocumentPort {
  return {
    getAll: (paths) => documents.getAll(paths),
    query: (query) => documents.query(query),
    async commit(writes) {
      const versions = await documents.commit(writes);
      if (writes.some(isNewMessage)) await wake(deps);
      return versions;
    },
  };
}

function isNewMessage(write: DocumentWrite): boolean {
  return write.op === "create" && OUTBOX_ITEM.test(write.path);
}

/** One task per second, run when the second is over: every message of that second is stored by then. */
async function wake({ tasks, clock, logger }: WakeDeps): Promise<void> {
  const second = Math.floor(clock.nowMs() / SECOND_MS);
  try {
    await tasks.schedule({
      queue: "outbox",
      name: taskName("outbox", second),
      payload: {},
      runAtMs: (second + 1) * SECOND_MS,
    });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    logger.warn("The outbox could not be woken; its sweep sends the message", { cause: error.message });
  }
}
