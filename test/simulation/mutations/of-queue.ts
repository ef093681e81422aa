// Mutations of the execution pool's queue: its order, its memory, and the end of an entry's time in it.
import type { ControlState } from "#domain/documents/control.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { forgettingAtStart, withAnswers, withControl } from "./rewrites.ts";

export const QUEUE_MUTATIONS: readonly Mutation[] = [
  {
    name: "queueByArrival",
    says: "Places go to the entries that came first, whatever their rank.",
    hooks: () => ({
      documents: (port) =>
        withControl(port, (control) => ({
          ...control,
          queue: control.queue.map((entry) => ({ ...entry, preferredBy: null, replacesIntentId: null })),
        })),
    }),
  },
  {
    name: "queueForgottenOnRestart",
    says: "A new instance starts with an empty queue.",
    hooks: forgettingAtStart({ queue: [] }),
  },
  {
    name: "queueLeftToTheMinute",
    says: "Only the pass of every minute gives places to queued entries.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          const isQueued = snapshot.path.includes("/intents/") && snapshot.data?.status === "QUEUED";
          return isQueued && process.kind !== "reconcile" ? { ...snapshot, data: null } : snapshot;
        }),
    }),
  },
  {
    name: "promotedTwice",
    says: "An entry stays in the queue when it has been ordered, and is taken for one that waits.",
    hooks: () => {
      const entries = new Map<string, ControlState["queue"][number]>();
      return {
        documents: (port) =>
          withAnswers(
            withControl(port, (control, writes) => {
              for (const entry of control.queue) entries.set(entry.intentId, entry);
              const kept = writes.flatMap((write) => entries.get(orderedIntent(write) ?? "") ?? []);
              return { ...control, queue: [...control.queue, ...kept] };
            }),
            (snapshot) => {
              const stored = snapshot.data as unknown as StoredIntent | null;
              const isPromoted = stored?.status === "DECIDED" && entries.has(stored.intent.intentId);
              return isPromoted ? { ...snapshot, data: { ...snapshot.data, status: "QUEUED" } } : snapshot;
            },
          ),
      };
    },
  },
];

function orderedIntent(write: DocumentWrite): string | null {
  if (write.op !== "set" || !write.path.includes("/intents/")) return null;
  const { status, intent } = write.data as unknown as StoredIntent;
  return status === "DECIDED" ? intent.intentId : null;
}
