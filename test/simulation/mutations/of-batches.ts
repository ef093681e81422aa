// Mutations of decisions in batches: an order that the batch's commit does not store, and exits that queue behind entries.
import type { DocumentWrite } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { withCommits } from "./rewrites.ts";

const isNewOrder = ({ op, path }: DocumentWrite): boolean => op === "create" && path.includes("/orders/");

/** The writes without the last of several new orders. */
function withoutLastOrder(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  const orders = writes.filter(isNewOrder);
  return orders.length < 2 ? writes : writes.filter((write) => write !== orders.at(-1));
}

export const BATCH_MUTATIONS: readonly Mutation[] = [
  {
    name: "batchSendsUnstored",
    says: "A batch sends an order that its commit did not store.",
    hooks: () => ({ documents: (port) => withCommits(port, withoutLastOrder) }),
  },
  {
    name: "exitsQueueBehindEntries",
    says: "The inbox shows its exits once no entry waits in it any more.",
    hooks: () => ({
      documents: (port) => ({
        getAll: (paths) => port.getAll(paths),
        commit: (writes) => port.commit(writes),
        async query(query) {
          const found = await port.query(query);
          const isInbox = query.where?.some(({ field, value }) => field === "status" && value === "INBOX");
          if (isInbox !== true) return found;
          const entries = found.filter(({ data }) => isEntry(data?.intent));
          return entries.length > 1 ? entries : found;
        },
      }),
    }),
  },
];

function isEntry(intent: unknown): boolean {
  return typeof intent === "object" && intent !== null && "action" in intent && intent.action === "open";
}
