// Tasks in memory: named once, taken when due. Names are remembered for ever, which is stricter than Cloud Tasks'
// hour; the contract suite does not rely on the difference.
import type { TaskRequest, Tasks } from "#ports/tasks.ts";
import { TaskError } from "#ports/tasks.ts";

export interface MemoryTasks extends Tasks {
  /** Scheduled and not taken yet, in the order of their times. */
  readonly pending: readonly TaskRequest[];
  /** Removes and returns the tasks due at `nowMs`, in the order of their times. */
  takeDue(nowMs: number): readonly TaskRequest[];
  /** The next schedule rejects and stores nothing. */
  failNext(): void;
}

/** Cloud Tasks' own rule for the last part of a task's name. */
const TASK_NAME = /^[A-Za-z0-9_-]{1,500}$/;

export function createMemoryTasks(): MemoryTasks {
  const known = new Set<string>();
  let pending: readonly TaskRequest[] = [];
  let failures = 0;
  return {
    get pending() {
      return pending;
    },
    async schedule(task) {
      if (!Number.isSafeInteger(task.runAtMs)) throw new RangeError(`Not a time of a task: ${task.runAtMs}`);
      if (!TASK_NAME.test(task.name)) throw new TaskError(`Not a task name: ${JSON.stringify(task.name)}`);
      if (failures > 0) {
        failures -= 1;
        throw new TaskError(`The task ${task.name} could not be stored`);
      }
      const id = `${task.queue}/${task.name}`;
      if (known.has(id)) return;
      known.add(id);
      const payload = JSON.parse(JSON.stringify(task.payload)) as Record<string, unknown>;
      pending = [...pending, { ...task, payload }].sort((a, b) => a.runAtMs - b.runAtMs);
    },
    takeDue(nowMs) {
      const due = pending.filter((task) => task.runAtMs <= nowMs);
      pending = pending.filter((task) => task.runAtMs > nowMs);
      return due;
    },
    failNext() {
      failures += 1;
    },
  };
}
