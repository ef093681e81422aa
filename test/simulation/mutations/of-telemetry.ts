// Mutations of telemetry: sums that do not say how far they reach, and a part of what an order cost read otherwise than the venue says it.
import type { Mutation } from "./mutation.ts";
import { withData } from "./rewrites.ts";

const ROUTER = /\/telemetry\/router$/;

export const TELEMETRY_MUTATIONS: readonly Mutation[] = [
  {
    name: "ordersCountedAgain",
    says: "Sums of orders are stored without the entry of the journal that they reach to.",
    hooks: () => ({
      documents: (port) =>
        withData(
          port,
          (path) => ROUTER.test(path),
          (data) => ({ ...data, foldedSeq: 0, newest: [] }),
        ),
    }),
  },
  {
    name: "restingTakenForTaking",
    says: "Trades are read as if none of them had rested in the book before.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchFills(market, sinceMs) {
          return (await venue.fetchFills(market, sinceMs)).map((fill) => ({ ...fill, isMaker: false }));
        },
      }),
    }),
  },
];
