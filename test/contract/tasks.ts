// Contract of every Tasks: a task is stored once for its name, and called with its payload at its time or
// later.
import { beforeEach, describe, expect, it } from "vitest";
import type { Tasks } from "#ports/tasks.ts";
import { TaskError } from "#ports/tasks.ts";

export interface TasksUnderTest {
  readonly tasks: Tasks;
  nowMs(): number;
  /** Waits until `count` tasks were called, and returns their payloads in the order of the calls. */
  called(count: number): Promise<readonly { readonly payload: unknown; readonly atMs: number }[]>;
}

export function describeTasks(name: string, create: () => Promise<TasksUnderTest>): void {
  describe(`Tasks: ${name}`, () => {
    let current: TasksUnderTest;
    beforeEach(async () => {
      current = await create();
    });

    it("calls with the payload, not before the time asked for", async () => {
      const runAtMs = current.nowMs() + 120;
      const payload = { accountId: "main", clientOrderId: "b-1", nothing: null };
      await current.tasks.schedule({ queue: "followUp", name: "follow-b-1", payload, runAtMs });
      const [call] = await current.called(1);
      expect(call?.payload).toEqual(payload);
      expect(call?.atMs).toBeGreaterThanOrEqual(runAtMs);
    });

    it("takes a second task of a name for the first one", async () => {
      const runAtMs = current.nowMs();
      const schedule = (name: string, n: number) =>
        current.tasks.schedule({ queue: "followUp", name, payload: { n }, runAtMs });
      await schedule("same", 1);
      await schedule("same", 2);
      await schedule("other", 3);
      const payloads = (await current.called(2)).map(({ payload }) => payload);
      expect(payloads).toHaveLength(2);
      expect(payloads).toEqual(expect.arrayContaining([{ n: 1 }, { n: 3 }]));
    });

    it("refuses a name that no task can have", async () => {
      const task = { queue: "followUp", name: "a/b", payload: {}, runAtMs: current.nowMs() } as const;
      await expect(current.tasks.schedule(task)).rejects.toBeInstanceOf(TaskError);
    });
  });
}
