// Mutations of rule 14, exits before entries (docs/RULES.md): exits that are forgotten or given up, and a reversal that does
// not wait for the venue.
import type { OrderRequest } from "#domain/documents/order.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import type { VenueOrder } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";
import { forgettingAtStart, withCommits } from "./rewrites.ts";

/** A waiting exit as a decision that gives it up would store it. */
function givenUp(write: DocumentWrite): DocumentWrite {
  if (write.op === "update" && write.changes.status === "WAITING")
    return { ...write, changes: { ...write.changes, status: "DENIED" } };
  if (!("data" in write) || !write.path.includes("/intents/")) return write;
  const { status, denials } = write.data as DocumentData;
  const waits = status === "INBOX" && Array.isArray(denials) && denials.length > 0;
  return waits ? { ...write, data: { ...write.data, status: "DENIED" } } : write;
}

export const EXIT_MUTATIONS: readonly Mutation[] = [
  {
    name: "forgetExits",
    says: "A new instance does not know which exits were signalled before.",
    hooks: forgettingAtStart({ newestSignals: {} }),
  },
  {
    name: "giveUpWaitingExits",
    says: "An exit that meets a brake is denied, and does not wait.",
    hooks: () => ({ documents: (port) => withCommits(port, (writes) => writes.map(givenUp)) }),
  },
  {
    name: "closingTakenForDone",
    says: "A closing that was only accepted is taken for filled, so that a reversal's entry goes out before the venue is flat.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async createOrder(request, options) {
          if (!request.reduceOnly) return await venue.createOrder(request, options);
          return takenForFilled(request, options.sendDeadlineMs);
        },
      }),
    }),
  },
  {
    name: "loseExitAlerts",
    says: "The refusal of an exit is stored without its alert.",
    hooks: () => ({
      documents: (port) =>
        withCommits(port, (writes) => {
          const isOutcome = writes.some(({ path }) => path.includes("/orders/"));
          return isOutcome ? writes.filter(({ path }) => !/\/(alerts|outbox)\//.test(path)) : writes;
        }),
    }),
  },
];

function takenForFilled(request: OrderRequest, atMs: number): VenueOrder {
  const { clientOrderId, symbol, side, type, qtyBase, priceUsd, reduceOnly } = request;
  return {
    clientOrderId,
    venueOrderId: "0",
    symbol,
    side,
    type,
    status: "FILLED",
    qtyBase,
    priceUsd,
    filledQtyBase: qtyBase,
    averagePriceUsd: "1",
    reduceOnly,
    updatedAtMs: atMs,
  };
}
