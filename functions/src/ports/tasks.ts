// Work for later: one named call of a task function at a time of our choosing. Delivered at least once; names
// deduplicate for about an hour only, so the consumer must not mind either.
export type TaskQueue = "followUp" | "outbox" | "watchdog" | "accountBatch" | "watchdogBatch";

export interface TaskRequest {
  readonly queue: TaskQueue;
  /** `[A-Za-z0-9_-]{1,500}`: a second task of this name is not created. */
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly runAtMs: number;
}

export interface Tasks {
  /** Resolves when the task is stored or one of this name already was. Rejects with TaskError otherwise. */
  schedule(task: TaskRequest): Promise<void>;
}

export class TaskError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TaskError";
  }
}
