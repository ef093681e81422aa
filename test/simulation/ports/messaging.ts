// Bus and tasks of one simulated process: what they store goes to the platform, which delivers it.
import { type Bus, BusError, type Topic } from "#ports/bus.ts";
import { TaskError, type TaskRequest, type Tasks } from "#ports/tasks.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { Gate, PortCall } from "./gate.ts";
import type { SimPolicy } from "./policy.ts";

export interface MessagingSetup {
  readonly gate: Gate;
  readonly policy: SimPolicy;
  readonly storeMessage: (
    topic: Topic,
    payload: Readonly<Record<string, unknown>>,
    attributes: Readonly<Record<string, string>>,
  ) => void;
  readonly storeTask: (task: TaskRequest) => void;
}

export function simBus(setup: MessagingSetup, process: SimProcess): Bus {
  return {
    async publish(topic, payload, attributes) {
      const call: PortCall = {
        port: "bus",
        operation: "publish",
        subject: topic,
        process,
        canArriveTwice: true,
        canBeRefused: true,
      };
      await setup.gate.perform(call, setup.policy.decide(call), {
        run: async () => setup.storeMessage(topic, payload, attributes),
        errors: {
          refused: () => new BusError(`The bus refused a message on ${topic}`),
          unknown: () => new BusError(`The bus did not confirm a message on ${topic}`),
        },
      });
    },
  };
}

export function simTasks(setup: MessagingSetup, process: SimProcess): Tasks {
  return {
    async schedule(task) {
      // A clock reads whole milliseconds. Virtual time would take the fraction over, and show it as a document's fault.
      if (!Number.isSafeInteger(task.runAtMs)) throw new RangeError(`Not a time of a task: ${task.runAtMs}`);
      const call: PortCall = {
        port: "tasks",
        operation: "schedule",
        subject: task.queue,
        process,
        canArriveTwice: true,
        canBeRefused: true,
      };
      await setup.gate.perform(call, setup.policy.decide(call), {
        run: async () => setup.storeTask(task),
        errors: {
          refused: () => new TaskError(`The task ${task.name} was refused`),
          unknown: () => new TaskError(`The task ${task.name} was not confirmed`),
        },
      });
    },
  };
}
