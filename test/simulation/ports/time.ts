// Clock and deadlines of one simulated process, on virtual time and off by the process's own skew.
import type { Clock } from "#ports/clock.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { Gate, PortCall } from "./gate.ts";
import type { SimPolicy } from "./policy.ts";

export function simClock(queue: EventQueue, gate: Gate, policy: SimPolicy, process: SimProcess): Clock {
  return {
    nowMs: () => queue.nowMs + process.skewMs,
    async sleep(durationMs) {
      const call: PortCall = {
        port: "clock",
        operation: "sleep",
        subject: "",
        process,
        canArriveTwice: false,
        canBeRefused: false,
      };
      const verdict = policy.decide(call);
      const impossible = (): Error => new Error("A sleep cannot fail");
      await gate.perform(
        call,
        { ...verdict, requestMs: durationMs },
        { run: async () => undefined, errors: { refused: impossible, unknown: impossible } },
      );
    },
  };
}

export function simDeadline(queue: EventQueue, gate: Gate, process: SimProcess): Deadline {
  return {
    within(work, limitMs) {
      return new Promise((resolve, reject) => {
        let isOver = false;
        const over = (): void => {
          isOver = true;
        };
        work.then(resolve, reject).then(over);
        queue.after(Math.max(0, limitMs), () => {
          if (!isOver) gate.resume(process, () => reject(new DeadlineExceededError(limitMs)));
        });
      });
    },
  };
}
